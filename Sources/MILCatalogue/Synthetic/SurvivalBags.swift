import Foundation
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Bags whose survival times have a known hazard: the mean of a bag's instances determines its log hazard.
///
/// The log hazard of a bag is `effect * r` with r from N(0, 1). All instances of the bag are drawn from N(0, I). The
/// first feature is centred on its mean over the bag and shifted by r, so that its mean over the bag is r exactly. The
/// other features carry no information.
///
/// The time is exponential with rate exp(effect * r). With `censoring` c above 0, the bag is last seen at an
/// exponential time of rate c, if that comes first.
///
/// Without censoring, the concordance of r itself is the mean of `1 / (1 + exp(-effect * |d|))` over all pairs of bags,
/// with d from N(0, 2). It is .787 with the default effect; no model exceeds it except by chance.
///
/// Source: the exponential proportional hazards model of R. Bender, T. Augustin, M. Blettner, Generating survival times
/// to simulate Cox proportional hazards models, Statistics in Medicine 24(11), 2005, doi:10.1002/sim.2059.
package struct SurvivalBags: BagGenerator {
  /// The name in commands.
  package static let name = "synthetic/survival"
  /// The summary in one sentence.
  package static let summary = "Survival times whose log hazard is the mean of the first feature over the bag."
  /// Always nil: there is no publication to cite.
  package static let citation: String? = nil

  /// The number of bags.
  package var bags = 300
  /// The sizes of the bags, drawn uniformly.
  package var bagSize = BagSizes(5...15)
  /// The number of features of an instance.
  package var features = 10
  /// The change of the log hazard for one standard deviation of the risk.
  package var effect = 1.5
  /// The rate of censoring.
  package var censoring = 0.3
  /// The seed of the bags.
  package var seed: UInt64 = 1

  /// Creates the default parameters.
  package init() {}

  /// Throws for values outside their range.
  package func validate() throws {
    try ConfigurationError.require("bags", bags, in: 1...10_000_000)
    try bagSize.validate()
    try ConfigurationError.require("features", features, in: 1...1_000_000)
    try ConfigurationError.require("effect", effect, in: -100...100)
    try ConfigurationError.require("censoring", censoring, in: 0...1e6)
  }

  /// Returns the bags of these parameters.
  package func makeBags(named name: String, drawingFrom _: (String) throws -> LabelledInstances) throws -> BagDataset {
    try requireValid(name)
    var (elements, offsets): ([Float], [Int]) = ([], [0])
    var (times, events): ([Double], [Bool]) = ([], [])
    for bag in 0..<bags {
      var generator = RandomGenerator(seed: Seed.derive(from: Seed.derive(from: seed, [Self.name]), [String(bag + 1)]))
      let risk = generator.normal()
      let time = exponential(rate: exp(effect * risk), &generator)
      let lost = censoring > 0 ? exponential(rate: censoring, &generator) : .infinity
      times.append(min(time, lost))
      events.append(time <= lost)
      let size = bagSize.draw(using: &generator)
      var rows = (0..<size).map { _ in (0..<features).map { _ in generator.normal() } }
      let mean = rows.reduce(0) { $0 + $1[0] } / Double(size)
      for row in rows.indices { rows[row][0] += risk - mean }
      elements += rows.flatMap { $0.map { Float($0) } }
      offsets.append(offsets[bag] + size)
    }
    return try BagDataset(
      name: name, instances: Matrix(rows: offsets[bags], columns: features, elements: elements), offsets: offsets,
      targets: .survival(times: times, events: events))
  }

  private func exponential(rate: Double, _ generator: inout RandomGenerator) -> Double {
    -log(1 - generator.uniform()) / rate
  }
}
