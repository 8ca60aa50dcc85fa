import Foundation
import LinearAlgebra

/// The bags that a bootstrap draws, once for a data set and for all pairs of models.
///
/// So swapping the models mirrors an interval. The generator is ``/LinearAlgebra/RandomGenerator``: the same seed and
/// number of bags result in the same draws.
package struct BootstrapDraws: Sendable, Equatable {
  /// The number of bags to draw from, and of each draw.
  package let bags: Int
  /// The number of draws.
  package let resamples: Int
  /// The drawn bags, from 0, draw after draw.
  fileprivate let drawn: [UInt32]

  /// Draws `bags` bags with replacement, `resamples` times, both at least 1.
  package init(bags: Int, resamples: Int, seed: UInt64) {
    precondition(bags >= 1 && resamples >= 1, "\(resamples) resamples of \(bags) bags")
    self.bags = bags
    self.resamples = resamples
    var generator = RandomGenerator(seed: seed)
    drawn = (0..<bags * resamples).map { _ in UInt32(generator.integer(below: bags)) }
  }
}

/// The percentile bootstrap interval of the mean difference of two models over the bags of one data set.
///
/// Only the sample of bags varies, not the training of the models.
///
/// Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall, 1993,
/// doi:10.1201/9780429246593, chapter 13.
package struct PairedBootstrap: Sendable, Equatable {
  /// The lower end of the interval.
  package let low: Double
  /// The upper end of the interval.
  package let high: Double

  /// Creates the interval from one difference for each bag, such as of the shares of correct repetitions of each model.
  ///
  /// - Parameters:
  ///   - differences: one for each bag of the draws.
  ///   - level: the share of resampled means within the interval.
  ///   - draws: the drawn bags.
  package init(differences: [Double], level: Double = 0.95, draws: BootstrapDraws) {
    precondition(differences.count == draws.bags, "\(differences.count) differences for draws of \(draws.bags) bags")
    precondition((0...1).contains(level), "level \(level)")
    var means: [Double] = []
    means.reserveCapacity(draws.resamples)
    for start in stride(from: 0, to: draws.drawn.count, by: draws.bags) {
      var sum = 0.0
      for bag in draws.drawn[start..<start + draws.bags] { sum += differences[Int(bag)] }
      means.append(sum / Double(draws.bags))
    }
    low = quantile((1 - level) / 2, of: &means)
    high = quantile((1 + level) / 2, of: &means)
  }
}
