import CKernels

/// Adam, with weight decay as an L2 penalty.
///
/// Source: D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015, arXiv 1412.6980.
struct Adam: FusedUpdateRule {
  static let id = "adam"
  let meanCount = 2
  let treatsScalarsSeparately = true
  private let optimiser: Optimiser
  private let precision: ParameterPrecision
  private var rate = 0.0
  private var beta1Power = 1.0
  private var beta2Power = 1.0
  /// The factor of decaying weights before the step, and the L2 penalty that is added to their gradient.
  private var kept = 1.0
  private var penalty: Double

  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) {
    self.optimiser = optimiser
    self.precision = precision
    penalty = optimiser.weightDecay
  }

  mutating func begin(rate: Double) {
    self.rate = rate
    // The constants with the rounding of the kernels.
    beta1Power *= precision.rounded(optimiser.beta1)
    beta2Power *= precision.rounded(optimiser.beta2)
  }

  /// Starts a step as ``begin(rate:)`` does, with a decay that does not change the gradient.
  mutating func beginDecoupled(rate: Double) {
    begin(rate: rate)
    kept = 1 - rate * optimiser.weightDecay
    penalty = 0
  }

  func move(_ scalars: MovedScalars<Float>) {
    let step = step(decays: scalars.decays)
    ck_adam(
      scalars.count, scalars.gradient, scalars.values, scalars.means(0), scalars.means(1), step.rate, step.beta1,
      step.beta2, step.scale, step.epsilon, step.decay, step.keep)
  }

  func move(_ scalars: MovedScalars<Double>) {
    let (weight, first, second) = (scalars.values, scalars.means(0), scalars.means(1))
    let (beta1, beta2) = (optimiser.beta1, optimiser.beta2)
    let (decay, keep) = scalars.decays ? (penalty, kept) : (0, 1)
    let (rate, scale) = (rate / (1 - beta1Power), 1 / (1 - beta2Power).squareRoot())
    for i in 0..<scalars.count {
      let slope = scalars.gradient[i] + decay * weight[i]
      first[i] = beta1 * first[i] + (1 - beta1) * slope
      second[i] = beta2 * second[i] + (1 - beta2) * slope * slope
      weight[i] = weight[i] * keep - rate * first[i] / (second[i].squareRoot() * scale + optimiser.epsilon)
    }
  }

  func move(_ scalars: MovedScalars<Float>, along g: ProductGradient<Float>) {
    ck_adam_along(
      g.m, g.n, g.k, g.x, g.m, g.d, g.n, scalars.values, scalars.means(0), scalars.means(1),
      step(decays: scalars.decays))
  }

  func move(_ scalars: MovedScalars<Float>, along g: SparseProductGradient<Float>) {
    ck_adam_along_sparse(
      ck_sparse_columns(g), g.n, g.d, scalars.values, scalars.means(0), scalars.means(1),
      step(decays: scalars.decays))
  }

  private func step(decays: Bool) -> ck_adam_step {
    ck_adam_step(
      rate: Float(rate / (1 - beta1Power)), beta1: Float(optimiser.beta1), beta2: Float(optimiser.beta2),
      scale: Float(1 / (1 - beta2Power).squareRoot()), epsilon: Float(optimiser.epsilon),
      decay: Float(decays ? penalty : 0), keep: Float(decays ? kept : 1))
  }
}
