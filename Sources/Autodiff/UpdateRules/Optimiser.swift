/// The update of parameters by their gradients: the method and its constants.
///
/// A method is an ``UpdateRule``, applied to g, the gradient of the loss. The step size with t previous steps is
/// rate_t = `learningRate` / (1 + `timeDecay` t). If `cosineSteps` is set, it is multiplied by
/// (1 + cos(pi t / `cosineSteps`)) / 2. Weight decay adds `weightDecay` times the parameter to g, except for `adamw`,
/// which shrinks the parameter itself.
/// - `sgd`: stochastic gradient descent with momentum, in the form of Keras 2, with which MI-Net was trained; with a
///   constant rate it equals PyTorch's.
/// - `adam`: D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015, arXiv 1412.6980.
/// - `adamw`: I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019, arXiv 1711.05101.
///
/// Deviation: biases never decay.
public struct Optimiser: Codable, Sendable, Equatable {
  /// An update rule, identified by its name.
  public struct Method: RawRepresentable, Codable, Sendable, Hashable, CaseIterable {
    /// The rule. Two methods are equal if their rules have the same name.
    let rule: any UpdateRule.Type

    /// The built-in rules, in the order in which they are listed.
    public static let allCases = [Method(StochasticGradientDescent.self), Method(Adam.self), Method(AdamW.self)]

    /// Stochastic gradient descent.
    public static let sgd = Method(StochasticGradientDescent.self)
    /// Adam, with weight decay as an L2 penalty.
    public static let adam = Method(Adam.self)
    /// Adam with decoupled weight decay.
    package static let adamw = Method(AdamW.self)

    /// Creates a method from a rule, of this module or another.
    public init(_ rule: any UpdateRule.Type) { self.rule = rule }

    /// Creates the method with this name; nil if there is none.
    public init?(rawValue: String) {
      guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = known
    }

    /// The rule's name.
    public var rawValue: String { rule.id }
  }

  /// The update rule.
  public var method = Method.sgd
  /// The step size of the first step.
  package var learningRate = 5e-4
  /// The share of the last step that is added to the next (SGD).
  public var momentum = 0.9
  /// Whether SGD uses Nesterov's look-ahead.
  package var nesterov = true
  /// The decay of the step size with the number of steps.
  package var timeDecay = 0.0
  /// The decay of weights; Keras' l2 coefficient c corresponds to 2 c.
  public var weightDecay = 0.0
  /// The decay of the running mean of gradients (Adam).
  public var beta1 = 0.9
  /// The decay of the running mean of squared gradients (Adam).
  public var beta2 = 0.999
  /// The number added to the root of the mean squared gradient (Adam).
  public var epsilon = 1e-8
  /// The number of steps over which the step size falls to 0 along half a cosine; 0 for no such decay.
  ///
  /// Source: I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017, arXiv
  /// 1608.03983, without a restart.
  package var cosineSteps = 0

  /// Creates an optimiser with the given constants.
  public init(
    method: Method = .sgd, learningRate: Double = 5e-4, momentum: Double = 0.9, nesterov: Bool = true,
    timeDecay: Double = 0, weightDecay: Double = 0, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8
  ) {
    self.method = method
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.timeDecay = timeDecay
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }
}
