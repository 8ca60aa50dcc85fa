import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Output weights in closed form: ridge regression of the targets +1 (positive) and -1 (negative) with an intercept.
///
/// The outputs are decision values, positive from 0 on; they are not calibrated. With several classes each has targets
/// +1 against -1 of all others. All right-hand sides share one penalty, so that their values have the same scale and
/// the largest is predicted. Numbers are their own targets. The intercept is not penalised. With balanced class weights
/// both classes have the same total weight. With equal ones each bag has, and the more frequent class biases the
/// decision.
package struct RidgeConfiguration: Codable, Sendable, Equatable {
  /// The selection of the penalty.
  package enum PenaltySelection: String, Codable, Sendable, CaseIterable {
    /// The smallest leave-one-out error on a path of 19 penalties, from 1e-6 to 1e3 times the features' variance.
    case leaveOneOut = "leave-one-out"
    /// The value of `penalty`.
    case fixed
  }

  /// The selection of the penalty.
  package var penaltySelection = PenaltySelection.leaveOneOut
  /// The fixed penalty of the squared length of the output weights; 0 yields the shortest least-squares solution.
  package var penalty = 1.0
  /// The weights of bags.
  package var classWeights = ClassWeights.equal

  /// Creates the default: the penalty by the leave-one-out error, and equal weights.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try ConfigurationError.require("penalty", penalty, in: 0...1e12) }

  /// Returns the regression problem of targets on bag features.
  ///
  /// - Parameters:
  ///   - features: one row per bag.
  ///   - targets: two classes, several classes or numbers, one per row.
  /// - Throws: ``ModelError`` if a feature is not a number.
  func problem(_ features: Matrix<Float>, _ targets: Targets) throws -> RidgeProblem {
    guard features.areFinite else { throw ModelError.hiddenFeatureOverflow }
    return try RidgeProblem(
      features.map { Double($0) }, targets: targets.regressed, weights: classWeights.weights(targets))
  }

  /// Returns the penalty for a regression problem.
  func penalty(for problem: RidgeProblem) throws -> Double {
    guard penaltySelection == .leaveOneOut else { return penalty }
    // Features with almost no variance carry no information; this floor gives them negligible weight.
    let scale = max(problem.meanSquaredLength, 1e-20)
    let steps = stride(from: -6.0, through: 3, by: 0.5)
    return try problem.bestPenalty(of: steps.map { scale * Self.powerOfTen($0) })
  }

  /// Returns the output weights for bag features, one solution per predicted number.
  func solutions(_ features: Matrix<Float>, _ targets: Targets) throws -> [RidgeSolution] {
    let problem = try problem(features, targets)
    return try problem.solutions(penalty: penalty(for: problem))
  }

  /// Returns 10 to a multiple of one half, the same on every platform.
  private static func powerOfTen(_ exponent: Double) -> Double {
    var value = 1.0
    for _ in 0..<Int(exponent.magnitude) { value *= 10 }
    if exponent.magnitude != exponent.magnitude.rounded(.down) { value *= 10.0.squareRoot() }
    return exponent < 0 ? 1 / value : value
  }
}

extension Targets {
  /// The targets of a regression: one column, or one per class if there are several.
  fileprivate var regressed: Matrix<Double> {
    guard let labels = classIndices else { return Matrix(rows: count, columns: 1, elements: values) }
    guard classCount > 2 else { return Matrix(rows: count, columns: 1, elements: labels.map { $0 == 1 ? 1 : -1 }) }
    var result = Matrix<Double>(rows: count, columns: classCount)
    for (bag, label) in labels.enumerated() {
      for column in 0..<classCount { result[bag, column] = label == column ? 1 : -1 }
    }
    return result
  }
}

extension [RidgeSolution] {
  /// The number of coefficients and intercepts.
  var parameterCount: Int { reduce(0) { $0 + $1.coefficients.count + 1 } }

  /// Returns the predictions for each row of features: a number for each solution, row after row.
  func predictions(_ rows: Matrix<Double>) -> [Double] {
    guard count > 1 else { return first?.predictions(rows) ?? [] }
    let columns = map { $0.predictions(rows) }
    return (0..<rows.rows).flatMap { row in columns.map { $0[row] } }
  }
}

extension RidgeSolution {
  /// The notes of the solution for the journal.
  var notes: [String: String] {
    var notes = ["penalty": "\(penalty)"]
    if isLeastSquares { notes["solve"] = "least squares" }
    return notes
  }
}

extension ModelError {
  /// An error of hidden features that are not finite, because the instances' features are missing or too large.
  static let hiddenFeatureOverflow = ModelError(
    "a hidden feature is not a finite number, expected finite features of moderate size; standardise them")
}
