import Autodiff
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// The rule that chooses the epoch of a training.
///
/// With `inner`, a share of the training bags is held out, stratified, with the bags of a group together. The network
/// scores them after each epoch. The first epoch with the best value counts. Training ends when `stoppingPatience`
/// epochs bring no better one. Test bags have no part in it.
///
/// Source: L. Prechelt, Early stopping, but when?, in: Neural Networks: Tricks of the Trade, Springer 1998,
/// doi:10.1007/3-540-49430-8_3.
package struct EarlyStopping: Codable, Sendable, Equatable {
  /// The bags that choose the epoch.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// None: the last epoch counts.
    case none
    /// Held-out training bags.
    case inner
  }

  /// The bags that choose the epoch.
  package var stopping = Kind.none
  /// The share of training bags to hold out: 1/k with the nearest whole number k.
  package var stoppingFraction = 0.2
  /// The number of epochs without a better value that ends the training.
  package var stoppingPatience = 10

  /// Creates the rule of the last epoch.
  package init() {}

  /// Throws if a value is outside its range.
  func validate() throws {
    try ConfigurationError.require("stoppingFraction", stoppingFraction, in: 0.02...0.5)
    try ConfigurationError.require("stoppingPatience", stoppingPatience, in: 1...1_000_000)
  }

  /// Returns the training bags in two parts; nil if none are held out.
  ///
  /// - Throws: ``NotApplicable`` if no split leaves bags of each class to train on.
  func parts(of bags: BagDataset, seed: UInt64) throws -> (training: BagDataset, heldOut: BagDataset)? {
    guard stopping == .inner else { return nil }
    let count = Int((1 / stoppingFraction).rounded())
    let inner = try InnerCrossValidation(of: bags, folds: count, seed: Seed.derive(from: seed, ["stopping"]))
    guard let fold = inner.folds.first else {
      throw NotApplicable("stopping=inner holds bags out, found one bag or group of bags")
    }
    let (training, heldOut) = (bags.selecting(bags: fold.training), bags.selecting(bags: fold.test))
    if let all = bags.targets.classIndices, let rest = training.targets.classIndices, Set(all) != Set(rest) {
      throw NotApplicable("stopping=inner leaves no bag of a class to train on")
    }
    return (training: training, heldOut: heldOut)
  }
}

/// The choice of a training's epoch by its held-out bags.
struct EpochChoice {
  /// The metric that compares epochs: the log loss for classes, otherwise the leading metric.
  let metric: Metric
  private let task: any BagTask
  private let targets: Targets
  private let patience: Int
  /// The best epoch so far, from 1, and its value.
  private(set) var best: (epoch: Int, value: Double)?
  /// The number of epochs judged so far.
  private(set) var epochs = 0

  init(_ settings: EarlyStopping, _ task: any BagTask, _ targets: Targets) {
    (self.task, self.targets, patience) = (task, targets, settings.stoppingPatience)
    metric = task.stoppingMetric
  }

  /// Whether to continue the training after the last judged epoch.
  var goesOn: Bool { epochs - (best?.epoch ?? 0) < patience }

  /// Judges the next epoch by its predictions for the held-out bags, and returns whether it is the best so far.
  ///
  /// - Throws: ``TrainingDiverged`` if a prediction is not finite, ``NotApplicable`` if the metric is undefined for the
  ///   held-out bags.
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

  /// Returns the text of the record, such as `epoch 12 of 22, log loss 0.41 on 18 of 92 training bags`.
  func words(ofBags count: Int) -> String {
    guard let best else { return "no epoch" }
    return "epoch \(best.epoch) of \(epochs), \(metric.title) \(Float(best.value)) on \(targets.count) of \(count) "
      + "training bags"
  }
}

extension Evaluator {
  /// Copies the current parameters of a trainer.
  func take(parametersOf trainer: Trainer) {
    for description in parameterDescriptions {
      if let matrix = trainer.parameter(description.name) { setParameter(description.name, to: matrix) }
    }
  }
}
