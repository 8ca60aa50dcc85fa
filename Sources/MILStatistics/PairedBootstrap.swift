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

  /// Returns the interval of each pair of models on one data set.
  ///
  /// Eight pairs side by side take hardly longer than one: they read the same draws, and their sums do not wait for
  /// each other. An interval has the same bits alone and with others.
  ///
  /// - Parameters:
  ///   - pairs: for each pair one difference for each bag of the draws, such as of the shares of correct repetitions of
  ///     each model.
  ///   - level: the share of resampled means within the interval.
  ///   - draws: the drawn bags.
  package static func intervals(
    of pairs: [[Double]], level: Double = 0.95, draws: BootstrapDraws
  ) -> [PairedBootstrap] {
    precondition((0...1).contains(level), "level \(level)")
    return stride(from: 0, to: pairs.count, by: 8).flatMap { first in
      let some = pairs[first..<min(first + 8, pairs.count)]
      var rows = [SIMD8<Double>](repeating: SIMD8(), count: draws.bags)
      for (lane, differences) in some.enumerated() {
        precondition(
          differences.count == draws.bags, "\(differences.count) differences for draws of \(draws.bags) bags")
        for (bag, difference) in differences.enumerated() { rows[bag][lane] = difference }
      }
      let means = means(of: rows, draws)
      return some.indices.map { pair in
        var means = means.map { $0[pair - first] }
        return PairedBootstrap(
          low: quantile((1 - level) / 2, of: &means), high: quantile((1 + level) / 2, of: &means))
      }
    }
  }

  /// Returns the means of each draw.
  private static func means(of rows: [SIMD8<Double>], _ draws: BootstrapDraws) -> [SIMD8<Double>] {
    stride(from: 0, to: draws.drawn.count, by: draws.bags).map { start in
      var sums = SIMD8<Double>()
      for bag in draws.drawn[start..<start + draws.bags] { sums += rows[Int(bag)] }
      return sums / Double(draws.bags)
    }
  }
}
