/// 1 / (1 + exp(-x)).
struct Sigmoid: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.result] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    Scalar.sigmoid(n, x, y)
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (y, slope) = (pass.result, pass.slope)
    pass.fill(0) { slope[$0] * y[$0] * (1 - y[$0]) }
  }
}

extension Variable {
  /// Returns 1 / (1 + exp(-x)) for each element.
  public func sigmoid() -> Variable { Sigmoid().applied(to: self) }
}
