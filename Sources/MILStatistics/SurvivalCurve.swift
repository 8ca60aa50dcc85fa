/// The share of bags whose event has not happened yet, by time: the product-limit estimate.
///
/// S(t) = product over the times t_i <= t of events of 1 - d_i / n_i, with d_i events at t_i and n_i bags that were
/// observed until then. A bag that was last seen at the time of an event counts among the n_i.
///
/// Source: E. L. Kaplan, P. Meier, Nonparametric estimation from incomplete observations, Journal of the American
/// Statistical Association 53(282), 1958, doi:10.1080/01621459.1958.10501452.
package struct SurvivalCurve: Sendable, Equatable {
  /// A step of the curve.
  package struct Step: Sendable, Equatable {
    /// The time of the step.
    package let time: Double
    /// The share from this time on.
    package let share: Double

    init(_ time: Double, _ share: Double) { (self.time, self.share) = (time, share) }
  }

  /// The steps, one for each distinct time of an event.
  package let steps: [Step]
  /// The last time at which a bag was seen.
  package let end: Double

  /// Estimates the curve from the time of each bag and whether its event happened then; nil without bags.
  package init?(times: [Double], events: [Bool]) {
    let ordered = zip(times, events).sorted { $0.0 < $1.0 }
    guard let last = ordered.last else { return nil }
    var steps: [Step] = []
    var share = 1.0
    var first = 0
    while first < ordered.count {
      var (next, ended) = (first, 0)
      while next < ordered.count, ordered[next].0 == ordered[first].0 {
        ended += ordered[next].1 ? 1 : 0
        next += 1
      }
      if ended > 0 {
        share *= 1 - Double(ended) / Double(ordered.count - first)
        steps.append(Step(ordered[first].0, share))
      }
      first = next
    }
    (self.steps, end) = (steps, last.0)
  }
}
