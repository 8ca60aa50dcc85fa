import LinearAlgebra
import MILBags
import UserInput

/// Bags of several sites with a common concept and an offset of each site.
///
/// Bags are as in ``PlantedWitnessBags``. In addition each feature of all instances of a site is shifted by an offset,
/// drawn once a site from N(0, siteShift^2). Sites are the groups of bags, so that folds keep a site together. Their
/// sizes are unequal: site k of K has a share of the bags in proportion to 1/k, and every site has two bags or more. A
/// positive bag and the negative one after it are of one site.
package struct SiteBags: BagGenerator {
  /// The name in commands.
  package static let name = "synthetic/sites"
  /// The summary in one sentence.
  package static let summary = "Planted witnesses in bags of several sites, whose features differ by an offset."
  /// Always nil: there is no publication to cite.
  package static let citation: String? = nil

  /// The number of bags; every second one is positive.
  package var bags = 200
  /// The sizes of the bags, drawn uniformly.
  package var bagSize = BagSizes(5...15)
  /// The number of features of an instance.
  package var features = 10
  /// The number of sites, the groups of bags.
  package var sites = 10
  /// The standard deviation of the offsets of sites.
  package var siteShift = 0.5
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
    try ConfigurationError.require("bags", bags, in: 4...10_000_000)
    try bagSize.validate()
    try ConfigurationError.require("features", features, in: 1...1_000_000)
    try ConfigurationError.require("sites", sites, in: 2...max(2, bags / 2))
    try ConfigurationError.require("siteShift", siteShift, in: 0...1e6)
    try ConfigurationError.require("witnessRate", witnessRate, in: 0...1)
    try ConfigurationError.require("shift", shift, in: -1e6...1e6)
  }

  /// Returns the bags of these parameters.
  package func makeBags(named name: String, drawingFrom _: (String) throws -> LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    let base = try BagDataset(
      name: name, labels: (0..<bags).map { 1 - $0 % 2 }, features: features, seed: Seed.derive(from: seed, [Self.name])
    ) { bag, generator in
      NormalInstances.planted(
        bagSize.draw(using: &generator), hasWitnesses: bag % 2 == 0, witnessRate: witnessRate, shift: shift)
    }
    let siteOfBag = sitesOfBags
    var instances = base.instances
    for site in 0..<sites {
      var generator = RandomGenerator(seed: Seed.derive(from: seed, [Self.name, "site", String(site)]))
      let offsets = (0..<features).map { _ in Float(siteShift * generator.normal()) }
      for bag in 0..<bags where siteOfBag[bag] == site {
        for row in base[rowsOfBag: bag] {
          for column in 0..<features { instances[row, column] += offsets[column] }
        }
      }
    }
    return try BagDataset(
      name: name, instances: instances, offsets: base.offsets, labels: base.labels,
      instanceLabels: base.instanceLabels, groups: siteOfBag.map { "site \($0 + 1)" })
  }

  /// The site of each bag, from 0: pairs of bags are dealt one to each site, and the others in proportion to 1/k.
  var sitesOfBags: [Int] {
    let pairs = (bags + 1) / 2
    let total = (1...sites).reduce(0.0) { $0 + 1 / Double($1) }
    var sizes = [Int](repeating: 1, count: sites)
    // The next pair goes to the site that is furthest below its share.
    for _ in sites..<max(pairs, sites) {
      let lacks = sizes.enumerated().map { Double(pairs) / total / Double($0.offset + 1) - Double($0.element) }
      let most = lacks.max() ?? 0
      sizes[lacks.firstIndex(of: most) ?? 0] += 1
    }
    let ofPairs = sizes.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    return (0..<bags).map { ofPairs[$0 / 2] }
  }
}
