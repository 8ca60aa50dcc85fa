/// Holm's adjustment of p-values for testing many hypotheses at once.
///
/// Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6(2),
/// 1979, https://www.jstor.org/stable/4615733.
package enum HolmAdjustment {
  /// Returns the adjusted p-values, in the order of `p`.
  ///
  /// The i-th smallest of m is multiplied by m - i + 1, is at most 1, and at least the one before it. Rejecting those
  /// below a level keeps the probability of any false rejection below it.
  package static func adjusted(_ p: [Double]) -> [Double] {
    var result = p
    var largest = 0.0
    for (place, index) in p.indices.sorted(by: { (p[$0], $0) < (p[$1], $1) }).enumerated() {
      largest = max(largest, min(1, Double(p.count - place) * p[index]))
      result[index] = largest
    }
    return result
  }
}

/// Models with consecutive ranks and no significant difference: the bars of a critical-difference diagram.
package enum UndistinguishedGroups {
  /// Returns the longest runs of neighbours in which every pair has a p-value of at least `level`, from first to last.
  ///
  /// A run has two or more models; runs may overlap. Two models without a significant difference share no run if one of
  /// them differs significantly from a model between them.
  ///
  /// - Parameters:
  ///   - p: the symmetric matrix of adjusted p-values, models in the order of their ranks.
  ///   - level: the significance level; a pair with a smaller p-value differs.
  package static func runs(_ p: [[Double]], level: Double) -> [ClosedRange<Int>] {
    var runs: [ClosedRange<Int>] = []
    for first in p.indices {
      var last = first
      while last + 1 < p.count, (first...last).allSatisfy({ p[$0][last + 1] >= level }) { last += 1 }
      if last > first, last > runs.last?.upperBound ?? -1 { runs.append(first...last) }
    }
    return runs
  }
}
