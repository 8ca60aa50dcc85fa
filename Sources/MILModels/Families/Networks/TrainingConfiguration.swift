import Autodiff
import MILBags
import UserInput

/// How a network is trained.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  /// What a network says about instances.
  package enum Relevance: String, Codable, Sendable, CaseIterable {
    /// Its weights, such as attention, or scores where it has such; otherwise each instance's score as a bag of its own.
    case own
    /// The class activation of each instance: what the bag's classifier makes of the instance's features.
    case activation
  }

  /// Which bags an epoch sees.
  package enum Sampling: String, Codable, Sendable, CaseIterable {
    /// Each training bag once.
    case all
    /// As many bags, equally many of each class: those of a small class again and again, those of a large one in turn.
    case balanced
  }

  /// How the step size changes over the steps, besides ``timeDecay``.
  package enum Schedule: String, Codable, Sendable, CaseIterable {
    /// Not at all.
    case constant
    /// It falls to 0 along half a cosine until the last step.
    case cosine
  }

  /// The rule by which parameters follow their gradients.
  public var optimiser = Optimiser.Method.sgd
  /// The step size of the first step.
  public var learningRate = 5e-4
  /// The share of the last step that the next one keeps (SGD).
  public var momentum = 0.9
  /// Whether SGD looks ahead by its momentum.
  public var nesterov = true
  /// How fast the step size falls: rate / (1 + timeDecay * steps).
  package var timeDecay = 0.0
  /// How the step size changes besides; with a cosine, a shorter training is none of the first epochs of a longer one.
  package var schedule = Schedule.constant
  /// The decay of weight matrices, added as weightDecay * W to their gradient; biases never decay.
  public var weightDecay = 0.0
  /// The share of the running mean of gradients that is kept (Adam).
  package var beta1 = 0.9
  /// The share of the running mean of squared gradients that is kept (Adam).
  package var beta2 = 0.999
  /// The number of times every training bag is seen.
  public var epochs = 50
  /// The number of bags that make a step.
  public var bagsPerStep = 1
  /// Which bags an epoch sees.
  package var sampling = Sampling.all
  /// At most how many instances of a bag an epoch trains on, drawn anew in each; 0 for all. Scores are always of all.
  package var instancesPerBag = 0
  /// What is minimised where bags have classes: the cross entropy, or a loss that wrong labels mislead less.
  package var classLoss = ClassLoss.Kind.crossEntropy
  /// q of the generalised cross entropy.
  package var lossExponent = 0.7
  /// The weight of the cross entropy in the symmetric one.
  package var lossAlpha = 0.1
  /// The weight of the reverse cross entropy in the symmetric one.
  package var lossBeta = 1.0

  /// How instances are trained on before the bags.
  package var pretraining = Pretraining()
  /// How much the loss of instances with pseudo-labels weighs beside that of bags; 0 for none.
  package var pseudoLabels = 0.0
  /// From which probability on an instance of a positive bag has a pseudo-label.
  package var pseudoConfidence = 0.95
  /// What the network says about instances.
  package var relevance = Relevance.own

  /// Which bags train together.
  package var siteTraining = SiteTraining()
  /// Whether a part of the training bags chooses the epoch.
  package var earlyStopping = EarlyStopping()

  /// Names of the parameters that trainings had not when the first results were recorded.
  static let laterParameters: Set = [
    "instancesPerBag", "sampling", "schedule", "classLoss", "lossExponent", "lossAlpha", "lossBeta", "pretrain",
    "pretrainEpochs", "pretrainRate", "pretrainBags", "pretrainInstances", "pretrainTemperature", "pretrainMask",
    "pretrainNoise", "pseudoLabels", "pseudoConfidence", "relevance", "sites", "localEpochs",
    "siteWeights", "siteNoise", "stopping", "stoppingFraction", "stoppingPatience",
  ]

  /// SGD with Nesterov momentum 0.9, rate 5e-4, one bag a step, 50 epochs.
  public init() {}

  /// The optimiser of these parameters.
  public var rule: Optimiser {
    Optimiser(
      method: optimiser, learningRate: learningRate, momentum: momentum, nesterov: nesterov, timeDecay: timeDecay,
      weightDecay: weightDecay, beta1: beta1, beta2: beta2)
  }

  /// Whether the training is by the cross entropy of all bags, and by nothing beside.
  var isPlain: Bool {
    classLoss == .crossEntropy && pretraining.pretrain == .none && pseudoLabels == 0 && relevance == .own
      && siteTraining.sites == .pooled && earlyStopping.stopping == .none
  }

  /// The loss of classes of these parameters.
  var loss: ClassLoss { ClassLoss(classLoss, exponent: lossExponent, alpha: lossAlpha, beta: lossBeta) }

  /// Refuses values outside their range.
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
    try siteTraining.validate()
    try earlyStopping.validate()
    try ConfigurationError.require("pseudoLabels", pseudoLabels, in: 0...1e3)
    try ConfigurationError.require("pseudoConfidence", pseudoConfidence, in: 0.5...0.9999)
    try ConfigurationError.require("lossExponent", lossExponent, in: 1e-3...1)
    try ConfigurationError.require("lossAlpha", lossAlpha, in: 0...1e3)
    try ConfigurationError.require("lossBeta", lossBeta, in: 0...1e3)
  }
}
