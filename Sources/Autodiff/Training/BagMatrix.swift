import LinearAlgebra

/// Bags as a network takes them: consecutive rows of one matrix, and a label for each bag.
public struct BagMatrix: Sendable {
  /// All instances, bag after bag.
  public let instances: Matrix<Float>
  /// The first row of each bag, and the number of rows at the end.
  public let offsets: [Int]
  /// The label of each bag, 0 or 1.
  public let labels: [Float]

  /// Bags from their parts, which must fit together; every bag has at least one instance.
  public init(instances: Matrix<Float>, offsets: [Int], labels: [Float]) {
    precondition(
      offsets.count == labels.count + 1 && offsets.last == instances.rows, "bags do not divide the instances")
    self.instances = instances
    self.offsets = offsets
    self.labels = labels
  }

  /// The number of bags.
  public var bagCount: Int { labels.count }

  /// The largest number of instances that `count` bags taken together can have.
  public func largestBatch(of count: Int) -> Int {
    let sizes = labels.indices.map { offsets[$0 + 1] - offsets[$0] }.sorted(by: >)
    return sizes.prefix(count).reduce(0, +)
  }
}
