import MILBench

extension Metric {
  /// The area below the precision-recall curve on the test bags of a fold; missing if no test bag is positive.
  public static let averagePrecision = {
    var metric = Metric(id: "averagePrecision", title: "average precision") { outcomes in
      PrecisionRecallCurve(labels: outcomes.labels, scores: outcomes.scores)?.averagePrecision
    }
    (metric.isCompared, metric.needs) = (true, "a positive bag")
    return metric
  }()
}
