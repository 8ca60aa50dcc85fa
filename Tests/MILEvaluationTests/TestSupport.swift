import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILModels
import MILRecords

/// Returns twelve small bags, half of them positive.
func madeBags(_ name: String = "made", seed: UInt64 = 3) throws -> BagDataset {
  try SyntheticBags.plantedWitness(
    bags: 12, instancesPerBag: 1...4, features: 3, witnessRate: 0.5, shift: 2, seed: seed
  ).renamed(name).known(as: name)
}

/// A network that is small enough for very fast training.
let smallNetwork = "mi-net-bag[epochs=2,layers=8-4]"

/// Returns an experiment with three folds of the given models on the data set `made`.
func madeExperiment(_ models: [String] = [smallNetwork, "constant"], repeats: Int = 2) -> Experiment {
  var experiment = Experiment(
    name: "tests/made", title: "Made bags", datasets: ["made"], models: models.map { ExperimentModel(id: $0) })
  experiment.folds = 3
  experiment.repeats = repeats
  return experiment
}

/// Returns a runner with only the given data sets.
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
  /// The record without properties that differ between two runs of one trial.
  var withoutTimes: TrialRecord {
    var record = self
    record.seconds = 0
    record.scoringSeconds = 0
    record.ended = nil
    return record
  }
}

extension RunOutcome {
  /// The records without properties that differ between two runs of one trial.
  var untimed: [TrialRecord] { records.map(\.withoutTimes) }
}

/// Creates a folder for the files of one test, and removes it with its content afterwards.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "milevaluation-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

/// Returns the message of an error; nil if nothing is thrown.
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
  /// Returns the standard models and one more, `probe`.
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

/// A model that notes its training bags.
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

/// A model that needs a property that the bags lack.
struct InapplicableModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    throw NotApplicable("bags have no places")
  }
}

/// A model that throws when it predicts.
struct FailingModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { _ in throw ModelError("the fit went wrong on purpose") }
  }
}

/// ``FailingModel`` without its fault: the same id and the same parameters.
struct MendedModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: 0.75, count: $0.bagCount) }
  }
}

/// A model that returns too few scores.
struct ShortModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: 0.5, count: $0.bagCount - 1) }
  }
}

/// A model that declares probabilities but returns other scores.
struct ImprobableModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: 1.5, count: $0.bagCount) }
  }
}

/// A model that returns NaN as scores.
struct UndefinedModel: Model {
  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    Probe { Array(repeating: .nan, count: $0.bagCount) }
  }
}

/// A fitted model that learned nothing and scores with a function.
struct Probe: FittedModel {
  let summary: FitSummary
  private let scorer: @Sendable (BagDataset) throws -> [Double]

  init(summary: FitSummary = FitSummary(), _ scorer: @escaping @Sendable (BagDataset) throws -> [Double]) {
    self.summary = summary
    self.scorer = scorer
  }

  func predict(_ bags: BagDataset) throws -> [Double] { try scorer(bags) }
}
