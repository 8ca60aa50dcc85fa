import MILRecords

/// The corrected resampled t-test for a difference between two models on the folds of a repeated cross-validation.
///
/// Folds share most of their training bags, so the usual variance of a mean is too small. The test adds test over
/// training size to it: t = mean / sqrt((1/n + test/training) s²). It has n - 1 degrees of freedom; s is the sample
/// standard deviation of the n differences.
///
/// If all differences are equal, there is no variance: p is 1 if they are 0, and otherwise 2 / 2^n. This is the
/// smallest p-value of a sign test with n differences.
///
/// Source: C. Nadeau, Y. Bengio, Inference for the generalization error, Machine Learning 52, 2003,
/// doi:10.1023/A:1024068626366.
package struct CorrectedTTest: Sendable, Equatable {
  /// The number of differences.
  package let count: Int
  /// The mean of the differences.
  package let mean: Double
  /// The corrected standard error of the mean.
  package let standardError: Double
  /// The mean in standard errors; nil if the standard error is 0.
  package let statistic: Double?
  /// The two-sided p-value.
  package let p: Double

  /// The degrees of freedom, n - 1.
  package var degreesOfFreedom: Int { count - 1 }

  /// Tests one difference for each fold; nil for fewer than two.
  ///
  /// - Parameters:
  ///   - differences: first model minus second, one for each fold.
  ///   - testPerTraining: the size of the test part divided by that of the training part, 1/(k - 1) for k folds.
  package init?(differences: [Double], testPerTraining: Double) {
    guard let spread = CorrectedSpread(differences, testPerTraining: testPerTraining) else { return nil }
    count = differences.count
    mean = spread.mean
    standardError = spread.standardError
    if standardError > 0 {
      let statistic = mean / standardError
      self.statistic = statistic
      p = StudentDistribution(degreesOfFreedom: Double(count - 1)).twoSided(statistic)
    } else {
      statistic = nil
      p = mean == 0 ? 1 : WilcoxonTest.smallestP(count: count)
    }
  }
}

/// The mean of differences between folds, and its standard error with the correction for shared training bags.
struct CorrectedSpread {
  let mean: Double
  /// The standard error; exactly 0 if the differences are equal except for rounding.
  let standardError: Double

  init?(_ differences: [Double], testPerTraining: Double) {
    guard let mean = MILRecords.mean(differences), let deviation = sampleDeviation(differences) else { return nil }
    let isEven = deviation < 1e-12
    self.mean = isEven && mean.magnitude < 1e-12 ? 0 : mean
    standardError =
      isEven
      ? 0
      : CorrectedError.standardError(
        deviation: deviation, count: differences.count, testPerTraining: testPerTraining)
  }
}
