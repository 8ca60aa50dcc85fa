import LinearAlgebra

/// How parameters follow their gradients: the method and its constants.
///
/// With g the gradient of the loss plus, for parameters that decay, `weightDecay` times the parameter:
/// - `sgd`: v = momentum v - rate_t g, w += v; with `nesterov` w += momentum v - rate_t g instead; the step size is
///   rate_t = `learningRate` / (1 + `timeDecay` t), t the number of steps already made. This is the form of Keras
///   2, on which MI-Net was trained; with a constant rate it is PyTorch's.
/// - `adam`: D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015, arXiv 1412.6980.
/// - `adamw`: I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019, arXiv 1711.05101; the
///   decay leaves g alone and shrinks w by 1 - rate_t `weightDecay` before the step.
///
/// Source of Nesterov's form: I. Sutskever, J. Martens, G. Dahl, G. Hinton, On the importance of initialization and
/// momentum in deep learning, ICML 2013. Deviation: biases never decay.
public struct Optimiser: Codable, Sendable, Equatable {
  /// The rule by which a parameter follows its gradient.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Stochastic gradient descent.
    case sgd
    /// Adam, weight decay as an L2 penalty.
    case adam
    /// Adam with decoupled weight decay.
    case adamw
  }

  /// The rule.
  public var method = Method.sgd
  /// The step size of the first step.
  public var learningRate = 5e-4
  /// The share of the last step that the next one keeps (SGD).
  public var momentum = 0.9
  /// Whether SGD looks ahead by its momentum.
  public var nesterov = true
  /// How fast the step size falls with the number of steps.
  public var timeDecay = 0.0
  /// The decay of weights; Keras' l2 coefficient c corresponds to 2 c.
  public var weightDecay = 0.0
  /// The share of the running mean of gradients that is kept (Adam).
  public var beta1 = 0.9
  /// The share of the running mean of squared gradients that is kept (Adam).
  public var beta2 = 0.999
  /// What is added to the root of the mean squared gradient (Adam).
  public var epsilon = 1e-8

  /// An optimiser with the given constants.
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

/// The running means an optimiser keeps, and its steps; one for each training run.
///
/// A step is ``begin()``, then ``follow(_:_:)`` for each of the weights whose gradient is followed as it is made, then
/// ``finish()`` for all other parameters.
final class OptimiserState<Scalar: KernelScalar> {
  private let optimiser: Optimiser
  private let parameters: ParameterStore<Scalar>
  private let first: AlignedStorage<Scalar>
  private let second: AlignedStorage<Scalar>?
  /// What ``finish()`` moves.
  private let others: [TrainedRange<Scalar>]
  private(set) var steps = 0
  private var rate = 0.0
  private var beta1Power = 1.0
  private var beta2Power = 1.0

  /// The state before the first step; `followed` are the parameters that are moved by ``follow(_:_:)``.
  init(_ optimiser: Optimiser, _ parameters: ParameterStore<Scalar>, followed: Set<Int> = []) {
    self.optimiser = optimiser
    self.parameters = parameters
    first = AlignedStorage(count: parameters.trainedCount)
    second = optimiser.method == .sgd ? nil : AlignedStorage(count: parameters.trainedCount)
    others = parameters.trainedRanges(without: followed)
  }

  /// Moves all parameters one step along their gradients, where none is followed by itself.
  func step() {
    begin()
    finish()
  }

  /// Starts a step.
  func begin() {
    rate = optimiser.learningRate / (1 + optimiser.timeDecay * Double(steps))
    steps += 1
    // The constants as the kernels have them: 1 - 0.999 in single precision is off by 1e-5 of its value.
    beta1Power *= Double(Scalar(optimiser.beta1))
    beta2Power *= Double(Scalar(optimiser.beta2))
  }

  /// Moves the parameters whose gradients are in the store, and ends the step.
  func finish() {
    for part in others { follow(part.range, part.gradient, decays: part.decays) }
  }

  /// Moves a weight matrix along its gradient in the store.
  func follow(_ index: Int) {
    let start = parameters.offsets[index]
    follow(
      start..<start + parameters.descriptions[index].count, parameters.gradient(index),
      decays: parameters.descriptions[index].decays)
  }

  private func follow(_ range: Range<Int>, _ gradient: UnsafeMutablePointer<Scalar>, decays: Bool) {
    let gradient = UnsafePointer(gradient)
    let weight = parameters.values.baseAddress + range.lowerBound
    let first = first.baseAddress + range.lowerBound
    if let second {
      Scalar.adam(
        range.count, gradient: gradient, weight: weight, first: first, second: second.baseAddress + range.lowerBound,
        adam(decays))
    } else {
      Scalar.descend(range.count, gradient: gradient, weight: weight, velocity: first, descent(decays))
    }
  }

  /// Moves a weight matrix along a gradient that is made on the way.
  func follow(_ index: Int, _ gradient: Outer<Scalar>) {
    let (start, decays) = (parameters.offsets[index], parameters.descriptions[index].decays)
    if let second {
      Scalar.adam(
        along: gradient, parameters.value(index), first.baseAddress + start, second.baseAddress + start, adam(decays))
    } else {
      Scalar.descend(along: gradient, parameters.value(index), first.baseAddress + start, descent(decays))
    }
  }

  /// Moves the rows of a weight matrix that meet other inputs than 0 along a gradient that is made on the way.
  func follow(_ index: Int, _ gradient: SparseOuter<Scalar>) {
    let (start, decays) = (parameters.offsets[index], parameters.descriptions[index].decays)
    if let second {
      Scalar.adam(
        along: gradient, parameters.value(index), first.baseAddress + start, second.baseAddress + start, adam(decays))
    } else {
      Scalar.descend(along: gradient, parameters.value(index), first.baseAddress + start, descent(decays))
    }
  }

  /// Whether a parameter moves even where its gradient is 0 throughout the training.
  func decays(_ index: Int) -> Bool { optimiser.weightDecay > 0 && parameters.descriptions[index].decays }

  private func descent(_ decays: Bool) -> DescentStep<Scalar> {
    DescentStep(
      rate: Scalar(rate), momentum: Scalar(optimiser.momentum), decay: Scalar(decays ? optimiser.weightDecay : 0),
      nesterov: optimiser.nesterov)
  }

  private func adam(_ decays: Bool) -> AdamStep<Scalar> {
    let decay = decays ? optimiser.weightDecay : 0
    let decoupled = optimiser.method == .adamw
    return AdamStep(
      rate: Scalar(rate / (1 - beta1Power)), beta1: Scalar(optimiser.beta1), beta2: Scalar(optimiser.beta2),
      secondScale: Scalar(1 / (1 - beta2Power).squareRoot()), epsilon: Scalar(optimiser.epsilon),
      decay: Scalar(decoupled ? 0 : decay), keep: Scalar(decoupled ? 1 - rate * decay : 1))
  }
}
