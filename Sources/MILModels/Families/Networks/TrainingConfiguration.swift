import Autodiff
import MILBags
import UserInput

/// The training settings of a network.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  /// The kind of instance relevance that a network reports.
  package enum Relevance: String, Codable, Sendable, CaseIterable {
    /// Its weights, such as attention, or its instance scores; without either, each instance's score as a bag of its
    /// own.
    case own
    /// The class activation of each instance: the output of the bag's classifier for the instance's features.
    case activation
  }

  /// The bags of an epoch.
  package enum Sampling: String, Codable, Sendable, CaseIterable {
    /// Each training bag once.
    case all
    /// The same number of bags, equally many of each class: those of a small class repeat, those of a large one take
    /// turns.
    case balanced
  }

  /// The views of an instance that its pseudo-label comes from and that learns it.
  package enum PseudoViews: String, Codable, Sendable, CaseIterable {
    /// The instance as it is, for both: self-training.
    case same
    /// A weak view that gives the label, and a strong one that learns it: FixMatch. The loss is the mean over all
    /// instances of a bag, not only over those with a label.
    case weakAndStrong = "weak-strong"
  }

  /// The change of the step size over the steps, besides ``timeDecay``.
  package enum Schedule: String, Codable, Sendable, CaseIterable {
    /// No change.
    case constant
    /// A decay to 0 along half a cosine until the last step.
    case cosine
  }

  /// The update rule of the parameters.
  package var optimiser = Optimiser.Method.sgd
  /// The step size of the first step.
  package var learningRate = 5e-4
  /// The share of the last step that is added to the next (SGD).
  package var momentum = 0.9
  /// Whether SGD uses Nesterov's look-ahead.
  package var nesterov = true
  /// The decay of the step size: rate / (1 + timeDecay * steps).
  package var timeDecay = 0.0
  /// The further change of the step size. With a cosine, a shorter training is not a prefix of a longer one.
  package var schedule = Schedule.constant
  /// The decay of weight matrices, added as weightDecay * W to their gradient; biases never decay.
  package var weightDecay = 0.0
  /// The decay of the running mean of gradients (Adam).
  package var beta1 = 0.9
  /// The decay of the running mean of squared gradients (Adam).
  package var beta2 = 0.999
  /// The number of passes over the training bags.
  public var epochs = 50
  /// The number of bags per step.
  package var bagsPerStep = 1
  /// The bags of an epoch.
  package var sampling = Sampling.all
  /// The largest number of instances of a bag in an epoch, redrawn in each; 0 for all. Scores always use all instances.
  package var instancesPerBag = 0
  /// The loss of bags with classes: the cross entropy, or a loss that is more robust to wrong labels.
  package var classLoss = ClassLoss.Kind.crossEntropy
  /// q of the generalised cross entropy.
  package var lossExponent = 0.7
  /// The weight of the cross entropy in the symmetric one.
  package var lossAlpha = 0.1
  /// The weight of the reverse cross entropy in the symmetric one.
  package var lossBeta = 1.0

  /// The training on instances before that on bags.
  package var pretraining = Pretraining()
  /// The weight of the loss of instances with pseudo-labels beside that of bags; 0 for none.
  package var pseudoLabels = 0.0
  /// The probability from which on an instance of a positive bag gets a pseudo-label.
  package var pseudoConfidence = 0.95
  /// The views of instances with pseudo-labels.
  package var pseudoViews = PseudoViews.same
  /// The views of instances in pretraining and for pseudo-labels.
  package var viewing = ViewConfiguration()
  /// The kind of instance relevance that the network reports.
  package var relevance = Relevance.own

  /// The bags that train together.
  package var siteTraining = SiteTraining()
  /// Whether a part of the training bags chooses the epoch.
  package var earlyStopping = EarlyStopping()

  /// Names of the parameters that did not exist when the first results were recorded.
  static let laterParameters: Set = [
    "instancesPerBag", "sampling", "schedule", "classLoss", "lossExponent", "lossAlpha", "lossBeta", "pretrain",
    "pretrainEpochs", "pretrainRate", "pretrainBags", "pretrainInstances", "pretrainTemperature", "pretrainMask",
    "pretrainNoise", "pseudoLabels", "pseudoConfidence", "pseudoViews", "views", "viewJitter",
    "viewCutout", "relevance", "sites", "localEpochs",
    "siteWeights", "siteNoise", "stopping", "stoppingFraction", "stoppingPatience",
  ]

  /// Creates settings; those not given are SGD with Nesterov momentum 0.9, rate 5e-4, one bag per step, 50 epochs.
  ///
  /// - Parameters:
  ///   - optimiser: the update rule of the parameters.
  ///   - learningRate: the step size of the first step.
  ///   - momentum: the share of the last step that is added to the next (SGD).
  ///   - nesterov: whether SGD uses Nesterov's look-ahead.
  ///   - weightDecay: the decay of weight matrices, added as weightDecay * W to their gradient; biases never decay.
  ///   - epochs: the number of passes over the training bags.
  ///   - bagsPerStep: the number of bags per step.
  public init(
    optimiser: Optimiser.Method = .sgd, learningRate: Double = 5e-4, momentum: Double = 0.9, nesterov: Bool = true,
    weightDecay: Double = 0, epochs: Int = 50, bagsPerStep: Int = 1
  ) {
    self.optimiser = optimiser
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.epochs = epochs
    self.bagsPerStep = bagsPerStep
  }

  /// The optimiser of these parameters.
  public var rule: Optimiser {
    Optimiser(
      method: optimiser, learningRate: learningRate, momentum: momentum, nesterov: nesterov, timeDecay: timeDecay,
      weightDecay: weightDecay, beta1: beta1, beta2: beta2)
  }

  /// Whether the training uses the cross entropy of all bags, and nothing else.
  var isPlain: Bool {
    classLoss == .crossEntropy && pretraining.pretrain == .none && pseudoLabels == 0 && relevance == .own
      && siteTraining.sites == .pooled && earlyStopping.stopping == .none
  }

  /// The loss of classes of these parameters.
  var loss: ClassLoss { ClassLoss(classLoss, exponent: lossExponent, alpha: lossAlpha, beta: lossBeta) }

  /// Throws if a value is outside its range.
  public func validate() throws {
    try ConfigurationError.require("learningRate", learningRate, in: 0...1e3)
    try ConfigurationError.require("momentum", momentum, in: 0...0.9999)
    try ConfigurationError.require("timeDecay", timeDecay, in: 0...1e3)
    try ConfigurationError.require("weightDecay", weightDecay, in: 0...1e3)
    try ConfigurationError.require("beta1", beta1, in: 0...0.9999)
    try ConfigurationError.require("beta2", beta2, in: 0...0.999999)
    try ConfigurationError.require("epochs", epochs, in: 1...1_000_000)
    try ConfigurationError.require("bagsPerStep", bagsPerStep, in: 1...1_000_000)
    try ConfigurationError.require("instancesPerBag", instancesPerBag, in: 0...100_000_000)
    try pretraining.validate()
    try viewing.validate()
    try siteTraining.validate()
    try earlyStopping.validate()
    try ConfigurationError.require("pseudoLabels", pseudoLabels, in: 0...1e3)
    try ConfigurationError.require("pseudoConfidence", pseudoConfidence, in: 0.5...0.9999)
    try ConfigurationError.require("lossExponent", lossExponent, in: 1e-3...1)
    try ConfigurationError.require("lossAlpha", lossAlpha, in: 0...1e3)
    try ConfigurationError.require("lossBeta", lossBeta, in: 0...1e3)
  }
}
