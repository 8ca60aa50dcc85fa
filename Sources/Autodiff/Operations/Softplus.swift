/// log(1 + exp(x)).
struct Softplus: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.arguments] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    for i in 0..<n { y[i] = max(x[i], 0) + Scalar.logarithm(1 + Scalar.exponential(-abs(x[i]))) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, slope) = (pass.value(0), pass.slope)
    pass.fill(0) { slope[$0] / (1 + Scalar.exponential(-x[$0])) }
  }
}

extension Variable {
  /// Returns log(1 + exp(x)) for each element.
  public func softplus() -> Variable { Softplus().applied(to: self) }
}
