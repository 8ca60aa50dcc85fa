import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import MILModels
import MILRecords
import UserInput

/// The training of a model on all bags of a data set, to be saved.
package struct ModelTraining: Sendable {
  /// The rules that decide the model's parameters and standardisation, as in an evaluation.
  package var rules = EvaluationProtocol.clean
  /// The master seed of everything random.
  package var seed: UInt64 = 2018
  /// The standardisation, if it differs from the protocol's; all bags are training bags.
  package var standardisation: StandardisationRule?
  /// The method that turns scores of two classes into probabilities; nil if scores stay as they are.
  ///
  /// It is fitted on scores from inner folds of the training bags.
  package var calibration: ScoreCalibration.Method?
  /// The memory budget.
  package var memory = MemoryBudget.available
  /// Called with a line on the demands of the fit, such as much memory.
  package var announce: @Sendable (String) -> Void = { _ in }

  /// Creates a training under the clean protocol.
  package init() {}

  /// The outcome of a training.
  package struct Outcome {
    /// The model.
    package let model: KeptModel
    /// The summary of the fit.
    package let summary: FitSummary
    /// Wall-clock seconds of the fit.
    package let seconds: Double
    /// The number of correctly predicted training bags, which does not estimate the accuracy. It is nil if the task has
    /// no classes.
    package let trainingBagsRight: Int?
    /// The leading metric of the task on the training bags, and its title.
    package let trainingValue: (title: String, value: Double?)?
  }

  /// Trains a model.
  ///
  /// - Parameters:
  ///   - model: the model id as written.
  ///   - bags: the training bags.
  ///   - classNames: the names of the negative and the positive label, or of several classes.
  ///   - registry: the available models.
  /// - Throws: ``/MILModels/ModelError`` for unknown models and parameters; ``EvaluationError`` if all bags have one
  ///   label; the errors of the fit.
  package func train(
    _ model: String, on bags: BagDataset, classNames: [String], registry: ModelRegistry
  ) throws -> Outcome {
    let resolved = try rules.resolve(model, in: registry, dataset: bags.nameOfOriginal)
    if let problem = bags.oneClassProblem { throw EvaluationError("data set \(bags.name): \(problem)") }
    let settings = rules.settings(
      for: resolved.registration, dataset: bags.nameOfOriginal, folds: 1, circulated: nil, seed: seed)
    let standardises = (standardisation ?? settings.standardisation) != .none
    // Bags without missing values may be followed by others with some.
    let imputes = try bags.reading?.options.missing == .mean || bags.hasMissingValues
    func fittedStandardiser(to part: BagDataset) throws -> Standardiser? {
      guard standardises || imputes else { return nil }
      return try Standardiser(
        fittedTo: part, epsilon: settings.epsilon, imputes: imputes, standardises: standardises)
    }
    let standardiser = try fittedStandardiser(to: bags)
    var training = standardiser?.apply(to: bags) ?? bags
    try memory.require(for: resolved, training: BagShape(training), scoring: BagShape(training))
    var context = FitContext(seed: Seed.derive(from: seed, ["train", bags.seedName, resolved.id, rules.rawValue]))
    let keepsOrder = resolved.registration.isReleased
    training = BagDeal(of: training, seed: context.seed, part: "training", keepsOrder: keepsOrder).bags
    context.announce = announce
    let start = ContinuousClock.now
    let trained = try resolved.fit(training, context)
    let calibration = try fittedCalibration(of: resolved, on: bags, seed: context.seed, fittedStandardiser)
    let seconds = start.duration(to: .now).seconds
    var description = try KeptModel.Description(
      trained, trainedOn: bags, classNames: classNames, protocol: rules.rawValue, seed: seed,
      version: MILBenchVersion.current)
    if let calibration { description.notes["calibration"] = calibration.words }
    let kept = KeptModel(
      description: description, standardiser: standardiser, trained: trained, calibration: calibration)
    // A last step can spoil parameters without any loss showing it; scoring finds this.
    let scores = try kept.scores(bags)
    let quality = kept.quality(scores, bags.targets)
    return Outcome(
      model: kept, summary: trained.summary, seconds: seconds, trainingBagsRight: quality?.right,
      trainingValue: quality.map { ($0.metric.title, $0.value) })
  }

  /// Returns the requested calibration, fitted on out-of-fold scores of the training bags; nil if none is requested.
  ///
  /// - Parameter standardiser: the standardisation of a part of the bags, by that part alone.
  private func fittedCalibration(
    of model: ResolvedModel, on bags: BagDataset, seed: UInt64, _ standardiser: (BagDataset) throws -> Standardiser?
  ) throws -> ScoreCalibration? {
    guard let calibration else { return nil }
    announce("calibration \(calibration.rawValue): fits on inner folds follow")
    let keepsOrder = model.registration.isReleased
    let found = try CalibrationScores(of: bags, seed: seed) { part, seed in
      let own = try standardiser(part)
      let dealt = BagDeal(of: own?.apply(to: part) ?? part, seed: seed, part: "training", keepsOrder: keepsOrder)
      let inner = try model.fitWithoutThreshold(dealt.bags, FitContext(seed: seed))
      return { try inner.predict(own?.apply(to: $0) ?? $0) }
    }
    return try ScoreCalibration(calibration, scores: found.scores, labels: found.labels, folds: found.folds)
  }
}

/// Model files on disk.
package enum ModelStore {
  /// Writes a model, whole or not at all.
  ///
  /// - Returns: the number of bytes.
  /// - Throws: ``/MILModels/ModelError`` for a model that cannot be saved, ``EvaluationError`` if writing fails.
  @discardableResult
  package static func write(_ model: KeptModel, to file: URL) throws -> Int {
    let bytes = try ModelFile.bytes(of: model)
    try ResultFiles.write(Data(bytes), to: file)
    return bytes.count
  }

  /// Reads a model of a registry.
  ///
  /// - Throws: ``EvaluationError`` or ``/MILBags/ReadError`` with the file, the content found and the content expected.
  package static func read(_ file: URL, registry: ModelRegistry) throws -> KeptModel {
    let bytes = try BagReader.contents(of: file, expected: "a model file")
    do {
      return try ModelFile.model(in: bytes, registry: registry)
    } catch {
      throw EvaluationError("model file \(file.relativePath): \(error)")
    }
  }
}
