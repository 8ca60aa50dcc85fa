import MILRecords

/// The comparison of a measured accuracy with a published one, by two kinds of noise.
///
/// Both figures are of the same bags, so only re-running changes their difference: other folds and other seeds. This
/// noise determines the ``grade``. The grade is *agrees* if two one-sided t-tests (``EquivalenceTest``) show that the
/// two lie within ``margin`` of each other. It is *differs* if they do not and a t-test shows a difference, else
/// *cannot tell*.
///
/// The other measure is the binomial standard error SE = sqrt(p (1 - p) / n). Here p is the published accuracy and n
/// the number of different test bags. SE says how far the published figure itself would move on other bags. A
/// difference of at most 2 SE is within the sampling error of the bags.
package struct PaperVerdict: Sendable, Equatable {
  /// The agreement of a measured figure with a published one.
  package enum Grade: String, Codable, Sendable, CaseIterable {
    /// The tests show that the two lie within the margin of each other.
    case agrees
    /// The tests show that the two differ, and do not show that they lie within the margin.
    case differs
    /// Re-running moves the figures too much for a conclusion, or there is only one repetition.
    case cannotTell = "cannot tell"
  }

  /// The largest difference that counts as agreement, as a share: three points.
  package static let margin = 0.03
  /// The level of the tests.
  package static let level = 0.05
  /// The probability with which a test finds the ``visibleDifference``.
  package static let power = 0.8

  /// Our figure after the last epoch minus the paper's.
  package let difference: Double
  /// The difference in binomial standard errors.
  package let standardErrors: Double
  /// The oracle's minus the paper's, in binomial standard errors; nil without an oracle.
  package let oracleStandardErrors: Double?
  /// The tests by the spread over repetitions; nil if that spread is unknown.
  package let test: EquivalenceTest?

  /// The verdict by the spread over repetitions; agreement has precedence.
  package var grade: Grade {
    guard let test else { return .cannotTell }
    if test.equivalenceP < Self.level { return .agrees }
    return test.differenceP < Self.level ? .differs : .cannotTell
  }

  /// The smallest difference that re-running as here shows with the probability ``power``; nil without a spread.
  package var visibleDifference: Double? { test?.visibleDifference(level: Self.level, power: Self.power) }

  /// Whether the difference is at most two binomial standard errors.
  package var isWithinSamplingError: Bool { standardErrors.magnitude <= 2 }

  /// Whether only the choice of the best epoch of each fold on the test bags reaches the paper's figure.
  ///
  /// Our figure after the last epoch is more than one binomial standard error below the paper's. With the best epochs,
  /// it is within one standard error or above.
  package var isOracleOnly: Bool { standardErrors < -1 && oracleStandardErrors.map { $0 >= -1 } ?? false }

  /// The verdict in words, for example `differs, oracle only`.
  package var words: String { grade.rawValue + (isOracleOnly ? ", oracle only" : "") }

  /// Compares `ours` with `paper`, both shares; nil if the binomial standard error is 0 or not defined.
  package init?(paper: RepeatedMean, ours: RepeatedMean, oracle: Double? = nil, bags: Int) {
    guard let error = BinomialError.standardError(accuracy: paper.mean, bags: bags), error > 0 else { return nil }
    difference = ours.mean - paper.mean
    standardErrors = difference / error
    oracleStandardErrors = oracle.map { ($0 - paper.mean) / error }
    let spread = RepeatedMean.differenceError(paper, ours)
    // Means of equal folds differ in their last bits.
    let rounded = (difference * 1e9).rounded() / 1e9
    test = spread.map { spread in
      EquivalenceTest(
        difference: rounded, standardError: spread.standardError < 1e-12 ? 0 : spread.standardError,
        degreesOfFreedom: spread.degreesOfFreedom, margin: Self.margin)
    }
  }

  /// The rule for captions.
  package static let rule =
    "Verdict, by the spread over repetitions (both figures are of the same bags, so re-running alone moves one against the "
    + "other): agrees where two one-sided t-tests at .05 show the two within 3 points (.030) of each other; differs where "
    + "they do not and a two-sided t-test at .05 shows a difference; else cannot tell. Where the paper's spread over "
    + "repetitions is not known, it is assumed to be ours, over as many repetitions. Within sampling error of the bags: at "
    + "most 2 binomial standard errors SE = sqrt(p (1 - p) / bags) of the paper's mean p, which is about other bags than "
    + "these. Oracle only: more than 1 SE below the paper after the last epoch, but not after each fold's best epoch on the "
    + "test bags."
}
