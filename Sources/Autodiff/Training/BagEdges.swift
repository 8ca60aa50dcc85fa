/// The edges of a graph over the instances of each bag, sorted by target.
public struct BagEdges: Sendable {
  /// The first edge to each instance and, at the end, the number of edges.
  let starts: [Int]
  /// The source of each edge, counted from the first instance of its bag.
  let sources: [Int32]
  /// The weight of each edge.
  let weights: [Float]

  /// Creates the edges between instances of bags, in any order.
  ///
  /// - Parameters:
  ///   - pairs: the rows of each edge's source and target in the matrix of instances.
  ///   - weights: the weight of each edge; 1 if empty.
  ///   - offsets: the first row of each bag, and the number of rows at the end.
  /// - Throws: ``GraphError`` if an edge joins two bags or has an invalid row, or if the number of weights is wrong.
  public init(_ pairs: [(source: Int, target: Int)], weights: [Float] = [], offsets: [Int]) throws {
    guard weights.isEmpty || weights.count == pairs.count else {
      throw GraphError("there are \(weights.count) weights of \(pairs.count) edges")
    }
    let count = offsets.last ?? 0
    var firstRow = Array(repeating: 0, count: count)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      for row in start..<end { firstRow[row] = start }
    }
    for (index, pair) in pairs.enumerated() {
      guard firstRow.indices.contains(pair.source), firstRow.indices.contains(pair.target),
        firstRow[pair.source] == firstRow[pair.target]
      else { throw GraphError("edge \(index) from \(pair.source) to \(pair.target) is not within a bag") }
    }
    let order = pairs.indices.sorted {
      (pairs[$0].target, pairs[$0].source, $0) < (pairs[$1].target, pairs[$1].source, $1)
    }
    var starts = Array(repeating: 0, count: count + 1)
    for pair in pairs { starts[pair.target + 1] += 1 }
    for row in 0..<count { starts[row + 1] += starts[row] }
    self.starts = starts
    sources = order.map { Int32(truncatingIfNeeded: pairs[$0].source - firstRow[pairs[$0].source]) }
    self.weights = order.map { weights.isEmpty ? 1 : weights[$0] }
  }

  /// The empty set of edges, for no bags.
  static let none = BagEdges(starts: [0], sources: [], weights: [])

  private init(starts: [Int], sources: [Int32], weights: [Float]) {
    (self.starts, self.sources, self.weights) = (starts, sources, weights)
  }

  /// Returns the edges to some rows, one range of rows after the other.
  func selecting(_ rows: [Range<Int>]) -> BagEdges {
    let edges = rows.map { starts[$0.lowerBound]..<starts[$0.upperBound] }
    let lengths = rows.flatMap { $0.map { starts[$0 + 1] - starts[$0] } }
    return BagEdges(
      starts: lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      sources: edges.flatMap { sources[$0] }, weights: edges.flatMap { weights[$0] })
  }

  /// Calls `body` with the memory of the edges.
  func withPointers<Result>(_ body: (EdgePointers?) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      sources.withUnsafeBufferPointer { sources in
        weights.withUnsafeBufferPointer { weights in
          body(starts.baseAddress.map { EdgePointers(starts: $0, sources: sources, weights: weights) })
        }
      }
    }
  }
}
