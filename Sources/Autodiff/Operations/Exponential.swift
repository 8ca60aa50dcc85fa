/// The exponential.
struct Exponential: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.result] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    Scalar.exponential(n, x, scale: 1, shift: 0, y)
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (y, slope) = (pass.result, pass.slope)
    pass.fill(0) { slope[$0] * y[$0] }
  }
}

extension Variable {
  /// Returns the exponential of each element.
  public func exp() -> Variable { Exponential().applied(to: self) }
}
