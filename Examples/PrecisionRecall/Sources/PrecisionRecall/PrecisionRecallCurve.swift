/// The precision of a model at each recall, as the threshold falls from the largest score to the smallest.
///
/// Source: J. Davis, M. Goadrich, The relationship between precision-recall and ROC curves, ICML 2006,
/// doi:10.1145/1143844.1143874.
public struct PrecisionRecallCurve: Sendable, Equatable {
  /// The recall at each distinct score, from the largest score down; it never falls.
  public private(set) var recall: [Double] = []
  /// The precision at each distinct score.
  public private(set) var precision: [Double] = []

  /// Computes the curve from one label, 0 or 1, and one score per bag; nil if no bag is positive.
  public init?(labels: [Int], scores: [Double]) {
    let positives = labels.count { $0 == 1 }
    guard positives > 0 else { return nil }
    let ordered = zip(scores, labels).sorted { $0.0 > $1.0 }
    var (called, right) = (0, 0)
    for (place, (score, label)) in ordered.enumerated() {
      called += 1
      right += label == 1 ? 1 : 0
      // Bags with equal scores are predicted positive together.
      if place + 1 < ordered.count, ordered[place + 1].0 == score { continue }
      recall.append(Double(right) / Double(positives))
      precision.append(Double(right) / Double(called))
    }
  }

  /// The average precision: the sum over the steps of the curve of the precision times the gain in recall.
  ///
  /// AP = Σ (R(n) - R(n-1)) P(n), without interpolation between the steps.
  public var averagePrecision: Double {
    var (sum, last) = (0.0, 0.0)
    for (recall, precision) in zip(recall, precision) {
      sum += (recall - last) * precision
      last = recall
    }
    return sum
  }

  /// Returns the largest precision at this recall or a larger one.
  public func precision(atRecall least: Double) -> Double {
    zip(recall, precision).filter { $0.0 >= least }.map(\.1).max() ?? 0
  }
}
