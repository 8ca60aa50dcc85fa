/// The constants of a comparison, printed in the captions of every table made by it.
package struct ComparisonRules: Codable, Sendable, Equatable {
  /// A p-value below this tells two models apart.
  package var level = 0.05
  /// Half the width of the region of practical equivalence, as a share: 0.01 is one point.
  package var equivalence = 0.01
  /// The share of resampled means within a bootstrap interval.
  package var bootstrapLevel = 0.95
  /// How often the bags are drawn for a bootstrap interval.
  package var resamples = 10_000
  /// The master seed of the draws.
  package var seed: UInt64 = 2018

  /// The usual constants.
  package init() {}
}

/// What a pair of models comes to on one data set.
package enum PairVerdict: String, Codable, Sendable, CaseIterable {
  /// The corrected resampled t-test tells the two apart, and the first has the larger mean.
  case aBetter = "a better"
  /// The test does not tell the two apart.
  case tie
  /// The test tells the two apart, and the second has the larger mean.
  case bBetter = "b better"
  /// There are not two folds with results of both.
  case notCompared = "not compared"
}
