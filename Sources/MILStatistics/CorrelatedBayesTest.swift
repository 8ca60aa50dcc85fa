/// The Bayesian correlated t-test: the probabilities that one model is better, that the other is, and of practical
/// equality.
///
/// The posterior of the mean difference is Student's t with n - 1 degrees of freedom around the mean of the n
/// differences. Its squared scale is (1/n + r/(1 - r)) s² with the correlation r = test/(test + training) of two folds.
/// Since r/(1 - r) is test/training, the scale is the standard error of ``CorrectedTTest``. The three probabilities are
/// the mass above, within and below the region of practical equivalence, and sum to 1.
///
/// If all differences are equal, the whole mass is at their mean; a mean on the border counts as equal.
///
/// Source: G. Corani, A. Benavoli, A Bayesian approach for comparing cross-validated algorithms on multiple data sets,
/// Machine Learning 100, 2015, doi:10.1007/s10994-015-5486-z.
package struct CorrelatedBayesTest: Sendable, Equatable {
  /// The probability that the difference is above the region: the first model is better.
  package let aBetter: Double
  /// The probability that the difference lies in the region.
  package let equal: Double
  /// The probability that the difference is below the region: the second model is better.
  package let bBetter: Double

  /// Tests one difference for each fold; nil for fewer than two.
  ///
  /// - Parameters:
  ///   - differences: first model minus second, one for each fold.
  ///   - testPerTraining: the size of the test part divided by that of the training part, 1/(k - 1) for k folds.
  ///   - equivalence: half the width of the region of practical equivalence, in the unit of the differences, 0 or more.
  package init?(differences: [Double], testPerTraining: Double, equivalence: Double) {
    guard let spread = CorrectedSpread(differences, testPerTraining: testPerTraining) else { return nil }
    if spread.standardError > 0 {
      let posterior = StudentDistribution(degreesOfFreedom: Double(differences.count - 1))
      aBetter = posterior.cumulative((spread.mean - equivalence) / spread.standardError)
      bBetter = posterior.cumulative((-spread.mean - equivalence) / spread.standardError)
    } else {
      // The mean of equal differences may miss the border by a rounding error.
      aBetter = spread.mean > equivalence + 1e-12 ? 1 : 0
      bBetter = spread.mean < -equivalence - 1e-12 ? 1 : 0
    }
    equal = max(0, 1 - aBetter - bBetter)
  }
}
