import LinearAlgebra
import MILBags

/// Bags weighted by a network's attention: the attention-weighted mean of each, and its most attended instances.
struct AttendedBags: Sendable {
  /// The most attended instances of each bag.
  let instances: [Matrix<Float>]
  /// The attention to each of these, normalised to sum 1.
  let shares: [[Double]]
  /// The attention-weighted mean of each bag's instances, one row per bag.
  let vectors: Matrix<Double>

  /// Creates bags from their parts.
  init(instances: [Matrix<Float>], shares: [[Double]], vectors: Matrix<Double>) {
    (self.instances, self.shares, self.vectors) = (instances, shares, vectors)
  }

  /// Computes bags from the attention to their instances.
  ///
  /// - Parameters:
  ///   - bags: the bags.
  ///   - attention: the attention to each instance, with sum 1 in each bag.
  ///   - share: the share of a bag's instances to keep, rounded up.
  init(_ bags: BagDataset, attention: [Double], share: Double) throws {
    var (instances, shares): ([Matrix<Float>], [[Double]]) = ([], [])
    var means: [Double] = []
    for (number, rows) in bags.rowsOfBags.enumerated() {
      let bag = try bags.instances(ofBags: [number])
      let own = Array(attention[rows])
      means += bag.map { Double($0) }.multiplied(by: own, transposingSelf: true)
      let order = own.indices.sorted { (-own[$0], $0) < (-own[$1], $1) }
      let kept = order.prefix(max(1, Int((share * Double(rows.count)).rounded(.up)))).sorted()
      instances.append(bag.selectingRows(at: kept))
      // With a share of 0 Sinkhorn's iterations would divide by zero.
      let weights = kept.map { max(own[$0], 1e-12) }
      let sum = weights.reduce(0, +)
      shares.append(weights.map { $0 / sum })
    }
    self.init(
      instances: instances, shares: shares,
      vectors: Matrix(rows: bags.bagCount, columns: bags.featureCount, elements: means))
  }

  /// The number of bags.
  var count: Int { instances.count }

  /// Returns the mean vector of the `neighbours` bags with the lowest transport costs; nil if there are none.
  ///
  /// - Parameters:
  ///   - costs: the cost of transporting a bag onto each of these bags.
  ///   - left: a bag to exclude, such as the bag itself.
  func retrieved(_ neighbours: Int, by costs: [Double], leaving left: Int? = nil) -> [Double]? {
    let near = costs.indices.filter { $0 != left }.sorted { (costs[$0], $0) < (costs[$1], $1) }.prefix(neighbours)
    guard !near.isEmpty else { return nil }
    return (0..<vectors.columns).map { column in
      near.reduce(0) { $0 + vectors[$1, column] } / Double(near.count)
    }
  }

  /// Returns the cost of transporting the most attended instances of one bag onto those of a bag of others.
  func cost(of bag: Int, onto other: Int, of others: AttendedBags, _ transport: TransportCost) throws -> Double {
    transport.cost(
      try transport.squaredDistances(instances[bag], others.instances[other]), from: shares[bag],
      onto: others.shares[other])
  }
}
