import LinearAlgebra
import MILBags
import UserInput

/// Several instances whose features are independent with the same normal distribution.
package struct NormalInstances: Sendable, Equatable {
  /// The mean of every feature.
  package var mean = 0.0
  /// The standard deviation of every feature.
  package var deviation = 1.0
  /// The number of instances.
  package var count: Int
  /// The instance label: 1 if these instances make a bag positive.
  package var label = 0

  /// Returns the content of a bag: instances from N(0, I) and, if it has any, witnesses from N(shift, I).
  ///
  /// - Parameters:
  ///   - size: the number of instances.
  ///   - hasWitnesses: whether some of them are witnesses: a share of `witnessRate`, and at least one.
  ///   - witnessRate: the share of the witnesses.
  ///   - shift: the mean of each feature of a witness.
  ///   - label: the instance label of the witnesses.
  static func planted(
    _ size: Int, hasWitnesses: Bool, witnessRate: Double, shift: Double, label: Int = 1
  ) -> [NormalInstances] {
    let witnesses = hasWitnesses ? max(1, Int((witnessRate * Double(size)).rounded())) : 0
    return [
      NormalInstances(count: size - witnesses), NormalInstances(mean: shift, count: witnesses, label: label),
    ]
  }
}

extension BagDataset {
  /// Creates bags of normal instances in random order within each bag.
  ///
  /// Each bag is drawn directly into the matrix of the set, so the memory is that of the set. Each bag has its own
  /// random stream.
  ///
  /// - Parameters:
  ///   - name: the data set's name.
  ///   - labels: the labels of the bags.
  ///   - features: the number of features of an instance.
  ///   - seed: the seed of all random streams.
  ///   - recipe: returns the content of the bag with the given number, drawn from its stream; at least one instance.
  /// - Throws: ``DatasetError`` if the set would not fit into the memory of the machine.
  init(
    name: String, labels: [Int], features: Int, seed: UInt64,
    recipe: (_ bag: Int, _ generator: inout RandomGenerator) -> [NormalInstances]
  ) throws {
    func stream(_ bag: Int) -> RandomGenerator {
      RandomGenerator(seed: Seed.derive(from: seed, [String(bag)]))
    }
    var offsets = [0]
    offsets.reserveCapacity(labels.count + 1)
    for bag in labels.indices {
      var generator = stream(bag)
      offsets.append(offsets[bag] + recipe(bag, &generator).reduce(0) { $0 + $1.count })
    }
    let rows = offsets[labels.count]
    try Self.requireMemory(for: rows, features: features, name: name)
    var instances = Matrix<Float>(rows: rows, columns: features)
    var instanceLabels = [Int](repeating: 0, count: rows)
    var kinds: [UInt8] = []
    for bag in labels.indices {
      var generator = stream(bag)
      let groups = recipe(bag, &generator)
      kinds.removeAll(keepingCapacity: true)
      for (kind, group) in groups.enumerated() {
        kinds.append(contentsOf: repeatElement(UInt8(truncatingIfNeeded: kind), count: group.count))
      }
      generator.permute(&kinds)
      for (place, kind) in kinds.enumerated() {
        let group = groups[Int(kind)]
        let row = offsets[bag] + place
        instances.drawRow(row, mean: group.mean, deviation: group.deviation, using: &generator)
        instanceLabels[row] = group.label
      }
    }
    try self.init(name: name, instances: instances, offsets: offsets, labels: labels, instanceLabels: instanceLabels)
  }

  /// Throws for a matrix that does not fit into memory, since a failed allocation ends the process.
  static func requireMemory(for rows: Int, features: Int, name: String) throws {
    let (elements, overflow) = rows.multipliedReportingOverflow(by: features)
    guard !overflow, Double(elements) < MachineMemory.total / Double(MemoryLayout<Float>.stride) else {
      throw DatasetError(
        dataset: name,
        problem: "\(rows) instances with \(features) features do not fit into the memory of this machine")
    }
  }
}
