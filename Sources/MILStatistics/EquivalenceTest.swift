/// Two one-sided t-tests that a difference lies within a margin, and the usual t-test that it is not 0.
///
/// With the difference d, its standard error SE and a margin m, t1 = (d + m) / SE and t2 = (m - d) / SE. The p-value of
/// equivalence is the larger of the two upper tails. Without any spread (SE = 0), the difference alone decides: p is 0
/// or 1.
///
/// Source: D. J. Schuirmann, A comparison of the two one-sided tests procedure and the power approach for assessing the
/// equivalence of average bioavailability, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987,
/// doi:10.1007/BF01068419.
package struct EquivalenceTest: Sendable, Equatable {
  /// The difference.
  package let difference: Double
  /// Its standard error.
  package let standardError: Double
  /// The degrees of freedom of the standard error.
  package let degreesOfFreedom: Double
  /// The margin within which two figures count as equal.
  package let margin: Double
  /// The p-value of equivalence: small if the difference lies within the margin.
  package let equivalenceP: Double
  /// The two-sided p-value of the usual t-test: small if the difference is not 0.
  package let differenceP: Double

  /// Tests a difference.
  ///
  /// - Parameters:
  ///   - difference: the difference.
  ///   - standardError: its standard error, 0 or more.
  ///   - degreesOfFreedom: those of the standard error, more than 0.
  ///   - margin: the largest difference that counts as none, more than 0.
  package init(difference: Double, standardError: Double, degreesOfFreedom: Double, margin: Double) {
    self.difference = difference
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    self.margin = margin
    guard standardError > 0 else {
      equivalenceP = difference.magnitude < margin ? 0 : 1
      differenceP = difference == 0 ? 1 : 0
      return
    }
    let student = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    let nearer = (margin - difference.magnitude) / standardError
    equivalenceP = nearer > 0 ? student.twoSided(nearer) / 2 : 1 - student.twoSided(nearer) / 2
    differenceP = student.twoSided(difference / standardError)
  }

  /// Returns the true difference that the two-sided t-test finds with a probability, (t(1 - level/2) + t(power)) SE.
  ///
  /// Both are quantiles of the t distribution. For few degrees of freedom this is an approximation, since the t value
  /// of a true difference has the noncentral distribution.
  ///
  /// Source: J. Cohen, Statistical power analysis for the behavioral sciences, 2nd ed., 1988.
  package func visibleDifference(level: Double, power: Double) -> Double {
    guard standardError > 0 else { return 0 }
    let student = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
    return (student.quantile(1 - level / 2) + student.quantile(power)) * standardError
  }
}

/// The mean of repeated runs with its spread, if known.
package struct RepeatedMean: Sendable, Equatable {
  /// The mean over the repetitions.
  package var mean: Double
  /// The sample standard deviation of the repetitions' means; nil if it is unknown.
  package var deviation: Double?
  /// The number of repetitions.
  package var repetitions: Int

  /// Creates a mean from its parts.
  package init(_ mean: Double, deviation: Double? = nil, repetitions: Int) {
    self.mean = mean
    self.deviation = deviation
    self.repetitions = repetitions
  }

  /// Returns the standard error of the difference of two means, sqrt(s1²/n1 + s2²/n2), with Welch's degrees of freedom.
  ///
  /// An unknown spread counts as the other side's, over as many repetitions: SE = s sqrt(2/n), n - 1 degrees of
  /// freedom. Nil if both are unknown, or if there is only one repetition.
  ///
  /// Source: B. L. Welch, The generalization of Student's problem when several different population variances are
  /// involved, Biometrika 34, 1947, doi:10.1093/biomet/34.1-2.28.
  static func differenceError(
    _ a: RepeatedMean, _ b: RepeatedMean
  ) -> (standardError: Double, degreesOfFreedom: Double)? {
    func known(_ side: RepeatedMean) -> (variance: Double, count: Double)? {
      guard let deviation = side.deviation, side.repetitions > 1 else { return nil }
      return (deviation * deviation / Double(side.repetitions), Double(side.repetitions))
    }
    switch (known(a), known(b)) {
    case (let one?, nil), (nil, let one?): return ((2 * one.variance).squareRoot(), one.count - 1)
    case (let one?, let two?):
      let sum = one.variance + two.variance
      let freedom =
        sum > 0
        ? sum * sum / (one.variance * one.variance / (one.count - 1) + two.variance * two.variance / (two.count - 1))
        : one.count + two.count - 2
      return (sum.squareRoot(), freedom)
    case (nil, nil): return nil
    }
  }
}
