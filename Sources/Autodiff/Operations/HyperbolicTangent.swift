/// The hyperbolic tangent.
struct HyperbolicTangent: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.result] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    Scalar.tanh(n, x, y)
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (y, slope) = (pass.result, pass.slope)
    pass.fill(0) { slope[$0] * (1 - y[$0] * y[$0]) }
  }
}

extension Variable {
  /// Returns the hyperbolic tangent of each element.
  public func tanh() -> Variable { HyperbolicTangent().applied(to: self) }
}
