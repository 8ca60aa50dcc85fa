import LinearAlgebra

/// Made data sets with a known answer, for tests, examples and power studies.
public enum SyntheticBags {
  /// Bags of normal instances; each positive bag has a share of instances shifted in every feature, its witnesses.
  ///
  /// All instances are drawn from N(0, I). Bags 1, 3, 5, ... are positive: `max(1, round(witnessRate * n))` of their
  /// n instances, at random places, are drawn from N(shift, I) instead and carry instance label 1.
  ///
  /// - Parameters:
  ///   - bags: how many bags; every second one is positive.
  ///   - instancesPerBag: the sizes of the bags, drawn uniformly; at least 1.
  ///   - features: the number of features of an instance.
  ///   - witnessRate: the share of a positive bag's instances that are shifted, within 0 ... 1.
  ///   - shift: what is added to each feature of a witness, in standard deviations.
  ///   - seed: the same seed gives the same bags.
  /// - Throws: ``DatasetError`` when a number lies outside its range.
  public static func plantedWitness(
    bags: Int, instancesPerBag: ClosedRange<Int>, features: Int, witnessRate: Double, shift: Double, seed: UInt64
  ) throws -> BagDataset {
    let name = "planted-witness"
    guard bags > 0, features > 0, instancesPerBag.lowerBound > 0, instancesPerBag.upperBound <= 1 << 24 else {
      throw DatasetError(
        dataset: name, problem: "bags, features and instances a bag must be positive (at most 2^24 instances a bag)")
    }
    guard (0...1).contains(witnessRate), shift.isFinite else {
      throw DatasetError(
        dataset: name, problem: "the witness rate \(witnessRate) must be within 0 ... 1 and the shift finite")
    }
    var generator = RandomGenerator(seed: Seed.derive(from: seed, [name]))
    var elements: [Float] = []
    var offsets = [0]
    var instanceLabels: [Int] = []
    for bag in 0..<bags {
      let size = instancesPerBag.lowerBound + generator.integer(below: instancesPerBag.count)
      let witnesses = bag % 2 == 0 ? max(1, Int((witnessRate * Double(size)).rounded())) : 0
      let places = generator.permutation(of: size)
      for instance in 0..<size {
        let isWitness = places[instance] < witnesses
        instanceLabels.append(isWitness ? 1 : 0)
        for _ in 0..<features { elements.append(Float(generator.normal() + (isWitness ? shift : 0))) }
      }
      offsets.append(offsets[bag] + size)
    }
    return try BagDataset(
      name: name, instances: Matrix(rows: instanceLabels.count, columns: features, elements: elements),
      offsets: offsets, labels: (0..<bags).map { 1 - $0 % 2 }, instanceLabels: instanceLabels)
  }
}
