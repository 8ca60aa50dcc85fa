/// Several sources one after the other, such as a file per bag.
package struct JoinedInstances: InstanceSource {
  private let parts: [any InstanceSource]
  /// The first row of each part, and the number of rows at the end.
  private let firstRows: [Int]
  /// The number of features of every part.
  package let featureCount: Int

  /// Joins sources.
  ///
  /// - Throws: ``DatasetError`` if there are none or their numbers of features differ.
  package init(_ parts: [any InstanceSource], name: String) throws {
    guard let first = parts.first else { throw DatasetError(dataset: name, problem: "it has no instances") }
    if let other = parts.firstIndex(where: { $0.featureCount != first.featureCount }) {
      throw DatasetError(
        dataset: name,
        problem: "part \(other + 1) has \(parts[other].featureCount) features, part 1 has \(first.featureCount)")
    }
    self.parts = parts
    firstRows = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.instanceCount) }
    featureCount = first.featureCount
  }

  /// Whether all parts refuse features that are not finite.
  package var isFinite: Bool { parts.allSatisfy(\.isFinite) }

  /// The number of rows of all parts.
  package var instanceCount: Int { firstRows[parts.count] }

  /// Appends rows, which may lie in several parts.
  package func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    try firstRows.forEachPart(of: rows) { part, rows in try parts[part].read(rows, into: &block) }
  }

  /// Returns whether all parts are equal.
  package static func == (left: JoinedInstances, right: JoinedInstances) -> Bool {
    left.firstRows == right.firstRows && zip(left.parts, right.parts).allSatisfy { $0.isEqual(to: $1) }
  }
}

extension [Int] {
  /// Calls `body` with each part that contains some of the rows, and the rows within it. The elements are the first row
  /// of each part, and the number of rows at the end.
  func forEachPart(of rows: Range<Int>, _ body: (_ part: Int, _ rows: Range<Int>) throws -> Void) rethrows {
    // The last part that begins at or before the row.
    var (low, high) = (0, count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if self[middle] <= rows.lowerBound { low = middle } else { high = middle }
    }
    var (part, row) = (low, rows.lowerBound)
    while row < rows.upperBound, part < count - 1 {
      let end = Swift.min(rows.upperBound, self[part + 1])
      if end > row { try body(part, row - self[part]..<end - self[part]) }
      (row, part) = (Swift.max(row, end), part + 1)
    }
  }
}
