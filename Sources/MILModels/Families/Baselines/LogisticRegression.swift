import Foundation
import LinearAlgebra

/// A fitted regression of classes on vectors of bags.
///
/// With two classes it predicts the probability of the positive one, with several the probability of each.
struct ClassRegression: Sendable {
  private let solutions: [RidgeSolution]
  /// The notes of the fit for journals; empty for a restored model.
  let notes: [String: String]

  /// Fits a regression, by the logistic function for two classes and by the softmax for several.
  ///
  /// - Parameter weights: the weight of each row.
  init(_ rows: Matrix<Double>, labels: [Int], classes: Int, weights: [Double], penalty: Double) throws {
    let iterations: Int
    if classes > 2 {
      var regression = MultinomialRegression(
        rows, labels: labels, classes: classes, weights: weights, penalty: penalty)
      solutions = regression.solutions()
      iterations = regression.iterations
    } else {
      var regression = LogisticRegression(rows, labels: labels, weights: weights, penalty: penalty)
      solutions = [try regression.solution()]
      iterations = regression.iterations
    }
    notes = ["iterations": "\(iterations)"]
  }

  /// Restores the regression of a state, with `count` outputs on `columns` features.
  init(from state: ModelState, named name: String, count: Int, columns: Int) throws {
    solutions = try state.solutions(name, count: count, columns: columns)
    notes = [:]
  }

  /// Writes the regression to a state.
  func keep(in state: inout ModelState, named name: String) { state.set(name, to: solutions) }

  /// The number of weights and intercepts.
  var parameterCount: Int { solutions.parameterCount }

  /// The number of elements of a vector.
  var columnCount: Int { solutions.first?.coefficients.count ?? 0 }

  /// The probabilities of each row.
  func probabilities(_ rows: Matrix<Double>) -> [Double] {
    let values = solutions.predictions(rows)
    guard solutions.count > 1 else { return values.map(LogisticRegression.probability) }
    return MultinomialRegression.probabilities(values, classes: solutions.count)
  }
}

/// Penalised logistic regression by Newton's method: each step is a weighted ridge regression.
struct LogisticRegression {
  private let design: Matrix<Double>
  private let labels: [Int]
  private let weights: [Double]
  private let penalty: Double
  /// The number of Newton steps made.
  private(set) var iterations = 0

  init(_ design: Matrix<Double>, labels: [Int], weights: [Double], penalty: Double) {
    self.design = design
    self.labels = labels
    self.weights = weights
    self.penalty = penalty
  }

  /// 1 / (1 + exp(-x)).
  static func probability(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

  /// The minimum; steps end when they no longer lower the objective.
  mutating func solution() throws -> RidgeSolution {
    let (count, positives) = (Double(labels.count), Double(labels.reduce(0, +)))
    var best = RidgeSolution(
      coefficients: Array(repeating: 0, count: design.columns),
      intercept: log((positives + 0.5) / (count - positives + 0.5)), penalty: penalty)
    guard positives > 0, positives < count else { return best }
    var least = objective(best)
    while iterations < 100 {
      iterations += 1
      let step = try newton(from: best)
      // Far from the minimum a full step can lead uphill; a short enough one does not.
      var share = 1.0
      var next = step
      var value = objective(next)
      while !(value <= least) && share > 1e-10 {
        share /= 2
        next = best.moved(share, towards: step)
        value = objective(next)
      }
      guard value <= least else { break }
      let gain = least - value
      (best, least) = (next, value)
      if gain <= 1e-13 * max(least, 1e-3) { break }
    }
    return best
  }

  /// The minimum of the objective's second-order expansion, a ridge regression of the working targets.
  private func newton(from point: RidgeSolution) throws -> RidgeSolution {
    let values = point.predictions(design)
    var targets = values
    var curvatures = weights
    for row in labels.indices {
      let probability = Self.probability(values[row])
      let curvature = max(probability * (1 - probability), 1e-10)
      targets[row] += (Double(labels[row]) - probability) / curvature
      curvatures[row] *= curvature
    }
    return try RidgeProblem(design, targets: targets, weights: curvatures).solution(penalty: penalty)
  }

  private func objective(_ point: RidgeSolution) -> Double {
    var sum = penalty / 2 * point.coefficients.reduce(0) { $0 + $1 * $1 }
    for (row, value) in point.predictions(design).enumerated() {
      let signed = labels[row] == 1 ? -value : value
      sum += weights[row] * (max(signed, 0) + log1p(exp(-abs(signed))))
    }
    return sum
  }
}

extension RidgeSolution {
  /// The point at `share` of the way to another.
  fileprivate func moved(_ share: Double, towards other: RidgeSolution) -> RidgeSolution {
    RidgeSolution(
      coefficients: zip(coefficients, other.coefficients).map { $0 + share * ($1 - $0) },
      intercept: intercept + share * (other.intercept - intercept), penalty: penalty)
  }
}
