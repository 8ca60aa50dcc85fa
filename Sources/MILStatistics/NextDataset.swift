import MILRecords

/// The probabilities for two models on another data set, given those of a study, see ``HierarchicalBayesTest``.
package struct NextDataset: Codable, Sendable, Equatable {
  /// The key of the first model.
  package let a: String
  /// The key of the second model.
  package let b: String
  /// The number of data sets that count: those with at least three shared folds.
  package let datasets: Int
  /// The probability that the first is better by more than the region of practical equivalence.
  package let aBetter: Double
  /// The probability that the two are equal for practical purposes.
  package let equal: Double
  /// The probability that the second is better by more than the region.
  package let bBetter: Double

  /// The same from the second model's side.
  package var reversed: NextDataset {
    NextDataset(a: b, b: a, datasets: datasets, aBetter: bBetter, equal: equal, bBetter: aBetter)
  }

  /// Returns the comparisons of all pairs of models, the first before the second in the study.
  ///
  /// Empty for a metric that is not a share, since the region of equivalence is one of shares, for variants of one data
  /// set, and for fewer than three data sets. A pair that shares folds on fewer than three has no comparison.
  ///
  /// - Parameter outcomes: the outcomes of each model on each data set.
  static func all(
    models: [String], datasets: [String], outcomes: [[CellOutcomes]], metric: Metric, rules: ComparisonRules
  ) -> [NextDataset] {
    let fewest = HierarchicalBayesTest.fewestDatasets
    guard metric.style == .share, datasets.count >= fewest, !DatasetsComparison.areVariants(datasets) else { return [] }
    let pairs = models.indices.flatMap { i in models.indices.dropFirst(i + 1).map { (i, $0) } }
    return concurrentMap(pairs.count) { index -> NextDataset? in
      let (i, j) = pairs[index]
      let folds = zip(outcomes[i], outcomes[j]).compactMap { sharedFolds($0, $1, metric) }
      guard let test = HierarchicalBayesTest(folds, equivalence: rules.equivalence) else { return nil }
      let isLarger = metric.better == .larger
      // Quadrature differs in its last bits between mathematics libraries.
      func rounded(_ share: Double) -> Double { (share * 1e6).rounded() / 1e6 }
      return NextDataset(
        a: models[i], b: models[j], datasets: folds.count, aBetter: rounded(isLarger ? test.aBetter : test.bBetter),
        equal: rounded(test.equal), bBetter: rounded(isLarger ? test.bBetter : test.aBetter))
    }.compactMap(\.self)
  }

  /// Returns the differences on shared folds; nil for fewer than three, or if there is no comparison.
  private static func sharedFolds(_ a: CellOutcomes, _ b: CellOutcomes, _ metric: Metric) -> FoldDifferences? {
    let shared = SharedFolds(a, b)
    let differences = shared.differences(metric)
    guard shared.problem == nil, differences.count >= HierarchicalBayesTest.fewestFolds else { return nil }
    return FoldDifferences(differences, testPerTraining: shared.testPerTraining(foldCount: a.foldCount))
  }
}
