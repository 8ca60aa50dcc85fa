import MILBench

extension Metric {
  /// The area below the precision-recall curve on the test bags of a fold; missing if no test bag is positive.
  public static let averagePrecision = Metric(
    id: "averagePrecision", title: "average precision", isCompared: true, needs: "a positive bag"
  ) { outcomes in
    PrecisionRecallCurve(labels: outcomes.labels, scores: outcomes.scores)?.averagePrecision
  }
}
