import Foundation
import LinearAlgebra

/// The percentile bootstrap interval of the mean difference of two models over the bags of one data set.
///
/// Bags are drawn with replacement, as many as there are; what varies is which bags the data set happens to hold, not
/// how the models were trained. Seeded by ``LinearAlgebra/RandomGenerator``, the same seed and number of bags draw the
/// same bags for every pair of models, so that swapping the models mirrors the interval.
///
/// Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall, 1993,
/// doi:10.1201/9780429246593, chapter 13.
public struct PairedBootstrap: Sendable, Equatable {
  /// The lower end of the interval.
  public let low: Double
  /// The upper end of the interval.
  public let high: Double

  /// The interval of one difference a bag, for example of the shares of repetitions in which each model called it right;
  /// nil without bags.
  ///
  /// - Parameters:
  ///   - level: the share of resampled means within the interval.
  ///   - resamples: how often the bags are drawn, at least 1.
  ///   - seed: the seed of the draws.
  public init?(differences: [Double], level: Double = 0.95, resamples: Int = 10_000, seed: UInt64) {
    precondition(resamples >= 1 && (0...1).contains(level), "\(resamples) resamples at level \(level)")
    guard !differences.isEmpty else { return nil }
    var generator = RandomGenerator(seed: seed)
    var means = (0..<resamples).map { _ in
      var sum = 0.0
      for _ in 0..<differences.count { sum += differences[generator.integer(below: differences.count)] }
      return sum / Double(differences.count)
    }
    means.sort()
    low = quantile((1 - level) / 2, ofSorted: means)
    high = quantile((1 + level) / 2, ofSorted: means)
  }
}

/// The quantile of sorted values at a share in 0 ... 1, linear between neighbours; there must be at least one value.
private func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
  let place = share * Double(values.count - 1)
  let below = Int(place)
  let above = min(below + 1, values.count - 1)
  return values[below] + (place - Double(below)) * (values[above] - values[below])
}
