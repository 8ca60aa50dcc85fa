/// The counts of bags by true and predicted class.
package struct ConfusionMatrix: Sendable, Equatable {
  /// The number of positive bags that are predicted as positive.
  package var truePositives = 0
  /// The number of negative bags that are predicted as positive.
  package var falsePositives = 0
  /// The number of negative bags that are predicted as negative.
  package var trueNegatives = 0
  /// The number of positive bags that are predicted as negative.
  package var falseNegatives = 0

  /// Creates the counts of no bags.
  package init() {}

  /// Counts bags as predicted positive if their score is at least `threshold`.
  ///
  /// `labels` (0 or 1) and `scores` have one element a bag.
  package init(labels: [Int], scores: [Double], threshold: Double) {
    for (label, score) in zip(labels, scores) {
      switch (label == 1, score >= threshold) {
      case (true, true): truePositives += 1
      case (false, true): falsePositives += 1
      case (false, false): trueNegatives += 1
      case (true, false): falseNegatives += 1
      }
    }
  }

  /// Counts bags by their true and predicted class.
  package init(_ outcomes: Outcomes) {
    self.init(labels: outcomes.labels, scores: outcomes.calls.map(Double.init), threshold: 1)
  }

  /// Returns the sum of two matrices, for bags with different thresholds.
  package static func + (left: ConfusionMatrix, right: ConfusionMatrix) -> ConfusionMatrix {
    var sum = left
    sum.truePositives += right.truePositives
    sum.falsePositives += right.falsePositives
    sum.trueNegatives += right.trueNegatives
    sum.falseNegatives += right.falseNegatives
    return sum
  }

  /// The number of bags.
  package var bags: Int { truePositives + falsePositives + trueNegatives + falseNegatives }

  /// The share of correctly predicted bags; nil without bags.
  package var accuracy: Double? { ratio(truePositives + trueNegatives, bags) }

  /// The mean of the shares of positive and of negative bags that are predicted correctly; nil if one class is missing.
  package var balancedAccuracy: Double? {
    guard let sensitivity = ratio(truePositives, truePositives + falseNegatives),
      let specificity = ratio(trueNegatives, trueNegatives + falsePositives)
    else { return nil }
    return (sensitivity + specificity) / 2
  }

  /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); nil if no bag is positive or predicted as
  /// positive.
  package var f1: Double? { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

  private func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
