/// The Wilcoxon signed-rank test for a difference between two models over data sets, by signs and ranks.
///
/// Zeros are treated after Pratt: they are ranked with the others and then removed, so that they weaken the others.
/// Equal magnitudes share their mean rank.
///
/// The p-value is exact for any number of data sets and any ties. It is the share of all assignments of signs to the
/// remaining ranks whose sum of positive ranks is as extreme. It is doubled, at most 1, and 1 if all differences are 0.
///
/// Sources: F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1(6), 1945,
/// doi:10.2307/3001968; J. W. Pratt, Remarks on zeros and ties in the Wilcoxon signed rank procedures, Journal of the
/// American Statistical Association 54, 1959, doi:10.1080/01621459.1959.10501526.
package struct WilcoxonTest: Sendable, Equatable {
  /// The number of differences other than 0.
  package let count: Int
  /// The sum of the ranks of the positive differences.
  package let positiveRanks: Double
  /// The sum of the ranks of the negative differences.
  package let negativeRanks: Double
  /// The exact two-sided p-value.
  package let p: Double

  /// Tests one difference for each data set; the caller must round away differences within rounding error.
  package init(differences: [Double]) {
    let ranks = zip(Ranks.ascending(differences.map(\.magnitude)), differences).filter { $0.1 != 0 }
    count = ranks.count
    positiveRanks = ranks.filter { $0.1 > 0 }.reduce(0) { $0 + $1.0 }
    negativeRanks = ranks.filter { $0.1 < 0 }.reduce(0) { $0 + $1.0 }
    // Mean ranks are multiples of one half.
    let smaller = Int(2 * min(positiveRanks, negativeRanks))
    p = min(1, 2 * Self.probability(ofAtMost: smaller, doubledRanks: ranks.map { Int(2 * $0.0) }))
  }

  /// Returns the smallest p-value that the test can reach with this many differences: 2 / 2^n, and 1 without any.
  package static func smallestP(count: Int) -> Double {
    min(1, (0..<count).reduce(2.0) { product, _ in product / 2 })
  }

  /// Returns the probability that the positive ranks sum to at most `sum`, if each sign is positive with probability
  /// 1/2.
  private static func probability(ofAtMost sum: Int, doubledRanks ranks: [Int]) -> Double {
    // Element s is the probability that the ranks so far sum to s; sums above `sum` are dropped.
    var probabilities = [Double](repeating: 0, count: sum + 1)
    probabilities[0] = 1
    for rank in ranks {
      for total in stride(from: sum, through: 0, by: -1) {
        probabilities[total] = (probabilities[total] + (total >= rank ? probabilities[total - rank] : 0)) / 2
      }
    }
    return probabilities.reduce(0, +)
  }
}
