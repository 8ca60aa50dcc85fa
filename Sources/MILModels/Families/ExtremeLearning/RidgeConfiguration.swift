import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Output weights in closed form: ridge regression of the targets +1 (positive) and -1 (negative) with an intercept.
///
/// What comes out are decision values, called positive from 0 on; they are not calibrated. Of several classes each has
/// targets +1 against -1 of all others: as many right-hand sides with one penalty, so that their values are on one scale and
/// the largest is called. Numbers are their own targets. The intercept is not
/// penalised. With balanced class weights both classes weigh the same in total; with equal ones each bag does, and the
/// more frequent class draws the decision to its side.
public struct RidgeConfiguration: Codable, Sendable, Equatable {
  /// Where the penalty comes from.
  package enum PenaltySelection: String, Codable, Sendable, CaseIterable {
    /// The smallest leave-one-out error on a path of 19 penalties, from 1e-6 to 1e3 times the features' variance.
    case leaveOneOut = "leave-one-out"
    /// `penalty` as it is.
    case fixed
  }

  /// How much a bag weighs.
  public enum ClassWeights: String, Codable, Sendable, CaseIterable {
    /// Each bag 1.
    case equal
    /// Each bag n / (k n of its class): all k classes the same in total.
    case balanced

    /// The weight of each bag.
    func weights(_ labels: [Int], classes: Int = 2) -> [Double] {
      guard self == .balanced else { return Array(repeating: 1, count: labels.count) }
      var counts = [Int](repeating: 0, count: classes)
      for label in labels { counts[label] += 1 }
      return labels.map { Double(labels.count) / Double(classes * counts[$0]) }
    }

    /// The weight of each bag.
    ///
    /// - Throws: ``NotApplicable`` for balanced weights where targets are no classes.
    func weights(_ targets: Targets) throws -> [Double] {
      if case .classes(let labels, _) = targets { return weights(labels, classes: targets.classCount) }
      guard self == .equal else {
        throw NotApplicable("classWeights=balanced needs classes, the bags have \(targets.kind.title)")
      }
      return Array(repeating: 1, count: targets.count)
    }

    /// The weight of a bag of each class, n / (k n of its class) of n bags in k classes; nil where all weigh 1.
    func ofClasses(_ targets: Targets) -> [Double]? {
      guard self == .balanced else { return nil }
      guard case .classes(let labels, _) = targets else { return [] }
      let counts = (0..<targets.classCount).map { label in labels.count { $0 == label } }
      guard counts.count(where: { $0 > 0 }) > 1 else { return nil }
      let share = Double(labels.count) / Double(counts.count)
      return counts.map { $0 > 0 ? share / Double($0) : 1 }
    }
  }

  /// Where the penalty comes from.
  package var penaltySelection = PenaltySelection.leaveOneOut
  /// The fixed penalty of the squared length of the output weights; 0 gives the shortest least-squares solution.
  package var penalty = 1.0
  /// How much a bag weighs.
  package var classWeights = ClassWeights.equal

  /// The penalty from the leave-one-out error, all bags of one weight.
  public init() {}

  /// Refuses values outside their range.
  public func validate() throws { try ConfigurationError.require("penalty", penalty, in: 0...1e12) }

  /// The regression of labels on bag features.
  ///
  /// - Parameters:
  ///   - features: a row for each bag.
  ///   - targets: two classes, several classes or numbers, one a row.
  /// - Throws: ``ModelError`` where a feature is not a number.
  func problem(_ features: Matrix<Float>, _ targets: Targets) throws -> RidgeProblem {
    guard features.areFinite else { throw ModelError.hiddenFeatureOverflow }
    return try RidgeProblem(
      features.map { Double($0) }, targets: targets.regressed, weights: classWeights.weights(targets))
  }

  /// The penalty for a regression problem.
  func penalty(for problem: RidgeProblem) throws -> Double {
    guard penaltySelection == .leaveOneOut else { return penalty }
    // Features that hardly vary say nothing; against this floor they get no weight.
    let scale = max(problem.meanSquaredLength, 1e-20)
    let steps = stride(from: -6.0, through: 3, by: 0.5)
    return try problem.bestPenalty(of: steps.map { scale * Self.powerOfTen($0) })
  }

  /// The output weights for bag features, one for each number that is predicted.
  func solutions(_ features: Matrix<Float>, _ targets: Targets) throws -> [RidgeSolution] {
    let problem = try problem(features, targets)
    return try problem.solutions(penalty: penalty(for: problem))
  }

  /// 10 to a multiple of one half, the same on every platform.
  private static func powerOfTen(_ exponent: Double) -> Double {
    var value = 1.0
    for _ in 0..<Int(exponent.magnitude) { value *= 10 }
    if exponent.magnitude != exponent.magnitude.rounded(.down) { value *= 10.0.squareRoot() }
    return exponent < 0 ? 1 / value : value
  }
}

extension Targets {
  /// What a regression has for targets: a column, or one a class of several.
  fileprivate var regressed: Matrix<Double> {
    switch self {
    case .classes(let labels, _) where classCount > 2:
      var result = Matrix<Double>(rows: count, columns: classCount)
      for (bag, label) in labels.enumerated() {
        for column in 0..<classCount { result[bag, column] = label == column ? 1 : -1 }
      }
      return result
    case .classes(let labels, _): return Matrix(rows: count, columns: 1, elements: labels.map { $0 == 1 ? 1 : -1 })
    case .numbers(let numbers): return Matrix(rows: count, columns: 1, elements: numbers)
    case .survival(let times, _): return Matrix(rows: count, columns: 1, elements: times)
    }
  }
}

extension [RidgeSolution] {
  /// The number of coefficients and intercepts.
  var parameterCount: Int { reduce(0) { $0 + $1.coefficients.count + 1 } }

  /// What each row of features gives: a number for each solution, row after row.
  func predictions(_ rows: Matrix<Double>) -> [Double] {
    guard count > 1 else { return first?.predictions(rows) ?? [] }
    let columns = map { $0.predictions(rows) }
    return (0..<rows.rows).flatMap { row in columns.map { $0[row] } }
  }
}

extension RidgeSolution {
  /// What a journal should know of it.
  var notes: [String: String] {
    var notes = ["penalty": "\(penalty)"]
    if isLeastSquares { notes["solve"] = "least squares" }
    return notes
  }
}

extension ModelError {
  /// Hidden features that are no numbers, since the instances' features are none or too large.
  static let hiddenFeatureOverflow = ModelError(
    "a hidden feature is not a finite number, expected finite features of moderate size; standardise them")
}
