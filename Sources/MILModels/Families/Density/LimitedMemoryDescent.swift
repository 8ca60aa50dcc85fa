/// Minimises a smooth function by limited-memory BFGS, halving each step until it lowers the function enough.
///
/// Source: D. C. Liu, J. Nocedal, On the limited memory BFGS method for large scale optimization, Mathematical
/// Programming 45, 1989, doi:10.1007/BF01589116.
struct LimitedMemoryDescent {
  /// The number of stored changes.
  var memory = 10
  /// The largest number of steps.
  var limit: Int
  /// The smallest relative decrease of the value in a step; iteration ends after a smaller one.
  var tolerance = 1e-8

  /// Returns the lowest point found from a start, its value, and the number of steps.
  ///
  /// - Parameter function: returns the value and the gradient at a point.
  func minimum(
    from start: [Double], _ function: (_ point: [Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], value: Double, steps: Int) {
    var point = start
    var (value, gradient) = function(point)
    var changes: [(point: [Double], gradient: [Double], product: Double)] = []
    var steps = 0
    while steps < limit, value.isFinite {
      var direction = self.direction(gradient, changes)
      var slope = dot(direction, gradient)
      if !(slope < 0) {
        changes = []
        direction = gradient.map { -$0 }
        slope = dot(direction, gradient)
      }
      guard slope < 0 else { break }
      var length = changes.isEmpty ? 1 / max(1, dot(gradient, gradient).squareRoot()) : 1
      var next = moved(point, direction, length)
      var (nextValue, nextGradient) = function(next)
      while !(nextValue <= value + 1e-4 * length * slope), length > 1e-12 {
        length /= 2
        next = moved(point, direction, length)
        (nextValue, nextGradient) = function(next)
      }
      guard nextValue < value else { break }
      steps += 1
      let gain = value - nextValue
      let (step, turn) = (zip(next, point).map { $0 - $1 }, zip(nextGradient, gradient).map { $0 - $1 })
      let product = dot(step, turn)
      if product > 1e-12 * dot(turn, turn) { changes.append((step, turn, product)) }
      if changes.count > memory { changes.removeFirst() }
      (point, value, gradient) = (next, nextValue, nextGradient)
      if gain <= tolerance * max(abs(value), 1e-10) { break }
    }
    return (point, value, steps)
  }

  private func direction(
    _ gradient: [Double], _ changes: [(point: [Double], gradient: [Double], product: Double)]
  ) -> [Double] {
    var result = gradient.map { -$0 }
    var shares: [Double] = []
    for change in changes.reversed() {
      let share = dot(change.point, result) / change.product
      shares.append(share)
      for k in result.indices { result[k] -= share * change.gradient[k] }
    }
    if let last = changes.last {
      let scale = last.product / dot(last.gradient, last.gradient)
      for k in result.indices { result[k] *= scale }
    }
    for (change, share) in zip(changes, shares.reversed()) {
      let more = share - dot(change.gradient, result) / change.product
      for k in result.indices { result[k] += more * change.point[k] }
    }
    return result
  }

  private func moved(_ point: [Double], _ direction: [Double], _ length: Double) -> [Double] {
    var result = point
    for k in result.indices { result[k] += length * direction[k] }
    return result
  }

  private func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for k in left.indices { sum += left[k] * right[k] }
    return sum
  }
}
