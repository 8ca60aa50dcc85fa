/// The natural logarithm.
struct Logarithm: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.arguments] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    for i in 0..<n { y[i] = Scalar.logarithm(x[i]) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, slope) = (pass.value(0), pass.slope)
    pass.fill(0) { slope[$0] / x[$0] }
  }
}

extension Variable {
  /// Returns the natural logarithm of each element.
  public func log() -> Variable { Logarithm().applied(to: self) }
}
