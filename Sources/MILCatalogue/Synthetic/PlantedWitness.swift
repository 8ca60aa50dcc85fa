import LinearAlgebra
import MILBags
import UserInput

/// Bags of normal instances; each positive bag has a share of instances shifted in every feature, its witnesses.
///
/// All instances are drawn from N(0, I). Bags 1, 3, 5, ... are positive: `max(1, round(witnessRate * n))` of their
/// n instances, at random places, are drawn from N(shift, I) instead and carry instance label 1.
package struct PlantedWitnessBags: BagGenerator {
  /// What it is asked for by.
  package static let name = "synthetic/planted-witness"
  /// What it is, in one sentence.
  package static let summary = "Normal instances; a share of those of each positive bag is shifted in every feature."
  /// Nobody is to be cited.
  package static let citation: String? = nil

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// The sizes of the bags, drawn uniformly.
  package var bagSize = BagSizes(5...15)
  /// The number of features of an instance.
  package var features = 10
  /// The share of a positive bag's instances that are shifted.
  package var witnessRate = 0.2
  /// What is added to each feature of a witness, in standard deviations.
  package var shift = 1.0
  /// What the bags follow from.
  package var seed: UInt64 = 1

  /// The defaults.
  package init() {}

  /// Refuses values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 1...10_000_000)
    try bagSize.validate()
    try ConfigurationError.require("features", features, in: 1...1_000_000)
    try ConfigurationError.require("witnessRate", witnessRate, in: 0...1)
    try ConfigurationError.require("shift", shift, in: -1e6...1e6)
  }

  /// The bags of these parameters.
  package func makeBags(named name: String, drawingFrom _: (String) throws -> LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    return try BagDataset(
      name: name, labels: (0..<bags).map { 1 - $0 % 2 }, features: features,
      seed: Seed.derive(from: seed, [Self.name])
    ) { bag, generator in
      let size = bagSize.draw(using: &generator)
      let witnesses = bag % 2 == 0 ? max(1, Int((witnessRate * Double(size)).rounded())) : 0
      return [NormalInstances(count: size - witnesses), NormalInstances(mean: shift, count: witnesses, label: 1)]
    }
  }
}

/// Made data sets with a known answer, for tests, examples and power studies.
package enum SyntheticBags {
  /// Bags of ``PlantedWitnessBags`` with all parameters given.
  ///
  /// - Throws: `DatasetError` when a number lies outside its range.
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
