import LinearAlgebra
import MILBags
import MILCatalogue
import MILModels
import MILRecords

/// The plan of an audit: models on algorithmic tests, with and without padding, over seeds.
package struct AuditPlan: Sendable {
  /// The model ids; empty for all models of the registry.
  package var models: [String] = []
  /// The names of the tests, as of the generated data sets; the prefix `synthetic/` is optional.
  package var tests = ["synthetic/single-concept", "synthetic/two-concepts", "synthetic/false-frequency"]
  /// The numbers of instances up to which bags are padded; 0 leaves bags as they are.
  package var minimumSizes = [0, 45]
  /// The number of seeds, from 1 on.
  package var seeds = 5
  /// The number of training bags.
  package var trainingBags = 500
  /// The number of training bags of support vector machines.
  package var machineTrainingBags = 200
  /// The number of test bags.
  package var testBags = 1000

  /// Creates a plan with the defaults.
  package init() {}

  /// Returns the runs, model by model.
  ///
  /// - Throws: `ModelError` and `DatasetError` for unknown names; ``EvaluationError`` for counts out of range.
  package func trials(in registry: ModelRegistry) throws -> [AuditTrial] {
    try require("seeds", seeds, in: 1...1000)
    for (name, count) in [
      ("training bags", trainingBags), ("training bags of machines", machineTrainingBags), ("test bags", testBags),
    ] { try require(name, count, in: 2...1_000_000) }
    for size in minimumSizes { try require("padding", size, in: 0...10_000) }
    let names = models.isEmpty ? registry.registrations.map(\.id) : models
    let resolved = try names.map { try registry.resolve($0) }
    for (index, model) in resolved.enumerated() where resolved[..<index].contains(where: { $0.id == model.id }) {
      throw EvaluationError("\"\(names[index])\" is \(model.id), which is there already")
    }
    let tests = try tests.map(Self.test(named:))
    let core = BLASLibrary.current.core
    var trials: [AuditTrial] = []
    for model in resolved {
      let isMachine = model.traits.comparesAllInstances
      for (name, test) in tests {
        for size in minimumSizes {
          for seed in 1...seeds {
            let key = AuditKey(
              model: model.id, test: name, minimumSize: size,
              trainingBags: isMachine ? machineTrainingBags : trainingBags, testBags: testBags, seed: seed)
            trials.append(AuditTrial(key: key, model: model, test: test, isStandardised: !isMachine, core: core))
          }
        }
      }
    }
    return trials
  }

  /// Returns the test with this name, and its canonical name.
  private static func test(named text: String) throws -> (name: String, test: any AlgorithmicTest) {
    let prefix = "synthetic/"
    let name = text.hasPrefix(prefix) ? text : prefix + text
    guard let request = try SyntheticSets.request(name), let test = request.generator as? any AlgorithmicTest else {
      let known = SyntheticSets.generators.filter { $0 is any AlgorithmicTest.Type }.map { $0.name }
      throw EvaluationError("there is no test \"\(text)\", expected \(known.joined(separator: ", "))")
    }
    let defaults = TestSampling()
    guard test.sampling.part == defaults.part, test.sampling.bags == defaults.bags,
      test.sampling.minimumSize == defaults.minimumSize, test.sampling.seed == defaults.seed
    else {
      throw EvaluationError("test \"\(text)\": part, bags, minimumSize and seed are the audit's, expected others alone")
    }
    return (request.name, test)
  }

  private func require(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw EvaluationError("\(value) \(name), expected \(range.lowerBound) to \(range.upperBound)")
    }
  }
}

/// One run of an audit.
package struct AuditTrial: WorkUnit {
  /// The identity of the run in a journal.
  package let key: AuditKey
  let model: ResolvedModel
  let test: any AlgorithmicTest
  let isStandardised: Bool
  let core: String

  /// The number of training bags; those of all tests have about equally many instances each.
  package var roughCost: Double { Double(key.trainingBags) }

  /// Returns the record of this run before it has run.
  package func emptyRecord() -> AuditRecord {
    var record = AuditRecord(
      key: key, configuration: model.configuration, isStandardised: isStandardised,
      version: MILBenchVersion.current, core: core)
    record.title = model.title
    record.code = model.registration.dependsOnBuild ? RunningProgram.digest : nil
    return record
  }

  /// Trains on the test's training bags and scores both parts; errors are recorded.
  ///
  /// - Parameters:
  ///   - memory: the memory budget of the run; a model that needs more fails.
  ///   - announce: called with a line on the demands of the fit, such as much memory.
  package func run(
    in memory: MemoryBudget = .available, announce: @escaping (String) -> Void = { _ in }
  ) -> AuditRecord {
    var record = emptyRecord()
    let start = ContinuousClock.now
    do {
      (record.trainingAUC, record.testAUC) = try areas(memory, announce)
      record.status = .finished
    } catch let error as TrainingDiverged {
      record.status = .diverged
      record.message = error.description
    } catch {
      record.message = "\(error)"
    }
    record.seconds = start.duration(to: .now).seconds
    return record
  }

  private func areas(
    _ memory: MemoryBudget, _ announce: @escaping (String) -> Void
  ) throws -> (training: Double?, test: Double?) {
    var bags = test
    bags.sampling.minimumSize = key.minimumSize
    bags.sampling.seed = UInt64(key.seed)
    var (training, test) = try bags.trainingAndTest(trainingBags: key.trainingBags, testBags: key.testBags)
    if isStandardised {
      let standardiser = try Standardiser(fittedTo: training)
      (training, test) = (standardiser.apply(to: training), standardiser.apply(to: test))
    }
    try memory.require(for: model, training: BagShape(training), scoring: BagShape(test))
    let seed = Seed.derive(from: UInt64(key.seed), ["audit", key.model, key.test, String(key.minimumSize)])
    let keepsOrder = model.registration.isReleased
    let fitted = BagDeal(of: training, seed: seed, part: "training", keepsOrder: keepsOrder).bags
    var context = FitContext(seed: seed)
    context.announce = announce
    let trained = try model.fit(fitted, context)
    func area(_ bags: BagDataset) throws -> Double? {
      let deal = BagDeal(of: bags, seed: seed, part: "test", keepsOrder: keepsOrder)
      let scores = try deal.restored(trained.predict(deal.bags))
      return Metrics.areaUnderCurve(labels: bags.labels, scores: scores)
    }
    return (try area(training), try area(test))
  }
}
