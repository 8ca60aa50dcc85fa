import CKernels

/// Stochastic gradient descent with momentum: v = momentum v - rate g, w += v.
///
/// With `nesterov` the update is w += momentum v - rate g.
///
/// Source of Nesterov's form: I. Sutskever, J. Martens, G. Dahl, G. Hinton, On the importance of initialization and
/// momentum in deep learning, ICML 2013.
struct StochasticGradientDescent: FusedUpdateRule {
  static let id = "sgd"
  let meanCount = 1
  let treatsScalarsSeparately = true
  private let optimiser: Optimiser
  private var rate = 0.0

  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) { self.optimiser = optimiser }

  mutating func begin(rate: Double) { self.rate = rate }

  func move(_ scalars: MovedScalars<Float>) {
    let step = step(decays: scalars.decays)
    ck_sgd_momentum(
      scalars.count, scalars.gradient, scalars.values, scalars.means(0), step.rate, step.momentum, step.decay,
      step.nesterov)
  }

  func move(_ scalars: MovedScalars<Double>) {
    let (weight, velocity, gradient) = (scalars.values, scalars.means(0), scalars.gradient)
    let (momentum, decay) = (optimiser.momentum, scalars.decays ? optimiser.weightDecay : 0)
    for i in 0..<scalars.count {
      let move = rate * (gradient[i] + decay * weight[i])
      velocity[i] = momentum * velocity[i] - move
      weight[i] += optimiser.nesterov ? momentum * velocity[i] - move : velocity[i]
    }
  }

  func move(_ scalars: MovedScalars<Float>, along g: ProductGradient<Float>) {
    ck_sgd_along(
      g.m, g.n, g.k, g.x, g.m, g.d, g.n, scalars.values, scalars.means(0), step(decays: scalars.decays))
  }

  func move(_ scalars: MovedScalars<Float>, along g: SparseProductGradient<Float>) {
    ck_sgd_along_sparse(
      ck_sparse_columns(g), g.n, g.d, scalars.values, scalars.means(0), step(decays: scalars.decays))
  }

  private func step(decays: Bool) -> ck_sgd_step {
    ck_sgd_step(
      rate: Float(rate), momentum: Float(optimiser.momentum), decay: Float(decays ? optimiser.weightDecay : 0),
      nesterov: optimiser.nesterov ? 1 : 0)
  }
}

extension ck_sparse_columns {
  /// Creates the gradient in the form that the C kernels read.
  init(_ g: SparseProductGradient<Float>) {
    self.init(
      count: g.count, columns: g.columns, base: g.base, starts: g.starts, rows: g.rows, values: g.values, total: g.total
    )
  }
}
