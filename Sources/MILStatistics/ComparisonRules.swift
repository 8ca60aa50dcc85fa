/// The constants of a comparison, printed in the captions of its tables.
package struct ComparisonRules: Codable, Sendable, Equatable {
  /// The significance level: a difference with a smaller p-value is significant.
  package var level = 0.05
  /// Half the width of the region of practical equivalence, as a share: 0.01 is one point.
  package var equivalence = 0.01
  /// The share of resampled means within a bootstrap interval.
  package var bootstrapLevel = 0.95
  /// The number of draws for a bootstrap interval.
  package var resamples = 10_000
  /// The master seed of the draws.
  package var seed: UInt64 = 2018

  /// Creates the usual constants.
  package init() {}
}

/// The verdict on a pair of models on one data set.
package enum PairVerdict: String, Codable, Sendable, CaseIterable {
  /// The corrected resampled t-test is significant, and the first model has the larger mean.
  case aBetter = "a better"
  /// The test is not significant.
  case tie
  /// The test is significant, and the second model has the larger mean.
  case bBetter = "b better"
  /// There are fewer than two folds with results of both models.
  case notCompared = "not compared"
}
