import Foundation
import LinearAlgebra
import MILBags
import MILExperiments
import MILFormats
import MILModels
import MILRecords
import UserInput

/// All trials of an experiment, with their data loaded and their models resolved.
struct TrialPlan {
  private(set) var trials: [Trial] = []
  private(set) var unavailable: [String: String] = [:]
  /// The decisions about the file of each data set.
  private(set) var decisions: [String: [ReadDecision]] = [:]

  /// Loads, resolves and checks everything, so that errors are found before hours of work.
  init(_ experiment: Experiment, _ runner: ExperimentRunner) throws {
    let library = BLASLibrary.current
    let folds = FoldLibrary(
      folder: runner.results?.appending(path: "folds"), finished: runner.finished.map { $0.appending(path: "folds") })
    // Keeps counts of trials far from overflow.
    guard (1...10_000).contains(experiment.repeats) else {
      throw EvaluationError("experiment \(experiment.name): \(experiment.repeats) repeats, expected 1 to 10000")
    }
    try Self.checkModels(experiment, runner.registry)
    var found: [BagDataset] = []
    for name in experiment.datasets {
      switch try runner.findDataset(name) {
      case .unavailable(let reason): unavailable[name] = reason
      case .found(let dataset):
        if let problem = dataset.oneClassProblem {
          unavailable[dataset.name] = problem
        } else {
          found.append(dataset)
        }
      }
    }
    for (index, dataset) in found.enumerated() {
      let twin = try found[..<index].first {
        try $0.seedName == dataset.seedName && $0.featureCount == dataset.featureCount
          && $0.fingerprint == dataset.fingerprint
      }
      guard let twin else { continue }
      runner.say(
        "note: \(twin.name) and \(dataset.name) are the same bags with the same labels, so that means and ranks over data "
          + "sets count them twice")
    }
    // Fold files are written only from here on, after everything has been resolved and read.
    let shared = SharedWork()
    for dataset in found {
      decisions[dataset.name] = dataset.reading?.decisions ?? []
      let circulated: PredefinedFolds?
      do {
        circulated = try experiment.foldScheme.map { try runner.findFolds($0, dataset) }
      } catch let error as DatasetError {
        unavailable[dataset.name] = error.problem
        continue
      }
      if let circulated {
        circulated.notes.forEach { runner.say("\(dataset.name): \($0)") }
        try Self.check(circulated, experiment, dataset)
      }
      try add(experiment, dataset, circulated, runner.registry, folds, shared, core: library.core)
    }
  }

  /// Returns journal records of the unavailable data sets, so that reports can mention them: one record per cell.
  func recordsOfMissing(_ experiment: Experiment) -> [TrialRecord] {
    unavailable.sorted { $0.key < $1.key }.flatMap { dataset, reason in
      experiment.models.map { model in
        TrialRecord(
          experiment: experiment.name, dataset: dataset, dataHash: "", model: model.id, configuration: "{}",
          protocol: experiment.protocolName(of: model), protocolSettings: "{}", repetition: 1, fold: 1, foldsHash: "",
          status: .unavailable, message: reason, seed: "0", version: MILBenchVersion.current, core: "")
      }
    }
  }

  /// Reports unknown models and protocols before any data set is read.
  private static func checkModels(_ experiment: Experiment, _ registry: ModelRegistry) throws {
    for model in experiment.models {
      let rules = try TrialProtocol(named: experiment.protocolName(of: model)).rules
      for dataset in experiment.datasets { _ = try rules.resolve(model.id, in: registry, dataset: dataset) }
    }
  }

  /// Checks that circulating folds have the requested numbers of folds and repeats.
  private static func check(_ folds: PredefinedFolds, _ experiment: Experiment, _ dataset: BagDataset) throws {
    let found = folds.folds
    // Folds of the user's own have no name except that of their file.
    func title(_ folds: PredefinedFolds) -> String { found.scheme == .given ? found.source ?? folds.name : folds.name }
    guard experiment.foldsAreOfTheData || found.foldCount == experiment.folds else {
      throw EvaluationError(
        "experiment \(experiment.name): \(title(folds)) divides \(dataset.name) into \(found.foldCount) folds, "
          + "expected \(experiment.folds)")
    }
    guard rounds(experiment, found) <= found.repeats else {
      if found.scheme == .leaveOneOut {
        throw EvaluationError(
          "experiment \(experiment.name): \(experiment.repeats) repeats, but leave-one-out has one partition, which more "
            + "repeats would only run again; expected 1")
      }
      throw EvaluationError(
        "experiment \(experiment.name): \(experiment.repeats) repeats, but \(title(folds)) has \(found.repeats) for "
          + dataset.name)
    }
  }

  /// Returns the number of repetitions to run: all of a file of folds, unless the experiment sets a number.
  private static func rounds(_ experiment: Experiment, _ folds: FoldAssignment) -> Int {
    experiment.foldsAreOfTheData && !experiment.repeatsAreStated ? folds.repeats : experiment.repeats
  }

  private mutating func add(
    _ experiment: Experiment, _ dataset: BagDataset, _ circulated: PredefinedFolds?, _ registry: ModelRegistry,
    _ folds: FoldLibrary,
    _ shared: SharedWork, core: String
  ) throws {
    let fingerprint = try dataset.fingerprint
    var prepared: [ProtocolSettings: PreparedDataset] = [:]
    for model in experiment.models {
      let named = try TrialProtocol(named: experiment.protocolName(of: model))
      let rules = named.rules
      let resolved = try rules.resolve(model.id, in: registry, dataset: dataset.nameOfOriginal)
      var settings = rules.settings(
        for: resolved.registration, dataset: dataset.nameOfOriginal, folds: experiment.folds,
        circulated: circulated?.folds.scheme == .leaveOneOut ? nil : circulated?.name, seed: experiment.seed)
      if let found = circulated?.folds, found.scheme != .circulated {
        (settings.scheme, settings.folds) = (found.scheme, found.foldCount)
      }
      let data = try prepared[settings] ?? PreparedDataset(dataset, fingerprint: fingerprint, settings, shared: shared)
      prepared[settings] = data
      (settings.change, settings.varies) = (named.change, named.varies)
      let assignment =
        try circulated.map { try folds.keep($0) }
        ?? folds.folds(for: dataset, settings, repeats: experiment.repeats)
      let weightCount = resolved.weightCount(for: data.shape)
      let rounds = Self.rounds(experiment, assignment)
      try assignment.refuseRepeatedPartitions(
        among: settings.foldRepetition(of: rounds), of: dataset.name, experiment: experiment.name)
      for repetition in 1...rounds {
        for fold in 1...assignment.foldCount {
          trials.append(
            Trial(
              experiment: experiment.name, data: data, model: resolved, protocolName: named.name,
              settings: settings, folds: assignment, repetition: repetition, fold: fold, core: core,
              weightCount: weightCount))
        }
      }
    }
  }
}

extension BagDataset {
  /// The problem of bags that all have one label; nil with both labels. A constant model would always be right on them,
  /// so they can be neither trained on nor evaluated.
  var oneClassProblem: String? {
    onlyClass.map {
      "its bags (\(bagCount)) are all \($0), expected bags of \(targets.classCount > 2 ? "several classes" : "both labels"); \"milbench describe\" shows how labels were read"
    }
  }
}
