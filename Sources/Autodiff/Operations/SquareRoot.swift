/// The square root; its derivative at 0 is defined as 0.
struct SquareRoot: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.result] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    for i in 0..<n { y[i] = x[i].squareRoot() }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (y, slope) = (pass.result, pass.slope)
    pass.fill(0) { y[$0] > 0 ? slope[$0] / (2 * y[$0]) : 0 }
  }
}

extension Variable {
  /// Returns the square root of each element; its derivative at 0 is defined as 0.
  public func squareRoot() -> Variable { SquareRoot().applied(to: self) }
}
