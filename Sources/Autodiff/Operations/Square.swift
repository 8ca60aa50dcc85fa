/// x squared.
struct Square: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.arguments] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    for i in 0..<n { y[i] = x[i] * x[i] }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, slope) = (pass.value(0), pass.slope)
    pass.fill(0) { slope[$0] * 2 * x[$0] }
  }
}

extension Variable {
  /// Returns x squared for each element.
  public func squared() -> Variable { Square().applied(to: self) }
}
