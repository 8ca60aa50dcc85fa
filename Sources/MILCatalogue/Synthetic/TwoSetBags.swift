import LinearAlgebra
import MILBags
import UserInput

/// Bags of two sets of instances, of which each alone leaves the label open.
///
/// Each set has witnesses, instances drawn from N(shift, I) among others from N(0, I), or none. A bag is positive if
/// both of its sets have witnesses. Bags 1, 3, 5, ... are positive. Of the others, every second one has witnesses in
/// the first set alone, and the rest in the second set alone. The last feature is 0 for instances of the first set and
/// 1 for those of the second, and divides them (see ``/MILBags/BagDataset/dividingInstances(_:)``).
///
/// A model of one set cannot do better than an area under the curve of .75 and an accuracy of .75, however many bags it
/// learns from: half of the negative bags look positive to it.
package struct TwoSetBags: BagGenerator {
  /// The sets of a bag that it keeps.
  package enum Kept: String, Codable, Sendable, CaseIterable {
    /// Both sets.
    case both
    /// The first set alone, without the feature of sets.
    case first
    /// The second set alone, likewise.
    case second
  }

  /// The name in commands.
  package static let name = "synthetic/two-sets"
  /// The summary in one sentence.
  package static let summary = "Bags of two sets of instances that are positive if both sets have shifted instances."
  /// Always nil: there is no publication to cite.
  package static let citation: String? = nil

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// The sizes of each set of a bag, drawn uniformly.
  package var bagSize = BagSizes(5...15)
  /// The number of features of an instance, besides that of its set.
  package var features = 10
  /// The share of the instances of a set with witnesses that are witnesses.
  package var witnessRate = 0.2
  /// The shift of each feature of a witness, in standard deviations.
  package var shift = 2.0
  /// The sets of a bag that it keeps.
  package var sets = Kept.both
  /// The seed of the bags.
  package var seed: UInt64 = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 1...10_000_000)
    try bagSize.validate()
    try ConfigurationError.require("features", features, in: 1...1_000_000)
    try ConfigurationError.require("witnessRate", witnessRate, in: 0...1)
    try ConfigurationError.require("shift", shift, in: -1e6...1e6)
  }

  /// Returns the bags of these parameters.
  package func makeBags(named name: String, drawingFrom _: (String) throws -> LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    // The order of kinds: positive, first set alone, positive, second set alone.
    let parts = try [("first", 3), ("second", 1)].map { set, without in
      try BagDataset(
        name: name, labels: (0..<bags).map { 1 - $0 % 2 }, features: features,
        seed: Seed.derive(from: seed, [Self.name, set])
      ) { bag, generator in
        NormalInstances.planted(
          bagSize.draw(using: &generator), hasWitnesses: bag % 4 != without, witnessRate: witnessRate, shift: shift,
          label: 1 - bag % 2)
      }
    }
    if sets != .both { return parts[sets == .first ? 0 : 1] }
    let rows = parts[0].instanceCount + parts[1].instanceCount
    try BagDataset.requireMemory(for: rows, features: features + 1, name: name)
    var all = Matrix<Float>(rows: rows, columns: features + 1)
    var (labels, offsets, next) = ([Int?](), [0], 0)
    for bag in 0..<bags {
      for (set, part) in parts.enumerated() {
        let own = part.instances
        for row in part[rowsOfBag: bag] {
          for column in 0..<features { all[next, column] = own[row, column] }
          all[next, features] = Float(set)
          labels.append(part.instanceLabels?[row])
          next += 1
        }
      }
      offsets.append(next)
    }
    return try BagDataset(
      name: name, instances: all, offsets: offsets, labels: parts[0].labels, instanceLabels: labels,
      featureNames: (1...features).map { "instance_\($0)" } + ["set"]
    ).dividingInstances()
  }
}
