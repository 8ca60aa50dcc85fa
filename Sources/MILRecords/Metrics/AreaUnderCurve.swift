extension Metric {
  /// The area under the ROC curve, see ``Metrics/areaUnderCurve(labels:scores:)``.
  package static let areaUnderCurve = {
    var metric = Metric(id: "auc", title: "AUC", value: area)
    (metric.isCompared, metric.needs) = (true, "both classes")
    return metric
  }()

  /// The area under the ROC curve of all scores of a repetition together.
  ///
  /// It is biased if folds leave out another share of positive bags than they keep, see
  /// ``FoldClasses/trainingShareAUC``.
  package static let pooledAreaUnderCurve = {
    var metric = Metric(id: "aucPooled", title: "AUC pooled", value: area)
    metric.scope = .repetitions
    return metric
  }()

  private static let area: @Sendable (Outcomes) -> Double? = {
    Metrics.areaUnderCurve(labels: $0.labels, scores: $0.scores)
  }
}

/// The formulas of metrics; `labels` (0 or 1) and `scores` have one element a bag.
package enum Metrics {
  /// Returns the area under the ROC curve; nil if one class is missing.
  ///
  /// It is the share of pairs of a positive and a negative bag of which the positive one has the larger score; ties
  /// count one half. AUC = (R - P (P + 1) / 2) / (P N), with P positive and N negative bags and R the sum of the
  /// positive bags' ranks.
  ///
  /// Source: J. A. Hanley, B. J. McNeil, The meaning and use of the area under a receiver operating characteristic
  /// (ROC) curve, Radiology 143(1), 1982, doi:10.1148/radiology.143.1.7063747.
  package static func areaUnderCurve(labels: [Int], scores: [Double]) -> Double? {
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
}
