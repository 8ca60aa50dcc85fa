extension Metric {
  /// The share of bags that are predicted correctly.
  package static let accuracy = {
    var metric = Metric(id: "accuracy", title: "accuracy") { outcomes in
      // A trial's own count has precedence over its scores.
      let right = outcomes.correct ?? zip(outcomes.labels, outcomes.calls).count { $0 == $1 }
      return outcomes.targets.count == 0 ? nil : Double(right) / Double(outcomes.targets.count)
    }
    (metric.kinds, metric.isCompared, metric.isShareOfBags) = ([.twoClasses, .classes], true, true)
    return metric
  }()

  /// The mean of the shares of positive and of negative bags that are predicted correctly, over all bags of a
  /// repetition.
  package static let balancedAccuracy = {
    var metric = Metric(id: "balancedAccuracy", title: "balanced accuracy") { ConfusionMatrix($0).balancedAccuracy }
    metric.scope = .repetitions
    return metric
  }()

  /// The harmonic mean of precision and recall over all bags of a repetition.
  package static let f1 = {
    var metric = Metric(id: "f1", title: "F1") { ConfusionMatrix($0).f1 }
    metric.scope = .repetitions
    return metric
  }()
}
