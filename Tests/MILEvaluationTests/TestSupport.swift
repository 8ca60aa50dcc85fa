import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILModels
import MILRecords

/// Twelve small bags, half of them positive.
func madeBags(_ name: String = "made", seed: UInt64 = 3) throws -> BagDataset {
  try SyntheticBags.plantedWitness(
    bags: 12, instancesPerBag: 1...4, features: 3, witnessRate: 0.5, shift: 2, seed: seed
  ).renamed(name).known(as: name)
}

/// A network small enough to train in no time.
let smallNetwork = "mi-net-bag[epochs=2,layers=8-4]"

/// Three folds of the given models on the data set `made`.
func madeExperiment(_ models: [String] = [smallNetwork, "constant"], repeats: Int = 2) -> Experiment {
  var experiment = Experiment(
    name: "tests/made", title: "Made bags", datasets: ["made"], models: models.map { ExperimentModel(id: $0) })
  experiment.folds = 3
  experiment.repeats = repeats
  return experiment
}

/// A runner that knows the given data sets alone.
func makeRunner(
  _ datasets: [BagDataset], registry: ModelRegistry? = nil, results: URL? = nil, workers: Int = 1,
  policy: RunPolicy = .missing, shard: Shard = .whole
) throws -> ExperimentRunner {
  ExperimentRunner(
    registry: try registry ?? ModelRegistry.standard(), results: results, workers: workers, policy: policy, shard: shard
  ) { name in
    datasets.first { $0.name == name }.map(DatasetLookup.found) ?? .unavailable("no file of \(name)")
  }
}

extension TrialRecord {
  /// The record without what differs between two runs of one trial.
  var withoutTimes: TrialRecord {
    var record = self
    record.seconds = 0
    record.scoringSeconds = 0
    record.ended = nil
    return record
  }
}

extension RunOutcome {
  /// The records without what differs between two runs of one trial.
  var untimed: [TrialRecord] { records.map(\.withoutTimes) }
}

/// A new folder for the files of one test, removed with everything in it afterwards.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "milevaluation-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

/// What an error says to the user; nil if nothing is thrown.
func message(_ body: () async throws -> Void) async -> String? {
  do {
    try await body()
    return nil
  } catch {
    return "\(error)"
  }
}

// MARK: - Models of the tests

extension ModelRegistry {
  /// The standard models and one more, `probe`.
  static func withProbe<Configuration: Model>(
    _ configuration: Configuration, parameters: [String: [String: String]] = [:],
    handling: PublishedRecipe.DataHandling? = nil
  ) throws -> ModelRegistry {
    var registry = try standard()
    let recipe = PublishedRecipe(
      dataHandling: handling ?? .init(folds: .plain, standardisation: .allInstances, epsilon: 1e-6),
      parameters: parameters, note: "None.")
    try registry.register(
      ModelRegistration(
        id: "probe", title: "Probe", summary: "Made for tests.", citation: "None.", published: recipe, configuration))
    return registry
  }
}

/// Notes what it is trained on.
struct RecordingModel: Model {
  var rate = 1.0
  var depth = 2

  var traits: ModelTraits { ModelTraits(scores: .decisions) }

  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let elements = try training.matrix().elements
    let notes = ["features": "\(elements)", "largest": "\(elements.max() ?? 0)", "bags": "\(training.bagNames)"]
    return Probe(summary: FitSummary(parameters: 1, notes: notes)) { bags in bags.labels.map { _ in 1 } }
  }
}

/// Needs what made bags do not have.
struct InapplicableModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    throw NotApplicable("bags have no places")
  }
}

/// Cannot be scored with.
struct FailingModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { _ in throw ModelError("the fit went wrong on purpose") }
  }
}

/// What ``FailingModel`` would be without its fault: the same id and the same parameters.
struct MendedModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: 0.75, count: $0.bagCount) }
  }
}

/// Gives too few scores.
struct ShortModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: 0.5, count: $0.bagCount - 1) }
  }
}

/// Gives scores that are no probabilities, though it says so.
struct ImprobableModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: 1.5, count: $0.bagCount) }
  }
}

/// Gives scores that are not numbers.
struct UndefinedModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: .nan, count: $0.bagCount) }
  }
}

/// Has learned nothing and scores by a function.
struct Probe: FittedModel {
  let summary: FitSummary
  private let scorer: @Sendable (BagDataset) throws -> [Double]

  init(summary: FitSummary = FitSummary(), _ scorer: @escaping @Sendable (BagDataset) throws -> [Double]) {
    self.summary = summary
    self.scorer = scorer
  }

  func predict(_ bags: BagDataset) throws -> [Double] { try scorer(bags) }
}
