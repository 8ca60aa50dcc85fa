import LinearAlgebra

/// Bags as a network takes them: consecutive rows of one matrix, and a label for each bag.
public struct BagMatrix: Sendable {
  /// All instances, bag after bag.
  public let instances: Matrix<Float>
  /// The first row of each bag, and the number of rows at the end.
  public let offsets: [Int]
  /// The label of each bag, 0 or 1.
  public let labels: [Float]
  /// The instances again where few of their values differ from a common row; it makes a first layer faster.
  public private(set) var sparse: SparseRows?

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

  /// The same bags with ``sparse`` rows, where few enough values differ from a common row.
  public func preparedForPasses() -> BagMatrix {
    var result = self
    result.sparse = SparseRows(instances)
    return result
  }

  /// The largest number of instances that `count` bags taken together can have.
  public func largestBatch(of count: Int) -> Int {
    Self.largestSum(of: count, labels.indices.map { offsets[$0 + 1] - offsets[$0] })
  }

  /// The largest number of sparse entries that `count` bags taken together can have.
  func largestEntryCount(of count: Int) -> Int {
    guard let sparse else { return 0 }
    return Self.largestSum(of: count, labels.indices.map { sparse.entryCount(offsets[$0]..<offsets[$0 + 1]) })
  }

  private static func largestSum(of count: Int, _ sizes: [Int]) -> Int {
    sizes.sorted(by: >).prefix(count).reduce(0, +)
  }
}
