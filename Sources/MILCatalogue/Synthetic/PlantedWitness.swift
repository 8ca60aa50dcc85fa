import LinearAlgebra
import MILBags
import UserInput

/// Bags of normal instances; some instances of each positive bag, its witnesses, are shifted in every feature.
///
/// All instances are drawn from N(0, I). Bags 1, 3, 5, ... are positive. Of their n instances,
/// `max(1, round(witnessRate * n))` at random positions are drawn from N(shift, I) instead, with instance label 1.
package struct PlantedWitnessBags: BagGenerator {
  /// The name in commands.
  package static let name = "synthetic/planted-witness"
  /// The summary in one sentence.
  package static let summary = "Normal instances; a share of those of each positive bag is shifted in every feature."
  /// Always nil: there is no publication to cite.
  package static let citation: String? = nil

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// The sizes of the bags, drawn uniformly.
  package var bagSize = BagSizes(5...15)
  /// The number of features of an instance.
  package var features = 10
  /// The share of a positive bag's instances that are shifted.
  package var witnessRate = 0.2
  /// The shift of each feature of a witness, in standard deviations.
  package var shift = 1.0
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
    return try BagDataset(
      name: name, labels: (0..<bags).map { 1 - $0 % 2 }, features: features,
      seed: Seed.derive(from: seed, [Self.name])
    ) { bag, generator in
      NormalInstances.planted(
        bagSize.draw(using: &generator), hasWitnesses: bag % 2 == 0, witnessRate: witnessRate, shift: shift)
    }
  }
}

/// Synthetic data sets with a known answer, for tests, examples and power studies.
package enum SyntheticBags {
  /// Returns bags of ``PlantedWitnessBags`` with all parameters given.
  ///
  /// - Throws: `DatasetError` if a number lies outside its range.
  package static func plantedWitness(
    bags: Int, instancesPerBag: ClosedRange<Int>, features: Int, witnessRate: Double, shift: Double, seed: UInt64
  ) throws -> BagDataset {
    var generator = PlantedWitnessBags()
    generator.bags = bags
    generator.bagSize = BagSizes(instancesPerBag)
    generator.features = features
    generator.witnessRate = witnessRate
    generator.shift = shift
    generator.seed = seed
    return try generator.makeBags(named: "planted-witness")
  }
}
