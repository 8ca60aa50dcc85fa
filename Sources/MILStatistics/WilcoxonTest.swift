/// The Wilcoxon signed-rank test: whether two models differ over data sets, by the signs and ranks of their differences.
///
/// Zeros after Pratt: they are ranked with the others and then left out, so that they weaken the others. Equal magnitudes
/// share their mean rank. The p-value is exact for any number of data sets and any ties: the share of all assignments of
/// signs to the ranks left whose sum of positive ranks is as extreme, doubled, at most 1; 1 where all differences are 0.
///
/// Sources: F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1(6), 1945, doi:10.2307/3001968;
/// J. W. Pratt, Remarks on zeros and ties in the Wilcoxon signed rank procedures, Journal of the American Statistical
/// Association 54, 1959, doi:10.1080/01621459.1959.10501526.
package struct WilcoxonTest: Sendable, Equatable {
  /// The number of differences other than 0.
  package let count: Int
  /// The sum of the ranks of the positive differences.
  package let positiveRanks: Double
  /// The sum of the ranks of the negative differences.
  package let negativeRanks: Double
  /// The exact two-sided p-value.
  package let p: Double

  /// The test of one difference a data set; differences that are equal but for rounding must have been made equal.
  package init(differences: [Double]) {
    let ranks = zip(Ranks.ascending(differences.map(\.magnitude)), differences).filter { $0.1 != 0 }
    count = ranks.count
    positiveRanks = ranks.filter { $0.1 > 0 }.reduce(0) { $0 + $1.0 }
    negativeRanks = ranks.filter { $0.1 < 0 }.reduce(0) { $0 + $1.0 }
    // Mean ranks are multiples of one half.
    let smaller = Int(2 * min(positiveRanks, negativeRanks))
    p = min(1, 2 * Self.probability(ofAtMost: smaller, doubledRanks: ranks.map { Int(2 * $0.0) }))
  }

  /// The smallest p-value that the test can reach with this many differences: 2 / 2^n, and 1 without any.
  package static func smallestP(count: Int) -> Double {
    min(1, (0..<count).reduce(2.0) { product, _ in product / 2 })
  }

  /// The probability that the ranks whose sign is positive, each with probability 1/2, add up to at most `sum`.
  private static func probability(ofAtMost sum: Int, doubledRanks ranks: [Int]) -> Double {
    // The element s is the probability of the sum s of the ranks so far; larger sums than asked for are dropped.
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
