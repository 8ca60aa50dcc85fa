import LinearAlgebra
import MILBags
import UserInput

/// Bags of two blocks of features, of which each alone leaves the label open: instances, and features of the bag.
///
/// Some bags have witnesses, instances drawn from N(shift, I) among others from N(0, I), as in ``PlantedWitnessBags``.
/// Some bags have a marker: their own features are drawn from N(effect, I) in place of N(0, I), once a bag. A bag is
/// positive if it has both. Bags 1, 3, 5, ... are positive; of the others, every second one has witnesses and no
/// marker, and the rest a marker and no witnesses.
///
/// A model of one block cannot do better than an area under the curve of .75 and an accuracy of .75, however many bags
/// it learns from: half of the negative bags look positive to it. Both blocks together tell all bags apart, up to the
/// overlap of the distributions.
package struct ModalityBags: BagGenerator {
  /// The name in commands.
  package static let name = "synthetic/two-modalities"
  /// The summary in one sentence.
  package static let summary = "Bags that are positive if some instances are shifted and features of the bag are, too."
  /// Always nil: there is no publication to cite.
  package static let citation: String? = nil

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// The sizes of the bags, drawn uniformly.
  package var bagSize = BagSizes(5...15)
  /// The number of features of an instance.
  package var features = 10
  /// The number of features of a bag.
  package var bagFeatures = 5
  /// The share of the instances of a bag with witnesses that are witnesses.
  package var witnessRate = 0.2
  /// The shift of each feature of a witness, in standard deviations.
  package var shift = 2.0
  /// The shift of each feature of a bag with a marker, in standard deviations.
  package var effect = 2.0
  /// The seed of the bags.
  package var seed: UInt64 = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 1...10_000_000)
    try bagSize.validate()
    try ConfigurationError.require("features", features, in: 1...1_000_000)
    try ConfigurationError.require("bagFeatures", bagFeatures, in: 1...1_000_000)
    try ConfigurationError.require("witnessRate", witnessRate, in: 0...1)
    try ConfigurationError.require("shift", shift, in: -1e6...1e6)
    try ConfigurationError.require("effect", effect, in: -1e6...1e6)
  }

  /// Returns the bags of these parameters.
  package func makeBags(named name: String, drawingFrom _: (String) throws -> LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    // The order of kinds: positive, witnesses alone, positive, marker alone.
    let instances = try BagDataset(
      name: name, labels: (0..<bags).map { 1 - $0 % 2 }, features: features,
      seed: Seed.derive(from: seed, [Self.name])
    ) { bag, generator in
      NormalInstances.planted(
        bagSize.draw(using: &generator), hasWitnesses: bag % 4 != 3, witnessRate: witnessRate, shift: shift,
        label: 1 - bag % 2)
    }
    let width = features + bagFeatures
    try BagDataset.requireMemory(for: instances.instanceCount, features: width, name: name)
    let drawn = instances.instances
    var all = Matrix<Float>(rows: instances.instanceCount, columns: width)
    for bag in 0..<bags {
      var generator = RandomGenerator(seed: Seed.derive(from: seed, [Self.name, "bag", String(bag)]))
      let mean = bag % 4 != 1 ? effect : 0
      let own = (0..<bagFeatures).map { _ in Float(mean + generator.normal()) }
      for row in instances[rowsOfBag: bag] {
        for column in 0..<features { all[row, column] = drawn[row, column] }
        for column in own.indices { all[row, features + column] = own[column] }
      }
    }
    return try BagDataset(
      name: name, instances: all, offsets: instances.offsets, labels: instances.labels,
      instanceLabels: instances.instanceLabels,
      featureNames: (1...features).map { "instance_\($0)" } + (1...bagFeatures).map { "bag_\($0)" }
    ).describingBags(by: bagFeatures)
  }
}
