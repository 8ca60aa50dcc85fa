import LinearAlgebra

/// Ridge regression of any labels on bag means, with each bag predicted from all others.
struct LeaveOneOutSmoother {
  private let hat: [Double]
  /// The number of bags.
  let count: Int

  /// Computes the smoother of the means of consecutive bags of a data set.
  ///
  /// - Throws: `LinearSolveError` if no feature of the bag means varies.
  init(_ table: AuditedFeatures, bags: Range<Int>) throws {
    let count = bags.count
    self.count = count
    let columns = table.columns
    var standardised = Matrix<Double>(rows: count, columns: columns)
    for column in 0..<columns {
      let values = bags.map { table.bagMeans[$0 * columns + column] }
      let mean = values.reduce(0, +) / Double(count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
      // Variation within rounding error is constant.
      guard deviation > 1e-9 * (values.map(abs).max() ?? 0) else { continue }
      for bag in 0..<count { standardised[bag, column] = (values[bag] - mean) / deviation }
    }
    let kernel = standardised.gramOfRows()
    let penalty = (0..<count).reduce(0) { $0 + kernel[$1, $1] } / Double(count)
    var system = kernel
    for bag in 0..<count { system[bag, bag] += penalty }
    hat = try system.solvingPositiveDefinite(kernel).elements.map { $0 + 1 / Double(count) }
  }

  /// Returns the prediction for each bag from all others.
  func predictions(for labels: [Double]) -> [Double] {
    labels.indices.map { bag in
      let fitted = labels.indices.reduce(0) { $0 + hat[bag * count + $1] * labels[$1] }
      return labels[bag] - (labels[bag] - fitted) / (1 - hat[bag * count + bag])
    }
  }

  /// Returns, for each number k of leading bags, the leave-one-out squared error of separating them from the rest.
  ///
  /// The error is relative to that of predicting the mean of the other bags' labels; infinite at both ends.
  func borderErrors() -> [Double] {
    var fitted = [Double](repeating: 0, count: count)
    for bag in 0..<count { for other in 0..<count { fitted[bag] -= hat[bag * count + other] } }
    var errors = [Double](repeating: .infinity, count: count + 1)
    let size = Double(count)
    for leading in 1..<count {
      var sum = 0.0
      for bag in 0..<count {
        fitted[bag] += 2 * hat[bag * count + leading - 1]
        let label = bag < leading ? 1.0 : -1.0
        let residual = (label - fitted[bag]) / (1 - hat[bag * count + bag])
        sum += residual * residual
      }
      let share = Double(leading) / size
      let scale = size / (size - 1)
      errors[leading] = sum / (4 * share * (1 - share) * size * scale * scale)
    }
    return errors
  }

  /// Returns the smallest of ``borderErrors()`` for another order of the bags, among some numbers of leading bags.
  func smallestBorderError(order: [Int], among candidates: ClosedRange<Int>) -> Double {
    // The smoother is symmetric, so the column of a bag is its row.
    var signed = [Double](repeating: -1, count: count)
    var fitted = [Double](repeating: 0, count: count)
    for bag in 0..<count { for other in 0..<count { fitted[other] -= hat[bag * count + other] } }
    let scales = (0..<count).map { 1 / (1 - hat[$0 * count + $0]) }
    let size = Double(count)
    var smallest = Double.infinity
    for leading in 1...candidates.upperBound {
      let moved = order[leading - 1]
      signed[moved] = 1
      let row = moved &* count
      var sum = 0.0
      for bag in 0..<count {
        fitted[bag] += 2 * hat[row &+ bag]
        let residual = (signed[bag] - fitted[bag]) * scales[bag]
        sum += residual * residual
      }
      guard leading >= candidates.lowerBound else { continue }
      let share = Double(leading) / size
      let scale = size / (size - 1)
      smallest = min(smallest, sum / (4 * share * (1 - share) * size * scale * scale))
    }
    return smallest
  }
}
