import Autodiff
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Whether a part of the training bags chooses the epoch whose parameters are kept.
///
/// With `inner` about a share of the training bags, stratified and with the bags of a group kept together, is not trained on.
/// After each epoch these bags are scored; the parameters of the epoch with the best value are kept, of equals the first, and
/// the training ends once so many epochs have brought no better one. Test bags have no part in it.
///
/// Source: L. Prechelt, Early stopping, but when?, in: Neural Networks: Tricks of the Trade, Springer 1998,
/// doi:10.1007/3-540-49430-8_3.
package struct EarlyStopping: Codable, Sendable, Equatable {
  /// What chooses the epoch.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Nothing: the last epoch counts.
    case none
    /// Training bags that are held out.
    case inner
  }

  /// What chooses the epoch.
  package var stopping = Kind.none
  /// The share of training bags that are held out: 1/k with the nearest whole number k.
  package var stoppingFraction = 0.2
  /// After how many epochs without a better value the training ends.
  package var stoppingPatience = 10

  /// The last epoch counts.
  package init() {}

  /// Refuses values outside their range.
  func validate() throws {
    try ConfigurationError.require("stoppingFraction", stoppingFraction, in: 0.02...0.5)
    try ConfigurationError.require("stoppingPatience", stoppingPatience, in: 1...1_000_000)
  }

  /// The training bags in two parts; nil where nothing is held out.
  ///
  /// - Throws: ``NotApplicable`` for bags that cannot be parted so that each class is trained on.
  func parts(of bags: BagDataset, seed: UInt64) throws -> (training: BagDataset, heldOut: BagDataset)? {
    guard stopping == .inner else { return nil }
    let count = Int((1 / stoppingFraction).rounded())
    let inner = try InnerCrossValidation(of: bags, folds: count, seed: Seed.derive(from: seed, ["stopping"]))
    guard let fold = inner.folds.first else {
      throw NotApplicable("stopping=inner holds bags out, found one bag or group of bags")
    }
    let (training, heldOut) = (bags.selecting(bags: fold.training), bags.selecting(bags: fold.test))
    if case .classes(let all, _) = bags.targets, case .classes(let rest, _) = training.targets, Set(all) != Set(rest) {
      throw NotApplicable("stopping=inner leaves no bag of a class to train on")
    }
    return (training: training, heldOut: heldOut)
  }
}

/// The epoch of a training that held-out bags prefer.
struct EpochChoice {
  /// By what epochs are compared: of classes the log loss, otherwise the leading metric.
  let metric: Metric
  private let task: any BagTask
  private let targets: Targets
  private let patience: Int
  /// The best epoch so far, from 1, and its value.
  private(set) var best: (epoch: Int, value: Double)?
  /// The number of epochs that were judged.
  private(set) var epochs = 0

  init(_ settings: EarlyStopping, _ task: any BagTask, _ targets: Targets) throws {
    (self.task, self.targets, patience) = (task, targets, settings.stoppingPatience)
    let isOfProbabilities = task.predictsProbabilities
    let found: Metric? =
      switch task.targetKind {
      case .twoClasses where isOfProbabilities: Metric.logLoss
      case .classes where isOfProbabilities: Metric.classLogLoss
      default: [Metric].standard.first { $0.kinds.contains(task.targetKind) }
      }
    guard let found else { throw NotApplicable("stopping=inner has no metric of \(task.targetKind.title)") }
    metric = found
  }

  /// Whether the training is to go on after an epoch that it judges.
  var goesOn: Bool { epochs - (best?.epoch ?? 0) < patience }

  /// Judges the next epoch by its predictions for the held-out bags; whether it is the best so far.
  ///
  /// - Throws: ``TrainingDiverged`` where a prediction is not a number, ``NotApplicable`` where the metric is not defined for
  ///   the held-out bags.
  mutating func isBest(_ predictions: [Double]) throws -> Bool {
    epochs += 1
    guard predictions.allSatisfy(\.isFinite) else { throw TrainingDiverged(epoch: epochs) }
    let columns = task.predictionColumns
    let outputs = (0..<columns).map { column in
      stride(from: column, to: predictions.count, by: columns).map { predictions[$0] }
    }
    let outcomes = Outcomes(
      targets: targets, outputs: outputs, calls: task.classes(called: predictions, threshold: 0.5) ?? [],
      areProbabilities: task.predictsProbabilities)
    guard let value = metric.value(outcomes), value.isFinite else {
      throw NotApplicable("stopping=inner: the \(metric.title) is not defined for the \(targets.count) held-out bags")
    }
    if let best, metric.better.sign * value <= metric.better.sign * best.value { return false }
    best = (epochs, value)
    return true
  }

  /// What the record says, such as `epoch 12 of 22, log loss 0.41 on 18 of 92 training bags`.
  func words(ofBags count: Int) -> String {
    guard let best else { return "no epoch" }
    return "epoch \(best.epoch) of \(epochs), \(metric.title) \(Float(best.value)) on \(targets.count) of \(count) "
      + "training bags"
  }
}

extension Evaluator {
  /// Takes the parameters that a trainer has now.
  func take(parametersOf trainer: Trainer) {
    for description in parameterDescriptions {
      if let matrix = trainer.parameter(description.name) { setParameter(description.name, to: matrix) }
    }
  }
}
