extension Metric {
  /// Harrell's concordance index, see ``Metrics/concordance(times:events:risks:)``.
  package static let concordance = {
    var metric = Metric(id: "concordance", title: "C-index") { outcomes in
      guard case .survival(let times, let events) = outcomes.targets else { return nil }
      return Metrics.concordance(times: times, events: events, risks: outcomes.scores)
    }
    (metric.kinds, metric.isCompared, metric.needs) = ([.survival], true, "two bags whose order is known")
    return metric
  }()
}

extension Metrics {
  /// Returns the share of pairs of bags that risks put in the order of their events, among pairs with a known order.
  ///
  /// Equal risks count one half. Nil without such a pair. The order of two bags is known if the earlier time is that of
  /// an event. With equal times, it is known if only one of them is that of an event; this one then comes first.
  ///
  /// Source: F. E. Harrell, R. M. Califf, D. B. Pryor, K. L. Lee, R. A. Rosati, Evaluating the yield of medical tests,
  /// JAMA 247(18), 1982, doi:10.1001/jama.1982.03320430047030.
  package static func concordance(times: [Double], events: [Bool], risks: [Double]) -> Double? {
    guard times.count == events.count, times.count == risks.count else { return nil }
    var (ordered, pairs) = (0.0, 0.0)
    for first in times.indices where events[first] {
      for second in times.indices {
        guard times[second] > times[first] || (times[second] == times[first] && !events[second]) else { continue }
        pairs += 1
        ordered += risks[first] > risks[second] ? 1 : risks[first] == risks[second] ? 0.5 : 0
      }
    }
    return pairs > 0 ? ordered / pairs : nil
  }
}
