import Foundation
import LinearAlgebra
import MILRecords

/// The percentile bootstrap interval of a metric over the test bags of one trial, such as those of a held-out cohort.
///
/// What varies is which bags the cohort happens to hold; the fitted model stays. Draws in which the metric is not defined,
/// such as those of one class, are left out.
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

  /// The interval of a metric; nil if it has no value, or hardly a draw has one.
  ///
  /// - Parameters:
  ///   - metric: the metric.
  ///   - record: a finished trial.
  ///   - level: the share of resampled values within the interval.
  ///   - resamples: how often the bags are drawn.
  ///   - seed: what is drawn by.
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
    values.sort()
    self.value = value
    (self.level, draws) = (level, values.count)
    low = quantile((1 - level) / 2, ofSorted: values)
    high = quantile((1 + level) / 2, ofSorted: values)
  }
}
