import Foundation
import LinearAlgebra

/// Penalised multinomial regression: Newton steps, each solved by conjugate gradients.
///
/// The loss is `- sum_b weight_b log softmax(intercepts + B' z_b)[class of b] + penalty / 2 |B|^2` over B, one column
/// per class, and the intercepts, which are not penalised. A class without training bags is excluded, and its intercept
/// is that of half a bag. Source: the Newton step with Hessian products as in T. P. Minka, A comparison of numerical
/// optimizers for logistic regression, 2003.
struct MultinomialRegression {
  private let design: Matrix<Double>
  private let labels: [Int]
  private let classes: Int
  private let weights: [Double]
  private let penalty: Double
  /// The number of Newton steps taken.
  private(set) var iterations = 0

  /// Coefficients and, in the last row, intercepts: one column per class.
  private typealias Point = Matrix<Double>

  init(_ design: Matrix<Double>, labels: [Int], classes: Int, weights: [Double], penalty: Double) {
    (self.design, self.labels, self.classes) = (design, labels, classes)
    (self.weights, self.penalty) = (weights, penalty)
  }

  /// Returns the softmax of each row of `classes` values.
  static func probabilities(_ values: [Double], classes: Int) -> [Double] {
    stride(from: 0, to: values.count, by: classes).flatMap { first in
      let row = values[first..<first + classes]
      let most = row.max() ?? 0
      let shares = row.map { exp($0 - most) }
      let sum = shares.reduce(0, +)
      return shares.map { $0 / sum }
    }
  }

  /// Returns the minimum, one regression per class; iteration ends when a step no longer lowers the objective.
  mutating func solutions() -> [RidgeSolution] {
    let present = Set(labels).sorted()
    var point = Point(rows: design.columns + 1, columns: present.count)
    let places = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
    let own = labels.map { places[$0] ?? 0 }
    if present.count > 1 { minimise(&point, own) }
    let last = design.columns
    let mean = present.indices.reduce(0) { $0 + point[last, $1] } / Double(present.count)
    return (0..<classes).map { label in
      guard let column = places[label] else {
        return RidgeSolution(
          coefficients: Array(repeating: 0, count: design.columns), intercept: log(0.5 / Double(labels.count)),
          penalty: penalty)
      }
      return RidgeSolution(
        coefficients: (0..<last).map { point[$0, column] }, intercept: point[last, column] - mean, penalty: penalty)
    }
  }

  private mutating func minimise(_ point: inout Point, _ labels: [Int]) {
    var (least, shares) = objective(point, labels)
    while iterations < 200 {
      iterations += 1
      var residuals = shares
      for (row, label) in labels.enumerated() {
        residuals[row, label] -= 1
        for column in 0..<residuals.columns { residuals[row, column] *= weights[row] }
      }
      let gradient = pulled(residuals, at: point)
      let step = direction(gradient, shares)
      var share = 1.0
      var next = moved(point, by: step, share)
      var (value, nextShares) = objective(next, labels)
      while !(value <= least) && share > 1e-10 {
        share /= 2
        next = moved(point, by: step, share)
        (value, nextShares) = objective(next, labels)
      }
      guard value <= least else { return }
      let gain = least - value
      (point, least, shares) = (next, value, nextShares)
      if gain <= 1e-14 * max(least, 1e-3) { return }
    }
  }

  /// Returns the values of all bags, one column per class.
  private func values(_ point: Point) -> Matrix<Double> {
    let coefficients = Matrix(
      rows: design.columns, columns: point.columns,
      elements: Array(point.elements.prefix(design.columns * point.columns)))
    var result = design * coefficients
    for row in 0..<result.rows {
      for column in 0..<result.columns { result[row, column] += point[design.columns, column] }
    }
    return result
  }

  /// Returns Z' R with the column sums of R below it, plus the gradient of the penalty.
  private func pulled(_ residuals: Matrix<Double>, at point: Point) -> Point {
    let product = design.multiplied(by: residuals, transposingSelf: true)
    let sums = (0..<residuals.columns).map { residuals.column($0).reduce(0, +) }
    var result = Matrix(rows: product.rows + 1, columns: product.columns, elements: product.elements + sums)
    for row in 0..<product.rows {
      for column in 0..<product.columns { result[row, column] += penalty * point[row, column] }
    }
    return result
  }

  private func objective(_ point: Point, _ labels: [Int]) -> (value: Double, shares: Matrix<Double>) {
    let values = values(point)
    var sum = 0.0
    for row in 0..<design.columns {
      for column in 0..<point.columns { sum += penalty / 2 * point[row, column] * point[row, column] }
    }
    for (row, label) in labels.enumerated() {
      let own = values.row(row)
      let most = own.max() ?? 0
      sum += weights[row] * (most + log(own.reduce(0) { $0 + exp($1 - most) }) - own[label])
    }
    let shares = Self.probabilities(values.elements, classes: point.columns)
    return (sum, Matrix(rows: values.rows, columns: values.columns, elements: shares))
  }

  /// Returns the Newton direction, by conjugate gradients.
  private func direction(_ gradient: Point, _ shares: Matrix<Double>) -> Point {
    var step = Point(rows: gradient.rows, columns: gradient.columns)
    var residual = gradient.map { -$0 }
    var along = residual
    var square = dot(residual, residual)
    let goal = square * min(0.01, square.squareRoot() * 1e-2)
    for _ in 0..<(4 * gradient.count + 20) where square > goal && square > 0 {
      let curved = curvature(along, shares)
      let slope = dot(along, curved)
      guard slope > 1e-300 else { break }
      let length = square / slope
      step = moved(step, by: along, length)
      residual = moved(residual, by: curved, -length)
      let next = dot(residual, residual)
      along = moved(residual, by: along, next / square)
      square = next
    }
    return step
  }

  /// Returns the Hessian times a direction.
  private func curvature(_ along: Point, _ shares: Matrix<Double>) -> Point {
    var change = values(along)
    for row in 0..<change.rows {
      var mean = 0.0
      for column in 0..<change.columns { mean += shares[row, column] * change[row, column] }
      for column in 0..<change.columns {
        change[row, column] = weights[row] * shares[row, column] * (change[row, column] - mean)
      }
    }
    return pulled(change, at: along)
  }

  private func dot(_ one: Point, _ two: Point) -> Double {
    zip(one.elements, two.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func moved(_ point: Point, by step: Point, _ share: Double) -> Point {
    Matrix(
      rows: point.rows, columns: point.columns, elements: zip(point.elements, step.elements).map { $0 + share * $1 })
  }
}
