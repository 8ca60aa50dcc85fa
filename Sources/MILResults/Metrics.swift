import Foundation

/// How bags were called against what they are.
public struct ConfusionMatrix: Sendable, Equatable {
  /// Positive bags called positive.
  public var truePositives = 0
  /// Negative bags called positive.
  public var falsePositives = 0
  /// Negative bags called negative.
  public var trueNegatives = 0
  /// Positive bags called negative.
  public var falseNegatives = 0

  /// The counts of no bags.
  public init() {}

  /// The counts when bags with a score of at least `threshold` are called positive.
  ///
  /// `labels` (0 or 1) and `scores` have one element a bag.
  public init(labels: [Int], scores: [Double], threshold: Double) {
    for (label, score) in zip(labels, scores) {
      switch (label == 1, score >= threshold) {
      case (true, true): truePositives += 1
      case (false, true): falsePositives += 1
      case (false, false): trueNegatives += 1
      case (true, false): falseNegatives += 1
      }
    }
  }

  /// The sum of two matrices, for bags scored against different thresholds.
  public static func + (left: ConfusionMatrix, right: ConfusionMatrix) -> ConfusionMatrix {
    var sum = left
    sum.truePositives += right.truePositives
    sum.falsePositives += right.falsePositives
    sum.trueNegatives += right.trueNegatives
    sum.falseNegatives += right.falseNegatives
    return sum
  }

  /// The number of bags.
  public var bags: Int { truePositives + falsePositives + trueNegatives + falseNegatives }

  /// The share of bags called right; nil without bags.
  public var accuracy: Double? { ratio(truePositives + trueNegatives, bags) }

  /// The mean of the shares of positive and of negative bags called right; nil when one class is absent.
  public var balancedAccuracy: Double? {
    guard let sensitivity = ratio(truePositives, truePositives + falseNegatives),
      let specificity = ratio(trueNegatives, trueNegatives + falsePositives)
    else { return nil }
    return (sensitivity + specificity) / 2
  }

  /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); nil when no bag is or is called positive.
  public var f1: Double? { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

  private func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}

/// Metrics of scores, without a threshold; `labels` (0 or 1) and `scores` have one element a bag.
public enum Metrics {
  /// The area under the ROC curve: the share of pairs of a positive and a negative bag of which the positive one has
  /// the larger score, ties counting one half; nil when one class is absent.
  ///
  /// AUC = (R - P (P + 1) / 2) / (P N), with P positive and N negative bags and R the sum of the positive bags' ranks.
  ///
  /// Source: J. A. Hanley, B. J. McNeil, The meaning and use of the area under a receiver operating characteristic
  /// (ROC) curve, Radiology 143(1), 1982, doi:10.1148/radiology.143.1.7063747.
  public static func areaUnderCurve(labels: [Int], scores: [Double]) -> Double? {
    let ordered = zip(scores, labels).sorted { $0.0 < $1.0 }
    let positives = ordered.count { $0.1 == 1 }
    let negatives = ordered.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    var rankSum = 0.0
    var first = 0
    while first < ordered.count {
      var end = first
      var tiedPositives = 0
      while end < ordered.count, ordered[end].0 == ordered[first].0 {
        tiedPositives += ordered[end].1 == 1 ? 1 : 0
        end += 1
      }
      // Tied scores share the mean of the ranks first + 1 ... end.
      rankSum += Double(tiedPositives) * Double(first + 1 + end) / 2
      first = end
    }
    let p = Double(positives)
    return (rankSum - p * (p + 1) / 2) / (p * Double(negatives))
  }

  /// The mean negative log-likelihood of the labels, in nats; nil without bags.
  ///
  /// Probabilities are first clipped to [e, 1 - e] with e = 2^-52, as scikit-learn does for double precision.
  public static func logLoss(labels: [Int], probabilities: [Double]) -> Double? {
    let limit = Double.ulpOfOne
    return mean(
      zip(labels, probabilities).map { label, probability in
        -log(min(max(label == 1 ? probability : 1 - probability, limit), 1 - limit))
      })
  }

  /// The mean squared difference between probability and label; nil without bags.
  ///
  /// Source: G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78(1),
  /// 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
  public static func brierScore(labels: [Int], probabilities: [Double]) -> Double? {
    mean(zip(labels, probabilities).map { ($1 - Double($0)) * ($1 - Double($0)) })
  }
}

/// The arithmetic mean; nil of nothing.
package func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

/// The sample standard deviation, with n - 1 in the denominator; nil of fewer than two values.
package func sampleDeviation(_ values: [Double]) -> Double? {
  guard values.count > 1, let center = mean(values) else { return nil }
  let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(values.count - 1)).squareRoot()
}
