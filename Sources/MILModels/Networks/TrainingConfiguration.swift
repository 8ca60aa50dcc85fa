import Autodiff

/// How a network is trained.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  /// Which bags an epoch sees.
  public enum Sampling: String, Codable, Sendable, CaseIterable {
    /// Each training bag once.
    case all
    /// As many bags, equally many of each class: those of a small class again and again, those of a large one in turn.
    case balanced
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
  public var timeDecay = 0.0
  /// The decay of weight matrices, added as weightDecay * W to their gradient; biases never decay.
  public var weightDecay = 0.0
  /// The share of the running mean of gradients that is kept (Adam).
  public var beta1 = 0.9
  /// The share of the running mean of squared gradients that is kept (Adam).
  public var beta2 = 0.999
  /// The number of times every training bag is seen.
  public var epochs = 50
  /// The number of bags that make a step.
  public var bagsPerStep = 1
  /// Which bags an epoch sees.
  public var sampling = Sampling.all
  /// At most how many instances of a bag an epoch trains on, drawn anew in each; 0 for all. Scores are always of all.
  public var instancesPerBag = 0

  /// SGD with Nesterov momentum 0.9, rate 5e-4, one bag a step, 50 epochs.
  public init() {}

  /// The optimiser of these parameters.
  public var rule: Optimiser {
    Optimiser(
      method: optimiser, learningRate: learningRate, momentum: momentum, nesterov: nesterov, timeDecay: timeDecay,
      weightDecay: weightDecay, beta1: beta1, beta2: beta2)
  }

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
  }
}
