import Foundation
import MILRecords

/// Two models compared on one data set by one metric.
///
/// Only folds that both finished count, after the same split of the same data. Computed figures are rounded to nine
/// significant digits, so that machines with different mathematics libraries write the same files.
package struct PairComparison: Codable, Sendable, Equatable {
  /// The data set's name.
  package let dataset: String
  /// The key of the first model.
  package let a: String
  /// The key of the second model.
  package let b: String
  /// The verdict of the corrected resampled t-test.
  package let verdict: PairVerdict
  /// Why there is no comparison, as half a sentence; nil if there is one.
  package let problem: String?
  /// The number of shared folds on which the metric is defined.
  package let folds: Int
  /// The number of repetitions among the shared folds.
  package let repeats: Int
  /// The number of repetitions in which a has the better mean over the shared folds, ties half.
  package private(set) var repetitionsAhead: Double?
  /// The number of repetitions of ``repetitionsAhead``.
  package private(set) var repetitionsCompared: Int?

  /// The mean difference over the folds, a minus b.
  package private(set) var difference: Double?
  /// The corrected standard error of the difference, see ``CorrectedTTest``.
  package private(set) var standardError: Double?
  /// The p-value of the corrected resampled t-test, see ``CorrectedTTest``.
  package private(set) var p: Double?
  /// ``p`` after Holm's adjustment for all pairs of the data set that are compared by the metric.
  package internal(set) var adjustedP: Double?
  /// The probability that a is better by more than the region of practical equivalence, see ``CorrelatedBayesTest``.
  package private(set) var probabilityABetter: Double?
  /// The probability that the two are equal for practical purposes.
  package private(set) var probabilityEqual: Double?
  /// The probability that b is better by more than the region of practical equivalence.
  package private(set) var probabilityBBetter: Double?

  /// The lower end of the bootstrap interval over bags, see ``PairedBootstrap``; only for shares of bags.
  package private(set) var bootstrapLow: Double?
  /// The upper end of the interval.
  package private(set) var bootstrapHigh: Double?
  /// The number of bags that only a predicts correctly by majority over repetitions, see ``McNemarTest``.
  ///
  /// Only for shares of bags.
  package private(set) var rightOnlyA: Int?
  /// The number of bags that only b predicts correctly by majority over repetitions.
  package private(set) var rightOnlyB: Int?
  /// The number of bags that were left out because the repetitions of a model were evenly divided.
  package private(set) var undecidedBags: Int?
  /// McNemar's exact p-value of ``rightOnlyA`` and ``rightOnlyB``.
  package private(set) var mcnemarP: Double?

  /// Compares two models on a data set by the folds that both finished.
  ///
  /// - Parameters:
  ///   - foldCount: the number of folds of one repetition of the first model.
  ///   - bags: the comparison of the bags in shared folds; nil if there are none.
  init(
    dataset: String, a: String, b: String, shared: SharedFolds, foldCount: Int, metric: Metric,
    rules: ComparisonRules, bags: ComparedBags?
  ) {
    self.dataset = dataset
    self.a = a
    self.b = b
    let differences = shared.differences(metric)
    folds = differences.count
    repeats = shared.repeats
    let ratio = shared.testPerTraining(foldCount: foldCount)
    guard shared.problem == nil, let test = CorrectedTTest(differences: differences, testPerTraining: ratio),
      let bayes = CorrelatedBayesTest(
        differences: differences, testPerTraining: ratio, equivalence: rules.equivalence)
    else {
      verdict = .notCompared
      problem = shared.problem ?? "fewer than two common folds have \(metric.needs ?? "a value")"
      // One fixed split has no spread over folds, but its bags can be compared.
      if metric.isShareOfBags, shared.pairs.count == 1, shared.pairs[0].a.trainingBags != nil {
        difference = differences.first?.rounded9
        set(bags)
      }
      return
    }
    problem = nil
    let gain = metric.better.sign * test.mean
    verdict = test.p >= rules.level || gain == 0 ? .tie : gain > 0 ? .aBetter : .bBetter
    difference = test.mean.rounded9
    standardError = test.standardError.rounded9
    p = test.p.rounded9
    let repetitions = shared.repetitionsAhead(metric)
    (repetitionsAhead, repetitionsCompared) = (repetitions.ahead, repetitions.of)
    let isLarger = metric.better == .larger
    probabilityABetter = (isLarger ? bayes.aBetter : bayes.bBetter).rounded9
    probabilityEqual = bayes.equal.rounded9
    probabilityBBetter = (isLarger ? bayes.bBetter : bayes.aBetter).rounded9
    if metric.isShareOfBags { set(bags) }
  }

  private mutating func set(_ bags: ComparedBags?) {
    guard let bags else { return }
    bootstrapLow = bags.interval.low.rounded9
    bootstrapHigh = bags.interval.high.rounded9
    let shares = bags.shares
    let decided = shares.filter { $0.a != 0.5 && $0.b != 0.5 }
    let test = McNemarTest(
      aOnly: decided.count { $0.a > 0.5 && $0.b < 0.5 }, bOnly: decided.count { $0.a < 0.5 && $0.b > 0.5 })
    rightOnlyA = test.aOnly
    rightOnlyB = test.bOnly
    undecidedBags = shares.count - decided.count
    mcnemarP = test.p.rounded9
  }
}

/// The bags in the folds that two models share.
struct ComparedBags {
  /// The shares of tests in which each model was correct, for each bag.
  let shares: [(a: Double, b: Double)]
  /// The interval of the mean difference of the shares.
  let interval: PairedBootstrap

  /// Compares the bags of all pairs of models on a data set; nil for a pair that shares none.
  static func all(_ pairs: [SharedFolds], rules: ComparisonRules, seed: UInt64) -> [ComparedBags?] {
    let shares = pairs.map(\.bagShares)
    var all = [ComparedBags?](repeating: nil, count: pairs.count)
    // Pairs with failed folds may share fewer bags, and draws are of one number of bags.
    for (bags, places) in Dictionary(grouping: shares.indices, by: { shares[$0].count }) where bags > 0 {
      let intervals = PairedBootstrap.intervals(
        of: places.map { shares[$0].map { $0.a - $0.b } }, level: rules.bootstrapLevel,
        draws: BootstrapDraws(bags: bags, resamples: rules.resamples, seed: seed))
      for (place, interval) in zip(places, intervals) {
        all[place] = ComparedBags(shares: shares[place], interval: interval)
      }
    }
    return all
  }
}

extension Double {
  /// The number to nine significant digits.
  var rounded9: Double {
    guard isFinite, self != 0 else { return self }
    return Double(String(format: "%.9g", self)) ?? self
  }
}
