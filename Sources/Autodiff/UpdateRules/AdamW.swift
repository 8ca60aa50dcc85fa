/// Adam with a decay that does not change the gradient but shrinks w by 1 - rate `weightDecay` before the step.
///
/// Source: I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019, arXiv 1711.05101.
struct AdamW: FusedUpdateRule {
  static let id = "adamw"
  let treatsScalarsSeparately = true
  private var adam: Adam

  init(_ optimiser: Optimiser, _ precision: ParameterPrecision) { adam = Adam(optimiser, precision) }

  var meanCount: Int { adam.meanCount }

  mutating func begin(rate: Double) { adam.beginDecoupled(rate: rate) }
  func move(_ scalars: MovedScalars<Float>) { adam.move(scalars) }
  func move(_ scalars: MovedScalars<Double>) { adam.move(scalars) }
  func move(_ scalars: MovedScalars<Float>, along gradient: ProductGradient<Float>) {
    adam.move(scalars, along: gradient)
  }
  func move(_ scalars: MovedScalars<Float>, along gradient: SparseProductGradient<Float>) {
    adam.move(scalars, along: gradient)
  }
}
