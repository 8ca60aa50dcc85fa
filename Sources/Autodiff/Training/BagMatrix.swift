import LinearAlgebra

/// Bags in the form that a network reads: consecutive rows of one matrix, and a label for each bag.
package struct BagMatrix: Sendable {
  /// All instances, bag after bag.
  package let instances: Matrix<Float>
  /// The first row of each bag, and the number of rows at the end.
  package let offsets: [Int]
  /// The targets of the bags, bag after bag: a label, 0 or 1, or ``targetColumns`` numbers.
  package let labels: [Float]
  /// The number of ``labels`` of one bag.
  package let targetColumns: Int
  /// The position of each instance, a row for each; nil if the bags have none.
  package let places: Matrix<Float>?
  /// The edges between instances of a bag; nil if the bags have none.
  package let edges: BagEdges?
  /// The instances as sparse rows if few of their values differ from a common row; they make a first layer faster.
  package private(set) var sparse: SparseRows?

  /// Creates bags from their parts, which must fit together; every bag has at least one instance.
  package init(
    instances: Matrix<Float>, offsets: [Int], labels: [Float], targetColumns: Int = 1,
    places: Matrix<Float>? = nil, edges: BagEdges? = nil
  ) {
    precondition(
      (offsets.count - 1) * targetColumns == labels.count && offsets.last == instances.rows,
      "bags do not divide the instances")
    precondition(places.map { $0.rows == instances.rows } ?? true, "there is no place for each instance")
    precondition(edges.map { $0.starts.count == instances.rows + 1 } ?? true, "edges are of other bags")
    self.places = places
    self.edges = edges
    self.instances = instances
    self.offsets = offsets
    self.labels = labels
    self.targetColumns = targetColumns
  }

  /// The number of bags.
  package var bagCount: Int { offsets.count - 1 }

  /// Returns the same bags with ``sparse`` rows, if few enough values differ from a common row.
  package func preparedForPasses() -> BagMatrix {
    var result = self
    result.sparse = SparseRows(instances)
    return result
  }

  /// Returns the largest total number of instances of `count` bags.
  package func largestBatch(of count: Int) -> Int {
    Self.largestSum(of: count, (0..<bagCount).map { offsets[$0 + 1] - offsets[$0] })
  }

  /// Returns the largest total number of sparse entries of `count` bags.
  func largestEntryCount(of count: Int) -> Int {
    guard let sparse else { return 0 }
    return Self.largestSum(of: count, (0..<bagCount).map { sparse.entryCount(offsets[$0]..<offsets[$0 + 1]) })
  }

  /// Returns the largest total number of edges of `count` bags.
  package func largestEdgeCount(of count: Int) -> Int {
    guard let edges else { return 0 }
    return Self.largestSum(
      of: count, (0..<bagCount).map { edges.starts[offsets[$0 + 1]] - edges.starts[offsets[$0]] })
  }

  /// Returns some of the bags, in the given order.
  func selecting(_ bags: [Int]) -> BagMatrix {
    let rows = bags.map { offsets[$0]..<offsets[$0 + 1] }
    return BagMatrix(
      instances: instances.selectingRows(rows),
      offsets: rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
      labels: bags.flatMap { labels[$0 * targetColumns..<($0 + 1) * targetColumns] },
      targetColumns: targetColumns, places: places?.selectingRows(rows), edges: edges?.selecting(rows))
  }

  /// Calls `body` with places and edges, for bags of a batch that begin at the given rows.
  func withSurroundings<Result>(
    _ firstRows: UnsafePointer<Int>, _ body: (Surroundings<Float>) -> Result
  ) -> Result {
    func withEdges(_ places: UnsafePointer<Float>?, _ columns: Int) -> Result {
      let surroundings = Surroundings(firstRows: firstRows, places: places, placeColumns: columns)
      guard let edges else { return body(surroundings) }
      return edges.withPointers { pointers in
        var surroundings = surroundings
        surroundings.edges = pointers
        return body(surroundings)
      }
    }
    guard let places else { return withEdges(nil, 0) }
    return places.withUnsafeElements { withEdges($0.baseAddress, places.columns) }
  }

  private static func largestSum(of count: Int, _ sizes: [Int]) -> Int {
    sizes.sorted(by: >).prefix(count).reduce(0, +)
  }
}
