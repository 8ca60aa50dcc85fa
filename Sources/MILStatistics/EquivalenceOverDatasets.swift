import MILRecords

/// The interval of two models' mean difference over data sets, and the margin within which it shows them to be equal.
///
/// With the differences d of n data sets, their mean m and sample standard deviation s, the interval is m ± t s /
/// sqrt(n). Here t is the .95 quantile of Student's distribution with n - 1 degrees of freedom. It is the 90 %
/// interval, which corresponds to two one-sided tests at .05 (``EquivalenceTest``).
///
/// The margin is the larger magnitude of the two ends: the smallest margin with which those tests show equality. Data
/// sets count as independent samples, so variants of one have no such interval.
package struct EquivalenceOverDatasets: Sendable, Equatable {
  /// The number of data sets.
  package let datasets: Int
  /// The mean difference.
  package let mean: Double
  /// The lower end of the 90 % interval.
  package let low: Double
  /// The upper end of the 90 % interval.
  package let high: Double

  /// The smallest margin within which the two models are equal at level .05.
  package var margin: Double { max(low.magnitude, high.magnitude) }

  /// Creates the interval of differences, one for each data set; nil for fewer than two.
  package init?(_ differences: [Double]) {
    guard let mean = MILRecords.mean(differences), let deviation = sampleDeviation(differences) else { return nil }
    let count = Double(differences.count)
    let half = StudentDistribution(degreesOfFreedom: count - 1).quantile(0.95) * deviation / count.squareRoot()
    datasets = differences.count
    self.mean = mean
    low = mean - half
    high = mean + half
  }
}
