import MILRecords

/// The receiver operating characteristic: sensitivity against the false positive rate over all thresholds.
///
/// Source: T. Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27(8), 2006,
/// doi:10.1016/j.patrec.2005.10.010.
package struct ROCCurve: Sendable, Equatable {
  /// A point of a curve.
  package struct Point: Sendable, Equatable {
    /// The false positive rate: the share of negative bags that are predicted positive.
    package let falseAlarms: Double
    /// The share of positive bags that are predicted positive.
    package let sensitivity: Double

    init(_ falseAlarms: Double, _ sensitivity: Double) {
      (self.falseAlarms, self.sensitivity) = (falseAlarms, sensitivity)
    }
  }

  /// The points, from (0, 0) to (1, 1), with one per distinct score.
  package let points: [Point]
  /// The area under the curve; for a mean of curves, the mean of their areas.
  package let area: Double

  /// Computes the curve from one score per bag, larger for the positive class; nil if a class is missing.
  package init?(labels: [Int], scores: [Double]) {
    guard let area = Metrics.areaUnderCurve(labels: labels, scores: scores) else { return nil }
    let ordered = zip(scores, labels).sorted { $0.0 > $1.0 }
    let positives = Double(ordered.count { $0.1 == 1 })
    let negatives = Double(ordered.count) - positives
    var points = [Point(0, 0)]
    var (found, alarms) = (0.0, 0.0)
    for (place, bag) in ordered.enumerated() {
      if bag.1 == 1 { found += 1 } else { alarms += 1 }
      if place + 1 < ordered.count, ordered[place + 1].0 == bag.0 { continue }
      points.append(Point(alarms / negatives, found / positives))
    }
    (self.points, self.area) = (points, area)
  }

  /// Computes the mean of curves: their mean sensitivity at 101 false positive rates from 0 to 1; nil without curves.
  package init?(meanOf curves: [ROCCurve]) {
    guard !curves.isEmpty else { return nil }
    let count = Double(curves.count)
    points =
      [Point(0, 0)]
      + (0...100).map { step in
        let share = Double(step) / 100
        return Point(share, curves.reduce(0) { $0 + $1.sensitivity(at: share) } / count)
      }
    area = curves.reduce(0) { $0 + $1.area } / count
  }

  /// Returns the largest sensitivity at a false positive rate, with linear interpolation between points.
  package func sensitivity(at share: Double) -> Double {
    guard let last = points.lastIndex(where: { $0.falseAlarms <= share }) else { return 0 }
    let left = points[last]
    guard left.falseAlarms < share, last + 1 < points.count else { return left.sensitivity }
    let right = points[last + 1]
    let part = (share - left.falseAlarms) / (right.falseAlarms - left.falseAlarms)
    return left.sensitivity + part * (right.sensitivity - left.sensitivity)
  }
}
