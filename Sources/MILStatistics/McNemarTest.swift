/// McNemar's test that two models are wrong equally often on the bags on which they disagree.
///
/// Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages,
/// Psychometrika 12, 1947, doi:10.1007/BF02295996; the continuity correction: A. L. Edwards, Note on the "correction
/// for continuity" in testing the significance of the difference between correlated proportions, Psychometrika 13,
/// 1948, doi:10.1007/BF02289261.
package struct McNemarTest: Sendable, Equatable {
  /// The number of bags that only the first model predicts correctly.
  package let aOnly: Int
  /// The number of bags that only the second model predicts correctly.
  package let bOnly: Int
  /// The exact two-sided p-value: twice the smaller binomial tail, at most 1; 1 if the models never disagree.
  package let p: Double
  /// The p-value of (|b - c| - 1)² / (b + c), chi-square with one degree of freedom; 1 if the models never disagree.
  package let pContinuity: Double

  /// Tests two counts, both 0 or more.
  package init(aOnly: Int, bOnly: Int) {
    self.aOnly = aOnly
    self.bOnly = bOnly
    let disagreements = aOnly + bOnly
    let tail = BinomialDistribution(trials: disagreements, probability: 0.5).cumulative(min(aOnly, bOnly))
    p = min(1, 2 * tail)
    let excess = Double(max((aOnly - bOnly).magnitude, 1) - 1)
    pContinuity =
      disagreements == 0
      ? 1 : ChiSquareDistribution(degreesOfFreedom: 1).upperTail(excess * excess / Double(disagreements))
  }
}
