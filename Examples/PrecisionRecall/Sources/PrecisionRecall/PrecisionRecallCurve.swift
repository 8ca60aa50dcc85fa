/// The precision that a model has at each recall, from calling the bag with the largest score positive to calling all.
///
/// Source: J. Davis, M. Goadrich, The relationship between precision-recall and ROC curves, ICML 2006,
/// doi:10.1145/1143844.1143874.
public struct PrecisionRecallCurve: Sendable, Equatable {
  /// The recall after each different score, from the largest on; it never falls.
  public private(set) var recall: [Double] = []
  /// The precision after each different score.
  public private(set) var precision: [Double] = []

  /// The curve of bags with labels 0 and 1, one score each; nil without a positive bag.
  public init?(labels: [Int], scores: [Double]) {
    let positives = labels.count { $0 == 1 }
    guard positives > 0 else { return nil }
    let ordered = zip(scores, labels).sorted { $0.0 > $1.0 }
    var (called, right) = (0, 0)
    for (place, (score, label)) in ordered.enumerated() {
      called += 1
      right += label == 1 ? 1 : 0
      // Bags with one score are called together.
      if place + 1 < ordered.count, ordered[place + 1].0 == score { continue }
      recall.append(Double(right) / Double(positives))
      precision.append(Double(right) / Double(called))
    }
  }

  /// The average precision: the sum over the steps of the curve of the precision times what recall gains.
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

  /// The largest precision at this recall or a larger one.
  public func precision(atRecall least: Double) -> Double {
    zip(recall, precision).filter { $0.0 >= least }.map(\.1).max() ?? 0
  }
}
