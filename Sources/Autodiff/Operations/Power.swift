/// x to a fixed power; the derivative at x = 0 is defined as 0.
struct Power: ElementOperation {
  let exponent: Double
  var derivativeReads: Set<OperationRead> { [.arguments] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    let exponent = Scalar(exponent)
    for i in 0..<n { y[i] = Scalar.raised(x[i], to: exponent) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, slope) = (pass.value(0), pass.slope)
    let (exponent, lower) = (Scalar(exponent), Scalar(exponent - 1))
    pass.fill(0) { x[$0] == 0 ? 0 : slope[$0] * exponent * Scalar.raised(x[$0], to: lower) }
  }
}

extension Variable {
  /// Returns x to a fixed power; the derivative at x = 0 is defined as 0.
  public func power(_ exponent: Double) -> Variable { Power(exponent: exponent).applied(to: self) }
}
