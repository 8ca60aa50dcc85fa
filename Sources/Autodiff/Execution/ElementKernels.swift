import LinearAlgebra

/// Functions of each element, and dropout.
extension Executor {
  func apply(
    _ function: ElementFunction, _ n: Int, _ x: UnsafeMutablePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>
  ) {
    switch function {
    case .rectified(let leak):
      if leak == 0 { return Scalar.relu(n, x, y) }
      let leak = Scalar(leak)
      for i in 0..<n { y[i] = x[i] > 0 ? x[i] : leak * x[i] }
    case .tanh: Scalar.tanh(n, x, y)
    case .sigmoid: Scalar.sigmoid(n, x, y)
    case .cosine: for i in 0..<n { y[i] = Scalar.cosine(x[i]) }
    case .exponential: Scalar.exponential(n, x, scale: 1, shift: 0, y)
    case .logarithm: for i in 0..<n { y[i] = Scalar.logarithm(x[i]) }
    case .squareRoot: for i in 0..<n { y[i] = x[i].squareRoot() }
    case .square: for i in 0..<n { y[i] = x[i] * x[i] }
    case .softplus:
      for i in 0..<n { y[i] = max(x[i], 0) + Scalar.logarithm(1 + Scalar.exponential(-abs(x[i]))) }
    case .affine(let scale, let shift):
      let (scale, shift) = (Scalar(scale), Scalar(shift))
      for i in 0..<n { y[i] = x[i] * scale + shift }
    case .power(let exponent):
      let exponent = Scalar(exponent)
      for i in 0..<n { y[i] = Scalar.raised(x[i], to: exponent) }
    }
  }

  func applyBackward(
    _ function: ElementFunction, _ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>,
    _ slope: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>, _ flow: GradientFlow
  ) {
    switch function {
    case .rectified(let leak):
      if leak == 0 && flow == .store { return Scalar.reluBackward(n, result: y, slope, target) }
      let leak = Scalar(leak)
      fill(target, n, flow) { y[$0] > 0 ? slope[$0] : leak * slope[$0] }
    case .tanh: fill(target, n, flow) { slope[$0] * (1 - y[$0] * y[$0]) }
    case .sigmoid: fill(target, n, flow) { slope[$0] * y[$0] * (1 - y[$0]) }
    case .cosine: fill(target, n, flow) { -slope[$0] * Scalar.sine(x[$0]) }
    case .exponential: fill(target, n, flow) { slope[$0] * y[$0] }
    case .logarithm: fill(target, n, flow) { slope[$0] / x[$0] }
    case .squareRoot: fill(target, n, flow) { y[$0] > 0 ? slope[$0] / (2 * y[$0]) : 0 }
    case .square: fill(target, n, flow) { slope[$0] * 2 * x[$0] }
    case .softplus: fill(target, n, flow) { slope[$0] / (1 + Scalar.exponential(-x[$0])) }
    case .affine(let scale, _):
      let scale = Scalar(scale)
      fill(target, n, flow) { slope[$0] * scale }
    case .power(let exponent):
      let (exponent, lower) = (Scalar(exponent), Scalar(exponent - 1))
      fill(target, n, flow) { x[$0] == 0 ? 0 : slope[$0] * exponent * Scalar.raised(x[$0], to: lower) }
    }
  }

  func dropout(_ rate: Double, _ count: Int, _ step: Step, into result: UnsafeMutablePointer<Scalar>) {
    let mask = memories[step.result]
    let input = values[step.first]
    // One random word serves four elements; the kept ones are scaled by the probability that is really used.
    let threshold = UInt16(min((rate * 65536).rounded(), 65535))
    let scale = 65536 / (65536 - Scalar(threshold))
    // Small enough for the stack.
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 128) { words in
      guard let random = UnsafeRawPointer(words.baseAddress)?.assumingMemoryBound(to: UInt16.self) else { return }
      for start in stride(from: 0, to: count, by: 4 * words.count) {
        let chunk = min(4 * words.count, count - start)
        for index in 0..<(chunk + 3) / 4 { words[index] = dropoutGenerator.next().littleEndian }
        Scalar.dropout(
          chunk, random: random, threshold: threshold, scale: scale, input + start, mask: mask + start, result + start)
      }
    }
  }

  func dropoutBackward(_ count: Int, _ step: Step, _ slope: UnsafePointer<Scalar>) {
    let mask = memories[step.result]
    fill(gradients[step.first], count, step.flowToFirst) { slope[$0] * mask[$0] }
  }
}
