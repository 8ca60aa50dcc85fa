import Foundation
import MILBench

/// The measurement of one network on one data set and one kind of work.
///
/// Seconds are those of one epoch, or of scoring all bags once.
struct StepMeasurement: Codable {
  /// The kind of work: training, or scoring all bags.
  enum Work: String, Codable, CaseIterable {
    case train
    case score
  }

  /// A rival's times.
  struct Theirs: Codable {
    var name: String
    var version: String
    /// The rival's loss after one epoch; ``ownLoss`` is ours.
    var loss: Double
    var ownLoss: Double
    var seconds: [Double] = []
    var failure: String?

    /// Whether the losses differ by at most 1e-4 of ours.
    var agrees: Bool { abs(loss - ownLoss) <= 1e-4 * abs(ownLoss) }
  }

  var network: String
  var dataset: String
  var bags: Int
  var work: Work
  var bagsPerStep: Int
  var cores: Int
  var ours: [Double] = []
  var floor: [Double] = []
  var rivals: [Theirs] = []

  /// The ratios of our time to the floor's, one per round.
  var ratiosToFloor: [Double] { zip(ours, floor).map { $0 / $1 } }

  /// Returns the median over rounds of the ratio of a rival's time to ours; nil if its loss disagrees.
  func ratio(of rival: Theirs) -> Double? {
    rival.agrees ? median(zip(rival.seconds, ours).map { $0 / $1 }) : nil
  }

  /// The ratio of the fastest rival whose loss agrees; nil if none agrees.
  var nearestRatio: Double? { rivals.compactMap { ratio(of: $0) }.min() }
}
