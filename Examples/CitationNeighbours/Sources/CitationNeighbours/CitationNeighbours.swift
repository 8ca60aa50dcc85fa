import MILBench

/// Citation-kNN: a majority vote of the training bags nearest to a bag and of those that the bag is nearest to.
///
/// The distance is the minimal Hausdorff distance, d(A, B) = min over a in A, b in B of |a - b|. The references of a
/// bag are the `references` training bags nearest to it. Its citers are the training bags that have it among their
/// `citers` nearest bags. A tie predicts negative.
///
/// Source: J. Wang, J.-D. Zucker, Solving the multiple-instance problem: a lazy learning approach, ICML 2000, pp.
/// 1119-1126.
public struct CitationNeighbours: Model {
  /// The number of nearest training bags that vote.
  public var references = 2
  /// The number of nearest bags that a training bag cites; it votes for each of them.
  public var citers = 4

  /// Creates a model with two references and four citers, as published for Musk1.
  public init() {}

  /// The traits: scores are decisions, and a fit keeps the training bags.
  ///
  /// A score is the positive votes minus the negative votes minus one half, so a tie is negative.
  public var traits: ModelTraits {
    ModelTraits(
      scores: .decisions, trained: "nothing: training bags are kept and compared with", isDeterministic: true,
      comparesAllInstances: true)
  }

  /// Rejects numbers of neighbours below 1 and above 10,000.
  public func validate() throws {
    try ConfigurationError.require("references", references, in: 1...10_000)
    try ConfigurationError.require("citers", citers, in: 1...10_000)
  }

  /// Keeps the training bags and the distances between them, which trials on the same bags share.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let work = MinimalDistance()
    let bags = (0..<training.bagCount).map { [$0] }
    let instances = try bags.map(training.instances(ofBags:))
    guard instances.allSatisfy(\.areFinite) else {
      throw ModelError("a feature is infinite or not a number, expected finite features")
    }
    let distances =
      try context.shared?.matrix(of: work)
      ?? Matrix(instances.map { first in instances.map { work.value(first, $0) } })
    let limits = (0..<training.bagCount).map { bag in
      // A bag is cited if fewer than `citers` others are nearer.
      let others = (0..<training.bagCount).filter { $0 != bag }.map { distances[bag, $0] }.sorted()
      return others.count < citers ? Double.infinity : others[citers - 1]
    }
    return Neighbours(
      instances: instances, labels: training.labels, limits: limits, references: references, work: work)
  }
}

/// The squared minimal Hausdorff distance, which orders bags in the same way as the distance.
struct MinimalDistance: BagPairWork {
  func value(_ first: Matrix<Float>, _ second: Matrix<Float>) -> Double {
    var least = Double.infinity
    let others = (0..<second.rows).map(second.row)
    for row in 0..<first.rows {
      let own = first.row(row)
      for other in others {
        least = min(least, zip(own, other).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) })
      }
    }
    return least
  }
}

/// The training bags, with the distance within which each of them cites another bag.
private struct Neighbours: FittedModel {
  let instances: [Matrix<Float>]
  let labels: [Int]
  let limits: [Double]
  let references: Int
  let work: MinimalDistance

  var summary: FitSummary { FitSummary() }

  func predict(_ bags: BagDataset) throws -> [Double] {
    try (0..<bags.bagCount).map { bag in
      let own = try bags.instances(ofBags: [bag])
      let distances = instances.map { work.value(own, $0) }
      let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
      let citing = distances.indices.filter { distances[$0] <= limits[$0] }
      let votes = (order.prefix(references) + citing).map { labels[$0] == 1 ? 1 : -1 }
      return Double(votes.reduce(0, +)) - 0.5
    }
  }
}

extension ModelRegistry {
  /// Returns the registry of milbench's models and citation-kNN.
  public static func withCitationNeighbours() throws -> ModelRegistry {
    var registry = try standard()
    try registry.register(
      ModelRegistration(
        id: "citation-neighbours", title: "Citation neighbours",
        summary: "Votes of the nearest training bags and of those that a bag is nearest to.",
        citation: "J. Wang, J.-D. Zucker, Solving the multiple-instance problem: a lazy learning approach, ICML 2000",
        published: .dataHandlingOfMINet, CitationNeighbours()))
    return registry
  }
}
