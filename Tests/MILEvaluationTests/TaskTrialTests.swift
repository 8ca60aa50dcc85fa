import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILEvaluation
import MILModels
import MILRecords
import Testing

@Suite("Trials of other tasks than two classes")
struct TaskTrialTests {
  /// Returns bags of one feature, whose means determine the targets.
  private func bags(_ targets: (_ means: [Double]) -> Targets) throws -> BagDataset {
    var generator = RandomGenerator(seed: 8)
    var (rows, offsets, means): ([[Float]], [Int], [Double]) = ([], [0], [])
    for bag in 0..<45 {
      means.append(Double(bag % 15) / 5 - 1.4)
      for _ in 0..<(1 + bag % 4) { rows.append([Float(means[bag] + 0.05 * generator.normal())]) }
      offsets.append(rows.count)
    }
    return try BagDataset(name: "made", instances: Matrix(rows), offsets: offsets, targets: targets(means))
  }

  private static let kinds: [Targets.Kind] = [.classes, .numbers, .survival]

  private func bags(of kind: Targets.Kind) throws -> BagDataset {
    try bags { means in
      switch kind {
      case .numbers: .numbers(means.map { 3 + 2 * $0 })
      case .survival: .survival(times: means.map { exp(-$0) }, events: means.indices.map { $0 % 3 != 0 })
      default: .classes(means.map { $0 < -0.5 ? 0 : $0 < 0.5 ? 1 : 2 }, names: ["low", "middle", "high"])
      }
    }
  }

  private let network = "mi-net-bag[epochs=60,layers=16,learningRate=0.01,optimiser=adam,dropout=0,pooling=mean]"

  @Test(
    "Networks are run and judged by the metrics of the task, and other models say why they do not apply",
    arguments: kinds)
  func run(_ kind: Targets.Kind) async throws {
    let bags = try bags(of: kind)
    let outcome = try await makeRunner([bags]).run(madeExperiment([network, "nsk-svm"], repeats: 1))
    let machines = outcome.records.filter { $0.model == "nsk-svm" }
    #expect(machines.count == 3)
    if kind == .classes {
      #expect(machines.allSatisfy { $0.status == .finished && $0.outputs?.allSatisfy { $0.count == 3 } == true })
      #expect(machines.allSatisfy { $0.notes["classes"] == "3 fits, each class against the rest" })
    } else {
      #expect(
        machines.allSatisfy {
          $0.status == .notApplicable && $0.message?.contains("the bags have \(kind.title)") == true
        })
    }
    let records = outcome.records.filter { $0.model != "nsk-svm" }
    #expect(records.count == 3)
    for record in records {
      #expect(record.status == .finished && record.message == nil && record.problem == nil)
      #expect(record.targets.kind == kind && record.targets.count == record.bags.count)
      #expect((record.outputs?.count ?? record.scores.count) == record.bags.count)
      let copy = try JSONDecoder().decode(TrialRecord.self, from: JSONEncoder().encode(record))
      #expect(copy == record && copy.targets == record.targets)
    }
    let cell = try #require(CellSummary.summaries(of: records).first)
    let leading = try #require(cell.leading.mean)
    switch kind {
    case .numbers: #expect(cell.leadingMetric.id == "rmse" && leading < 0.8 && (cell["r2"] ?? 0) > 0.8)
    case .survival: #expect(cell.leadingMetric.id == "concordance" && leading > 0.9)
    default:
      #expect(cell.leadingMetric.id == "accuracy" && leading > 0.75)
      #expect(try #require(cell["macroAUC"]) > 0.75)
      #expect(try #require(cell["quadraticKappa"]) > 0.5)
      #expect(cell["auc"] == nil)
    }
  }

  @Test("A set that is asked for another task is trained for it, and its trials are others")
  func otherTask() async throws {
    let bags = try bags(of: .survival)
    let cox = try bags.asking(for: CoxSurvival())
    let experiment = madeExperiment(
      ["mi-net-bag[epochs=40,layers=16,learningRate=0.01,optimiser=adam,dropout=0,pooling=mean,bagsPerStep=30]"],
      repeats: 1)
    let (usual, asked) = try await (makeRunner([bags]).run(experiment), makeRunner([cox]).run(experiment))
    #expect(usual.records.allSatisfy { $0.task == nil } && asked.records.allSatisfy { $0.task == "cox" })
    for (one, other) in zip(usual.records, asked.records) {
      #expect(one.key == other.key && !one.hasSettings(of: other))
    }
    #expect(try #require(CellSummary.summaries(of: asked.records).first?.leading.mean) > 0.9)
    let alone = try await makeRunner([cox]).run(madeExperiment([smallNetwork], repeats: 1))
    #expect(
      alone.records.allSatisfy { $0.message?.contains("the task cox compares the bags of a step") == true })
  }

  @Test("A task of another package calls classes by its own rule, is judged by its own metric, and is kept")
  func ownRule() async throws {
    let bags = try bags(of: .classes).asking(for: GradeTask(count: 3))
    let outcome = try await makeRunner([bags]).run(madeExperiment([network, "nsk-svm"], repeats: 1))
    let records = outcome.records.filter { $0.model != "nsk-svm" }
    for record in records {
      #expect(record.status == .finished && record.problem == nil && record.task == "grades")
      let outputs = try #require(record.outputs)
      let called = outputs.map { row in row.count { $0 >= 0.5 } }
      #expect(Outcomes([record]).calls == called && outputs.allSatisfy { $0.count == 2 })
      #expect(record.correctByEpoch.last == zip(called, record.labels).count { $0 == $1 })
      #expect(record.metric == "quadraticKappa" && record.valueByEpoch?.count == 60)
      let kappa = try #require(Metric.quadraticKappa.value(Outcomes([record])))
      #expect(record.valueByEpoch?.last == kappa)
    }
    // The largest of two outputs is never the third class.
    #expect(records.count == 3 && records.contains { $0.called?.contains(2) == true })
    let cell = try #require(CellSummary.summaries(of: records).first)
    #expect(cell.leadingMetric.id == "quadraticKappa" && (cell.leading.mean ?? 0) > 0.6 && cell["macroAUC"] == nil)
    // One fit per class against the rest would be another task.
    #expect(
      outcome.records.filter { $0.model == "nsk-svm" }.allSatisfy {
        $0.status == .notApplicable && $0.message?.contains("the bags have several classes") == true
      })

    var registry = try ModelRegistry.standard()
    try registry.register(task: GradeTask.self)
    let names = ["low", "middle", "high"]
    let trained = try ModelTraining().train(network, on: bags, classNames: names, registry: registry)
    #expect(trained.trainingValue?.title == "quadratic kappa")
    let read = try ModelFile.model(in: ModelFile.bytes(of: trained.model), registry: registry)
    let scores = try read.scores(bags)
    #expect(read.task as? GradeTask == GradeTask(count: 3) && read.classes(called: scores)?.contains(2) == true)
    #expect(read.quality(scores, bags.targets)?.right == trained.trainingBagsRight)
    #expect(throws: ModelError.self) {
      try ModelFile.model(in: ModelFile.bytes(of: trained.model), registry: .standard())
    }
  }

  @Test("A search chooses by what the task counts, and says how good it was", arguments: kinds)
  func search(_ kind: Targets.Kind) async throws {
    let bags = try bags(of: kind)
    let model = "mi-net-bag[epochs=1/40,layers=16,learningRate=0.01,optimiser=adam,dropout=0,pooling=mean]"
    let trained = try ModelRegistry.standard().resolve(model).fit(bags, FitContext(seed: 2))
    // One epoch may order events as well as forty; the first one wins a tie.
    if kind != .survival { #expect(trained.summary.notes["chosen"] == "epochs=40") }
    #expect(trained.summary.notes["chosenBy"]?.contains(kind == .classes ? "bags right" : "a merit of") == true)
  }

  @Test("Folds hold equal shares of each of several classes, and keep groups together")
  func folds() throws {
    let plain = try bags(of: .classes)
    let grouped = try BagDataset(
      name: "made", instances: plain.instances, offsets: plain.offsets, targets: plain.targets,
      groups: plain.labels.indices.map { "patient \($0 / 3)" })
    for bags in [plain, grouped] {
      let folds = try FoldAssignment(for: bags, scheme: .stratified, folds: 3, repeats: 1, seed: 4)
      for fold in 1...3 {
        let test = folds.testBags(repeat: 1, fold: fold)
        let counts = (0..<3).map { label in test.count { bags.labels[$0] == label } }
        #expect(bags.groups == nil ? counts == [5, 5, 5] : counts.allSatisfy { (3...7).contains($0) }, "\(counts)")
        let own = Set(test.compactMap { bags.groups?[$0] })
        #expect(own.isDisjoint(with: folds.trainingBags(repeat: 1, fold: fold).compactMap { bags.groups?[$0] }))
      }
    }
  }

  @Test("Models of them are kept with their task, and none of two classes is judged by them", arguments: kinds)
  func keeping(_ kind: Targets.Kind) throws {
    let bags = try bags(of: kind)
    let names = kind == .classes ? ["low", "middle", "high"] : []
    let outcome = try ModelTraining().train(network, on: bags, classNames: names, registry: .standard())
    let kept = outcome.model.description
    #expect(kept.task == type(of: bags.task).id && kept.classNames == names)
    #expect((outcome.trainingBagsRight != nil) == (kind == .classes))
    let value = try #require(outcome.trainingValue?.value)
    #expect(kind == .numbers ? value < 0.8 : value > 0.75)
    let findings = try DatasetAudit.findings(in: bags, catalogue: Catalogue(sets: []))
    #expect(!findings.contains { [.bagSize, .labelOrder].contains($0.check) })
    #expect(findings.filter { $0.check == .classBalance }.map(\.severity) == [.note])
  }

  @Test("A threshold that training bags chose is the record's, and counts in every epoch")
  func threshold() async throws {
    let all = try bags(of: .classes)
    let bags = try BagDataset(
      name: "made", instances: all.instances, offsets: all.offsets, labels: all.labels.map { $0 == 2 ? 1 : 0 })
    let model = network.replacing("]", with: ",threshold=youden]")
    let records = try await makeRunner([bags]).run(madeExperiment([model, "nsk-svm[threshold=f1]"], repeats: 1)).records
    #expect(records.count == 6 && records.allSatisfy { $0.status == .finished && $0.problem == nil })
    for record in records {
      #expect(record.threshold != 0.5 && record.threshold != 0 && record.notes["threshold"] != nil)
      let right = zip(record.scores, record.labels).count { ($0 >= record.threshold) == ($1 == 1) }
      #expect(record.correctByEpoch.last == right)
      #expect(record.correctByEpoch.count == (record.model.hasPrefix("mi-net") ? 60 : 1))
    }
  }
}
