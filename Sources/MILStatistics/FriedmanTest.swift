/// The Friedman test for a difference between k models over N data sets by their ranks, with Iman and Davenport's F.
///
/// chi² = 12 N / (k (k + 1)) (sum of squared mean ranks - k (k + 1)² / 4), divided by 1 - sum(t³ - t) / (N k (k² - 1))
/// over groups of t ties within a data set. F = (N - 1) chi² / (N (k - 1) - chi²) with k - 1 and (k - 1)(N - 1) degrees
/// of freedom; it is less conservative than chi².
///
/// If every data set ties all models, chi² is 0 and p is 1. If all data sets rank the models alike, F is infinite and
/// its p-value is 0.
///
/// Sources: M. Friedman, The use of ranks to avoid the assumption of normality implicit in the analysis of variance,
/// Journal of the American Statistical Association 32, 1937, doi:10.1080/01621459.1937.10503522; R. L. Iman, J. M.
/// Davenport, Approximations of the critical region of the Friedman statistic, Communications in Statistics 9(6), 1980,
/// doi:10.1080/03610928008827904.
package struct FriedmanTest: Sendable, Equatable {
  /// Friedman's statistic, corrected for ties.
  package let chiSquare: Double
  /// The p-value of ``chiSquare`` with k - 1 degrees of freedom.
  package let chiSquareP: Double
  /// The statistic of Iman and Davenport; nil if it is infinite.
  package let f: Double?
  /// The p-value of ``f``.
  package let p: Double
  /// The smallest p-value of any test that permutes the ranks within the data sets: 1 / (k!)^(N - 1).
  package let smallestPermutationP: Double

  /// Tests a table with one row for each data set and one figure for each model; larger figures are better.
  ///
  /// All rows must have the same length. Nil with fewer than two data sets or models.
  package init?(_ table: [[Double]]) {
    guard table.count >= 2, let models = table.first?.count, models >= 2 else { return nil }
    let (n, k) = (Double(table.count), Double(models))
    let squares = Ranks.averages(table).reduce(0) { $0 + ($1 - (k + 1) / 2) * ($1 - (k + 1) / 2) }
    let ties = table.reduce(0.0) { $0 + Self.tieSum($1) }
    let untied = 1 - ties / (n * k * (k * k - 1))
    chiSquare = untied > 1e-12 ? 12 * n / (k * (k + 1)) * squares / untied : 0
    chiSquareP = ChiSquareDistribution(degreesOfFreedom: k - 1).upperTail(chiSquare)
    let remaining = n * (k - 1) - chiSquare
    if remaining > 1e-9 * n * (k - 1) {
      let f = (n - 1) * chiSquare / remaining
      self.f = f
      p = FisherDistribution(numerator: k - 1, denominator: (k - 1) * (n - 1)).upperTail(f)
    } else {
      f = nil
      p = 0
    }
    let arrangements = (1...models).reduce(1.0) { $0 * Double($1) }
    smallestPermutationP = (1..<table.count).reduce(1.0) { product, _ in product / arrangements }
  }

  /// Returns the sum of t³ - t over groups of t equal figures.
  private static func tieSum(_ row: [Double]) -> Double {
    let counts = Dictionary(row.map { ($0, 1) }, uniquingKeysWith: +).values
    return counts.reduce(0) { $0 + Double($1 * $1 * $1 - $1) }
  }
}
