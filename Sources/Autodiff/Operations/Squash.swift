import LinearAlgebra

/// Each row shortened to a length below 1.
struct Squash: GenericOperation {
  var traits: OperationTraits { OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments]) }

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.only("squashed") }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result, width) = (pass.value(0), pass.result, pass.shape.columns)
    for row in 0..<pass.rowCount {
      let (input, result) = (input + row * width, result + row * width)
      let length = Scalar.nrm2(n: width, x: input)
      // If the square of a length overflows, the quotient is 1 / length to the last bit.
      let factor = length < 1e15 ? length / (1 + length * length) : 1 / length
      for column in 0..<width { result[column] = factor * input[column] }
    }
  }

  /// Computes, with f(n) = n / (1 + n^2): d = f(n) slope + f'(n) / n (s . slope) s.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, slope, width, flow) = (pass.value(0), pass.slope, pass.shape.columns, pass.flow(0))
    let target = pass.gradient(0)
    // The fifth power of a length, in the denominator below, must not overflow.
    let limit: Scalar = Scalar.self == Float.self ? 1e6 : 1e9
    for row in 0..<pass.rowCount {
      let (input, slope) = (input + row * width, slope + row * width)
      let length = Scalar.nrm2(n: width, x: input)
      guard length < limit else {
        // From here on f(n) is 1 / n to the last bit, so that with u = s / n, d = (slope - (u . slope) u) / n.
        var inner: Scalar = 0
        for column in 0..<width { inner += input[column] / length * slope[column] }
        pass.fill(target + row * width, width, flow) { (slope[$0] - inner * (input[$0] / length)) / length }
        continue
      }
      let bound: Scalar = 1 + length * length
      let factor = length / bound
      let inner = Scalar.dot(n: width, x: input, y: slope)
      let radial = length > 0 ? inner * (1 - length * length) / (bound * bound * length) : 0
      pass.fill(target + row * width, width, flow) { factor * slope[$0] + radial * input[$0] }
    }
  }
}

extension Variable {
  /// Returns each row shortened to a length below 1: s |s| / (1 + |s|^2).
  ///
  /// This form of |s|^2 / (1 + |s|^2) * s / |s| has no quotient 0 / 0 at s = 0.
  /// Source: S. Sabour, N. Frosst, G. E. Hinton, Dynamic routing between capsules, NIPS 2017, arXiv 1710.09829.
  package func squashed() -> Variable { Squash().applied(to: self) }
}
