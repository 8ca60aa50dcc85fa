import MILBench

extension Metric {
  /// The area below the curve of precision over recall on the test bags of a fold, where they have a positive one.
  public static let averagePrecision = {
    var metric = Metric(id: "averagePrecision", title: "average precision") { outcomes in
      PrecisionRecallCurve(labels: outcomes.labels, scores: outcomes.scores)?.averagePrecision
    }
    (metric.isCompared, metric.needs) = (true, "a positive bag")
    return metric
  }()
}
