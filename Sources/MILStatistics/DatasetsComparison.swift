import MILRecords

/// The numbers of data sets on which one model is significantly better than another, or tied with it.
package struct WinTieLoss: Codable, Sendable, Equatable {
  /// The key of the first model.
  package let a: String
  /// The key of the second model.
  package let b: String
  /// The number of data sets on which the first is significantly better.
  package let wins: Int
  /// The number of data sets on which the difference is not significant.
  package let ties: Int
  /// The number of data sets on which the second is significantly better.
  package let losses: Int

  /// Creates a tally from its parts.
  package init(a: String, b: String, wins: Int, ties: Int, losses: Int) {
    self.a = a
    self.b = b
    self.wins = wins
    self.ties = ties
    self.losses = losses
  }

  /// The same tally from the second model's side.
  package var reversed: WinTieLoss { WinTieLoss(a: b, b: a, wins: losses, ties: ties, losses: wins) }
}

/// Models ranked over data sets, with the tests of their differences.
///
/// Computed figures are rounded to nine significant digits.
package struct DatasetsComparison: Codable, Sendable, Equatable {
  /// A model with its mean rank.
  package struct Ranked: Codable, Sendable, Equatable {
    /// The model's key.
    package let model: String
    /// The mean rank over the data sets, 1 for the best; ties share the mean of their ranks.
    package let averageRank: Double
    /// The mean of the metric over the data sets.
    package let mean: Double
  }

  /// The data sets with a figure of every model.
  package let datasets: [String]
  /// The data sets that were left out because a model has no figure there.
  package let omittedDatasets: [String]
  /// Whether some of the data sets are variants of one, such as `rare-cells[bags=50]` and `rare-cells`.
  ///
  /// The bags of variants are not independent samples, so no test is made over them.
  package let areVariants: Bool
  /// The models, best mean rank first; ties in the order of the study.
  package let ranks: [Ranked]
  /// The p-value of Friedman's test with the statistic of Iman and Davenport, see ``FriedmanTest``; nil for one data
  /// set.
  package let friedmanP: Double?
  /// The statistic of Iman and Davenport; nil if it is infinite, and for one data set.
  package let friedmanF: Double?
  /// Friedman's own statistic; nil for one data set.
  package let friedmanChiSquare: Double?
  /// The smallest possible p-value of a test that permutes ranks, with this number of models and data sets.
  package let smallestFriedmanP: Double?
  /// The symmetric matrix of exact Wilcoxon p-values, models as in ``ranks``, see ``WilcoxonTest``.
  ///
  /// It is 1 on the diagonal and for variants.
  package let wilcoxonP: [[Double]]
  /// The p-values after Holm's adjustment for all pairs.
  package let adjustedP: [[Double]]
  /// The smallest possible Wilcoxon p-value with this number of data sets.
  package let smallestWilcoxonP: Double
  /// The smallest possible adjusted p-value.
  package let smallestAdjustedP: Double
  /// The groups of models with consecutive ranks and no significant difference, see ``UndistinguishedGroups``.
  package let groups: [[String]]

  /// Compares models over data sets; nil with fewer than two models, or without a data set with all figures.
  ///
  /// - Parameters:
  ///   - models: the models' keys.
  ///   - datasets: the data sets' names.
  ///   - figures: one row for each data set, one figure for each model; nil if there is none.
  ///   - better: the better one of two figures.
  ///   - level: the significance level.
  package init?(
    models: [String], datasets: [String], figures: [[Double?]], better: Metric.Direction = .larger, level: Double
  ) {
    // Means of equal figures may differ in their last bits.
    let rows = zip(datasets, figures).map { ($0, $1.map { $0.map(Self.withoutNoise) }) }
    let complete = rows.filter { !$0.1.contains(nil) }
    let table = complete.map { $0.1.compactMap { $0 } }
    guard models.count >= 2, !table.isEmpty else { return nil }
    self.datasets = complete.map(\.0)
    omittedDatasets = rows.filter { $0.1.contains(nil) }.map(\.0)
    let areVariants = Self.areVariants(complete.map(\.0))
    self.areVariants = areVariants
    let averages = Ranks.averages(table.map { $0.map { better.sign * $0 } })
    let order = models.indices.sorted { (averages[$0], $0) < (averages[$1], $1) }
    ranks = order.map { model in
      let mean = table.reduce(0) { $0 + $1[model] } / Double(table.count)
      return Ranked(model: models[model], averageRank: averages[model].rounded9, mean: mean.rounded9)
    }
    let friedman = areVariants ? nil : FriedmanTest(table.map { $0.map { better.sign * $0 } })
    friedmanP = friedman?.p.rounded9
    friedmanF = friedman?.f?.rounded9
    friedmanChiSquare = friedman?.chiSquare.rounded9
    smallestFriedmanP = friedman?.smallestPermutationP.rounded9
    let p = Self.pairwise(order.count) { i, j in
      areVariants
        ? 1
        : WilcoxonTest(differences: table.map { Self.withoutNoise($0[order[i]] - $0[order[j]]) }).p
    }
    wilcoxonP = Self.symmetric(p, order.count)
    let adjusted = Self.symmetric(HolmAdjustment.adjusted(p), order.count)
    adjustedP = adjusted
    let smallest = areVariants ? 1 : WilcoxonTest.smallestP(count: table.count)
    smallestWilcoxonP = smallest.rounded9
    smallestAdjustedP = min(1, Double(p.count) * smallest).rounded9
    groups = areVariants ? [] : UndistinguishedGroups.runs(adjusted, level: level).map { $0.map { models[order[$0]] } }
  }

  /// Returns whether two of the data sets are variants of one: they have the same name before their parameters.
  package static func areVariants(_ datasets: [String]) -> Bool {
    Set(datasets.map { $0.prefix { $0 != "[" } }).count < datasets.count
  }

  /// Rounds the number to nine decimals.
  private static func withoutNoise(_ value: Double) -> Double { (value * 1e9).rounded() / 1e9 }

  /// Returns the values of all pairs (i, j) with i < j, row by row.
  private static func pairwise(_ count: Int, _ value: (Int, Int) -> Double) -> [Double] {
    (0..<count).flatMap { i in (i + 1..<max(i + 1, count)).map { value(i, $0) } }
  }

  private static func symmetric(_ values: [Double], _ count: Int) -> [[Double]] {
    var matrix = [[Double]](repeating: [Double](repeating: 1, count: count), count: count)
    var next = 0
    for i in 0..<count {
      for j in i + 1..<max(i + 1, count) {
        matrix[i][j] = values[next].rounded9
        matrix[j][i] = matrix[i][j]
        next += 1
      }
    }
    return matrix
  }
}
