import Foundation
import MILBench

/// What was measured of one network on one data set and one kind of work; seconds are those of an epoch, or of scoring once.
struct StepMeasurement: Codable {
  /// Training, or scoring all bags.
  enum Work: String, Codable, CaseIterable {
    case train
    case score
  }

  /// A rival's times.
  struct Theirs: Codable {
    var name: String
    var version: String
    /// Its loss after one epoch, and ours.
    var loss: Double
    var ownLoss: Double
    var seconds: [Double] = []
    var failure: String?

    /// Whether the losses are equal up to 1e-4 of ours.
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

  /// The median ratio of ours to the floor, round by round, and its quartiles.
  var ratiosToFloor: [Double] { zip(ours, floor).map { $0 / $1 } }

  /// The median ratio of a rival's time to ours, round by round; nil where its loss disagrees.
  func ratio(of rival: Theirs) -> Double? {
    rival.agrees ? median(zip(rival.seconds, ours).map { $0 / $1 }) : nil
  }

  /// The ratio of the fastest rival whose loss agrees.
  var nearestRatio: Double? { rivals.compactMap { ratio(of: $0) }.min() }
}
