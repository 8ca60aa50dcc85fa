import MILRecords

/// A test whether figures as a group lie above or below the published ones, over the cells of a table.
///
/// Cells of one data set share its bags, and mostly its folds, so they are not independent. Therefore the t-test is one
/// of the data sets' means, with one degree of freedom fewer than data sets. The sign test assumes independent cells
/// and is the more optimistic of the two.
package struct PaperBias: Sendable, Equatable {
  /// The number of cells.
  package let cells: Int
  /// The number of cells in which our figure is below the published one.
  package let below: Int
  /// The number of cells in which our figure is above the published one.
  package let above: Int
  /// The mean over the cells of our figure minus the published one.
  package let mean: Double
  /// The number of data sets.
  package let datasets: Int
  /// The two-sided p-value of a t-test of the data sets' mean differences; nil for one data set and without spread.
  package let p: Double?
  /// The exact two-sided p-value of a sign test over the cells, without ties.
  package let signP: Double

  /// Tests differences, ours minus published, one for each cell with the name of its data set; nil without any.
  package init?(_ differences: [(dataset: String, difference: Double)]) {
    guard let mean = MILRecords.mean(differences.map(\.difference)) else { return nil }
    let rounded = differences.map { (dataset: $0.dataset, difference: ($0.difference * 1e9).rounded() / 1e9) }
    cells = rounded.count
    below = rounded.count { $0.difference < 0 }
    above = rounded.count { $0.difference > 0 }
    self.mean = mean
    let groups = Dictionary(grouping: rounded, by: \.dataset).sorted { $0.key < $1.key }
    let means = groups.compactMap { MILRecords.mean($0.value.map(\.difference)) }
    datasets = means.count
    p = Self.meanP(means)
    let tail = BinomialDistribution(trials: below + above, probability: 0.5).cumulative(min(below, above))
    signP = min(1, 2 * tail)
  }

  private static func meanP(_ values: [Double]) -> Double? {
    guard let mean = MILRecords.mean(values), let deviation = sampleDeviation(values), deviation > 0 else { return nil }
    let statistic = mean / deviation * Double(values.count).squareRoot()
    return StudentDistribution(degreesOfFreedom: Double(values.count - 1)).twoSided(statistic)
  }
}
