import LinearAlgebra
import MILBags

/// Bags as a network attends to them: the mean of each by attention, and the instances that it attends to most.
struct AttendedBags: Sendable {
  /// The instances of each bag that are attended to most.
  let instances: [Matrix<Float>]
  /// The share of each of these in the attention to them, which sums to 1.
  let shares: [[Double]]
  /// The mean of each bag's instances by attention, a row a bag.
  let vectors: Matrix<Double>

  /// Bags from their parts.
  init(instances: [Matrix<Float>], shares: [[Double]], vectors: Matrix<Double>) {
    (self.instances, self.shares, self.vectors) = (instances, shares, vectors)
  }

  /// Bags with attention to their instances.
  ///
  /// - Parameters:
  ///   - bags: the bags.
  ///   - attention: the attention to each instance, 1 in the sum of each bag.
  ///   - share: the share of a bag's instances that is kept, rounded up.
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
      // A share of 0 would leave Sinkhorn's rounds nothing to divide.
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

  /// The mean vector of the `neighbours` of these bags that a bag costs least to be moved onto; nil where there are none.
  ///
  /// - Parameters:
  ///   - costs: what moving a bag onto each of these costs.
  ///   - left: a bag that is not among them, such as the bag itself.
  func retrieved(_ neighbours: Int, by costs: [Double], leaving left: Int? = nil) -> [Double]? {
    let near = costs.indices.filter { $0 != left }.sorted { (costs[$0], $0) < (costs[$1], $1) }.prefix(neighbours)
    guard !near.isEmpty else { return nil }
    return (0..<vectors.columns).map { column in
      near.reduce(0) { $0 + vectors[$1, column] } / Double(near.count)
    }
  }

  /// What moving the most attended instances of one bag onto those of a bag of others costs.
  func cost(of bag: Int, onto other: Int, of others: AttendedBags, _ transport: TransportCost) throws -> Double {
    transport.cost(
      try transport.squaredDistances(instances[bag], others.instances[other]), from: shares[bag],
      onto: others.shares[other])
  }
}
