import LinearAlgebra

/// Operations on the features of each row.
extension Executor {
  func sumOverFeatures(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (input, width) = (values[step.first], columns(step.first))
    for row in 0..<rowCount(step.rows, batch) {
      var sum: Scalar = 0
      for column in 0..<width { sum += input[row * width + column] }
      result[row] = sum
    }
  }

  func sumOverFeaturesBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let width = columns(step.first)
    for row in 0..<rowCount(step.rows, batch) {
      fill(gradients[step.first] + row * width, width, step.flowToFirst) { _ in slope[row] }
    }
  }

  func length(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (input, width) = (values[step.first], columns(step.first))
    for row in 0..<rowCount(step.rows, batch) { result[row] = Scalar.nrm2(n: width, x: input + row * width) }
  }

  func lengthBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (input, width, length) = (values[step.first], columns(step.first), values[step.result])
    for row in 0..<rowCount(step.rows, batch) {
      let share = length[row] > 0 ? slope[row] / length[row] : 0
      let input = input + row * width
      fill(gradients[step.first] + row * width, width, step.flowToFirst) { share * input[$0] }
    }
  }

  func squash(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (input, width) = (values[step.first], step.columns)
    for row in 0..<rowCount(step.rows, batch) {
      let (input, result) = (input + row * width, result + row * width)
      let length = Scalar.nrm2(n: width, x: input)
      // For lengths whose square overflows the quotient is 1 / length to the last bit.
      let factor = length < 1e15 ? length / (1 + length * length) : 1 / length
      for column in 0..<width { result[column] = factor * input[column] }
    }
  }

  /// With f(n) = n / (1 + n^2): d = f(n) slope + f'(n) / n (s . slope) s.
  func squashBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (input, width) = (values[step.first], step.columns)
    // The fifth power of a length, which stands below, must not overflow.
    let limit: Scalar = Scalar.self == Float.self ? 1e6 : 1e9
    for row in 0..<rowCount(step.rows, batch) {
      let (input, slope) = (input + row * width, slope + row * width)
      let length = Scalar.nrm2(n: width, x: input)
      guard length < limit else {
        // From here on f(n) is 1 / n to the last bit, so that with u = s / n, d = (slope - (u . slope) u) / n.
        var inner: Scalar = 0
        for column in 0..<width { inner += input[column] / length * slope[column] }
        fill(gradients[step.first] + row * width, width, step.flowToFirst) {
          (slope[$0] - inner * (input[$0] / length)) / length
        }
        continue
      }
      let bound: Scalar = 1 + length * length
      let factor = length / bound
      let inner = Scalar.dot(n: width, x: input, y: slope)
      let radial = length > 0 ? inner * (1 - length * length) / (bound * bound * length) : 0
      fill(gradients[step.first] + row * width, width, step.flowToFirst) { factor * slope[$0] + radial * input[$0] }
    }
  }

  func concatenate(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (left, right) = (columns(step.first), columns(step.second))
    for row in 0..<rowCount(step.rows, batch) {
      let result = result + row * step.columns
      result.update(from: values[step.first] + row * left, count: left)
      (result + left).update(from: values[step.second] + row * right, count: right)
    }
  }

  func concatenateBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (left, right) = (columns(step.first), columns(step.second))
    for row in 0..<rowCount(step.rows, batch) {
      let slope = slope + row * step.columns
      fill(gradients[step.first] + row * left, left, step.flowToFirst) { slope[$0] }
      fill(gradients[step.second] + row * right, right, step.flowToSecond) { slope[left + $0] }
    }
  }

  func takeColumns(_ from: Int, _ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let width = columns(step.first)
    for row in 0..<rowCount(step.rows, batch) {
      (result + row * step.columns).update(from: values[step.first] + row * width + from, count: step.columns)
    }
  }

  func takeColumnsBackward(_ from: Int, _ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let width = columns(step.first)
    clear(gradients[step.first], rowCount(step.rows, batch) * width, step.flowToFirst)
    for row in 0..<rowCount(step.rows, batch) {
      let slope = slope + row * step.columns
      fill(gradients[step.first] + row * width + from, step.columns, .add) { slope[$0] }
    }
  }
}
