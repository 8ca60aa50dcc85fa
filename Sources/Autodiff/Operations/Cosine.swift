/// The cosine.
struct Cosine: ElementOperation {
  var derivativeReads: Set<OperationRead> { [.arguments] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    for i in 0..<n { y[i] = Scalar.cosine(x[i]) }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (x, slope) = (pass.value(0), pass.slope)
    pass.fill(0) { -slope[$0] * Scalar.sine(x[$0]) }
  }
}

extension Variable {
  /// Returns the cosine of each element.
  package func cosine() -> Variable { Cosine().applied(to: self) }
}
