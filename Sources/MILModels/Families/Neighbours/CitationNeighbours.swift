import LinearAlgebra
import MILBags
import UserInput

/// The distance of two bags.
package enum HausdorffDistance: String, Codable, Sendable, CaseIterable {
  /// The distance of their two nearest instances.
  case minimal
  /// The largest distance of an instance of either from the other bag.
  case maximal
}

/// Citation-kNN: a bag's label is the majority of its nearest training bags and of those that have it among their
/// nearest.
///
/// The references of a bag are the `references` training bags nearest to it; its citers are the training bags that have
/// it among their `citers` nearest. The score is the number of positive votes minus that of negative ones, minus one
/// half, so that a tie is negative. Distances are Hausdorff distances, minimal by default.
///
/// Source: J. Wang, J.-D. Zucker, Solving the multiple-instance problem: a lazy learning approach, ICML 2000, pp.
/// 1119-1126.
package struct CitationNeighboursModel: Model {
  /// The number of nearest training bags that vote.
  package var references = 2
  /// The number of nearest bags among which a bag must be for a training bag to vote on it.
  package var citers = 4
  /// The distance of two bags.
  package var distance = HausdorffDistance.minimal

  /// Creates a model with two references and four citers, as published for Musk1.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("references", references, in: 1...10_000)
    try ConfigurationError.require("citers", citers, in: 0...10_000)
  }

  /// The traits; scores are votes.
  package var traits: ModelTraits {
    var traits = ModelTraits(scores: .decisions, trained: "nothing: training bags are kept and compared with")
    traits.isDeterministic = true
    traits.comparesAllInstances = true
    return traits
  }

  /// Stores the training bags, and for each the distance within which it cites another bag.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let compared = try ComparedBags(training, context.shared)
    let places = Array(compared.bags.indices)
    let limits = places.map { bag -> Float in
      let others = places.filter { $0 != bag }.map { other in
        distance.value(compared.distances[bag][compared.bags[other]], compared.distances[other][compared.bags[bag]])
      }
      // Finite, so that they can be saved.
      guard citers > 0 else { return -1 }
      return others.count < citers ? Float.greatestFiniteMagnitude : others.sorted()[citers - 1]
    }
    return FittedNeighbours(
      model: self, instances: compared.instances, bags: compared.bags, labels: training.labels, limits: limits)
  }

  /// Restores the bags from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let instances = try state.doubles("instances", columns: state.featureCount)
    let labels = try state.doubles("labels", rows: 1).elements
    let bags = try state.ranges("sizes", count: labels.count, of: instances.rows)
    let limits = try state.doubles("limits", rows: 1, columns: labels.count).elements
    return FittedNeighbours(
      model: self, instances: KernelVectors(instances), bags: bags, labels: labels.map { $0 > 0 ? 1 : 0 },
      limits: limits.map { Float($0) })
  }

  /// Returns the memory for instances in double precision, a block of their distances, and those from bags to
  /// instances.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    3 * (training.bytes + scoring.bytes)
      + 4 * Double(training.instances + scoring.instances) * Double(training.bags + scoring.bags + 400)
  }
}

extension HausdorffDistance {
  /// Returns the squared distance of two bags.
  ///
  /// - Parameters:
  ///   - first: the distances from one bag to each instance of the other.
  ///   - second: the distances from the other bag to each instance of the one; read for the maximal distance only.
  func value(_ first: ArraySlice<Float>, _ second: @autoclosure () -> ArraySlice<Float>) -> Float {
    switch self {
    case .minimal: first.min() ?? .infinity
    case .maximal: max(first.max() ?? .infinity, second().max() ?? .infinity)
    }
  }
}

/// The training bags, and for each the distance within which it cites another bag.
private struct FittedNeighbours: FittedModel {
  let model: CitationNeighboursModel
  let instances: KernelVectors
  let bags: [Range<Int>]
  let labels: [Int]
  let limits: [Float]

  var summary: FitSummary { FitSummary() }

  func predict(_ others: BagDataset) throws -> [Double] {
    let vectors = KernelVectors(try others.finiteInstances())
    return others.rowsOfBags.map { rows in
      let own = vectors.selecting(Array(rows))
      let all = 0..<own.count
      let there = InstanceDistances.from(own, [all], to: instances)[0]
      let back = model.distance == .maximal ? InstanceDistances.from(instances, bags, to: own) : []
      let distances = bags.indices.map { model.distance.value(there[bags[$0]], back[$0][all]) }
      let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
      let citing = distances.indices.filter { distances[$0] <= limits[$0] }
      let votes = (order.prefix(model.references) + citing).map { labels[$0] == 1 ? 1 : -1 }
      return Double(votes.reduce(0, +)) - 0.5
    }
  }

  var state: ModelState? {
    var state = ModelState(featureCount: instances.vectors.columns)
    state.set("instances", to: instances.vectors)
    state.set("sizes", to: bags)
    state.set("labels", to: labels.map { Double($0) })
    state.set("limits", to: limits.map { Double($0) })
    return state
  }
}

extension ModelState {
  /// Saves consecutive ranges by their lengths.
  mutating func set(_ name: String, to ranges: [Range<Int>]) { set(name, to: ranges.map { Double($0.count) }) }

  /// Returns consecutive ranges of `count` lengths that cover `total` rows.
  func ranges(_ name: String, count: Int, of total: Int) throws -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for length in try doubles(name, rows: 1, columns: count).elements {
      let start = ranges.last?.upperBound ?? 0
      guard let length = Int(exactly: length), (1...max(total, 1)).contains(length), start + length <= total else {
        throw ModelError("array \(name): \(length) at place \(ranges.count + 1), expected sizes that sum to \(total)")
      }
      ranges.append(start..<(start + length))
    }
    guard (ranges.last?.upperBound ?? 0) == total else {
      throw ModelError("array \(name) sums to \(ranges.last?.upperBound ?? 0), expected \(total)")
    }
    return ranges
  }
}
