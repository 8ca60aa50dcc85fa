import LinearAlgebra
import MILData
import MILResults

/// Output weights in closed form: ridge regression of the targets +1 (positive) and -1 (negative) with an intercept.
///
/// What comes out are decision values, called positive from 0 on; they are not calibrated. The intercept is not
/// penalised. With balanced class weights both classes weigh the same in total; with equal ones each bag does, and the
/// more frequent class draws the decision to its side.
public struct RidgeConfiguration: Codable, Sendable, Equatable {
  /// Where the penalty comes from.
  public enum PenaltySelection: String, Codable, Sendable, CaseIterable {
    /// The smallest leave-one-out error on a path of 19 penalties, from 1e-6 to 1e3 times the features' variance.
    case leaveOneOut = "leave-one-out"
    /// `penalty` as it is.
    case fixed
  }

  /// How much a bag weighs.
  public enum ClassWeights: String, Codable, Sendable, CaseIterable {
    /// Each bag 1.
    case equal
    /// Each bag n / (2 n of its class): both classes half.
    case balanced

    /// The weight of each bag.
    func weights(_ labels: [Int]) -> [Double] {
      guard self == .balanced else { return Array(repeating: 1, count: labels.count) }
      let positives = labels.count { $0 == 1 }
      return labels.map { Double(labels.count) / Double(2 * ($0 == 1 ? positives : labels.count - positives)) }
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
  public var penaltySelection = PenaltySelection.leaveOneOut
  /// The fixed penalty of the squared length of the output weights; 0 gives the shortest least-squares solution.
  public var penalty = 1.0
  /// How much a bag weighs.
  public var classWeights = ClassWeights.equal

  /// The penalty from the leave-one-out error, all bags of one weight.
  public init() {}

  /// Refuses values outside their range.
  public func validate() throws { try ConfigurationError.require("penalty", penalty, in: 0...1e12) }

  /// The regression of labels on bag features.
  ///
  /// - Parameters:
  ///   - features: a row for each bag.
  ///   - labels: 0 or 1, one a row.
  /// - Throws: ``ModelError`` where a feature is not a number.
  func problem(_ features: Matrix<Float>, labels: [Int]) throws -> RidgeProblem {
    guard features.areFinite else { throw ModelError.hiddenFeatureOverflow }
    return try RidgeProblem(
      features.map { Double($0) }, targets: labels.map { $0 == 1 ? 1 : -1 }, weights: classWeights.weights(labels))
  }

  /// The penalty for a regression problem.
  func penalty(for problem: RidgeProblem) throws -> Double {
    guard penaltySelection == .leaveOneOut else { return penalty }
    // Features that hardly vary say nothing; against this floor they get no weight.
    let scale = max(problem.meanSquaredLength, 1e-20)
    let steps = stride(from: -6.0, through: 3, by: 0.5)
    return try problem.bestPenalty(of: steps.map { scale * Self.powerOfTen($0) })
  }

  /// The output weights for bag features.
  func solution(_ features: Matrix<Float>, labels: [Int]) throws -> RidgeSolution {
    let problem = try problem(features, labels: labels)
    return try problem.solution(penalty: penalty(for: problem))
  }

  /// 10 to a multiple of one half, the same on every platform.
  private static func powerOfTen(_ exponent: Double) -> Double {
    var value = 1.0
    for _ in 0..<Int(exponent.magnitude) { value *= 10 }
    if exponent.magnitude != exponent.magnitude.rounded(.down) { value *= 10.0.squareRoot() }
    return exponent < 0 ? 1 / value : value
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
