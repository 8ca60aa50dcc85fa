import Foundation
import LinearAlgebra
import MILRecords

/// The percentile bootstrap interval of a metric over the test bags of one trial, such as those of a held-out cohort.
///
/// Only the sample of bags varies; the fitted model is fixed. Draws without a value of the metric, such as those of one
/// class, are omitted.
///
/// Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall, 1993,
/// doi:10.1201/9780429246593, chapter 13.
package struct BootstrapInterval: Sendable, Equatable, Codable {
  /// The value over all bags.
  package let value: Double
  /// The lower end.
  package let low: Double
  /// The upper end.
  package let high: Double
  /// The share of resampled values between them.
  package let level: Double
  /// The number of draws that have a value.
  package let draws: Int

  /// Creates the interval of a metric; nil if the metric has no value over all bags, or in hardly any draw.
  ///
  /// - Parameters:
  ///   - metric: the metric.
  ///   - record: a finished trial.
  ///   - level: the share of resampled values within the interval.
  ///   - resamples: the number of draws.
  ///   - seed: the seed of the draws.
  package init?(of metric: Metric, _ record: TrialRecord, level: Double = 0.95, resamples: Int = 2000, seed: UInt64) {
    let all = Outcomes([record])
    guard record.status == .finished, let value = metric.value(all), !record.bags.isEmpty else { return nil }
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["bootstrap", "cohort", metric.id]))
    var values: [Double] = []
    for _ in 0..<resamples {
      let bags = record.bags.indices.map { _ in generator.integer(below: record.bags.count) }
      if let drawn = metric.value(all.selecting(bags)) { values.append(drawn) }
    }
    guard values.count > resamples / 2 else { return nil }
    self.value = value
    (self.level, draws) = (level, values.count)
    low = quantile((1 - level) / 2, of: &values)
    high = quantile((1 + level) / 2, of: &values)
  }
}
