import LinearAlgebra

/// A source of the features of instances: a matrix, a mapped file, a folder with a file per bag.
///
/// Rows are counted over all bags. A source is a value that several threads read at the same time; its shape never
/// changes. Selected bags and standardised features are views over a source; see ``BagDataset``.
public protocol InstanceSource: Sendable, Equatable {
  /// The number of instances.
  var instanceCount: Int { get }
  /// The number of features of an instance.
  var featureCount: Int { get }
  /// Whether reading a feature that is not a finite number is an error, so that no feature is missing; no by default.
  var isFinite: Bool { get }
  /// All instances if they are in memory; nil by default.
  var matrix: Matrix<Float>? { get }

  /// Appends the features of some instances to a block, one instance after the other.
  ///
  /// - Throws: an error with the place of the features that could not be read.
  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws
}

extension InstanceSource {
  /// No: features may be missing.
  public var isFinite: Bool { false }

  /// Nil: the instances are not in memory.
  public var matrix: Matrix<Float>? { nil }

  /// Returns the instances of some ranges of rows, one range after the other, as one matrix.
  ///
  /// - Throws: the errors of reading; ``InstanceBlock/Incomplete`` if a source returns another number of features.
  package func instances(_ ranges: [Range<Int>]) throws -> Matrix<Float> {
    if let matrix { return matrix.selectingRows(ranges) }
    var block = InstanceBlock(instances: ranges.reduce(0) { $0 + $1.count }, features: featureCount)
    for range in ranges { try read(range, into: &block) }
    return try block.filled()
  }

  /// Calls `body` with all instances, block by block: those in memory at once, others about ten megabytes at a time.
  ///
  /// - Throws: the errors of reading and of `body`.
  package func forEachBlock(_ body: (Matrix<Float>) throws -> Void) throws {
    if let matrix { return try body(matrix) }
    let rows = max(1, 10_000_000 / (4 * max(featureCount, 1)))
    for first in stride(from: 0, to: instanceCount, by: rows) {
      try body(instances([first..<min(first + rows, instanceCount)]))
    }
  }

  func isEqual(to other: any InstanceSource) -> Bool { (other as? Self) == self }
}

/// A buffer that a source fills with instances, one after the other.
public struct InstanceBlock: Sendable {
  private var matrix: Matrix<Float>
  /// The number of values written.
  private var position = 0
  /// The number of values offered, including those that did not fit.
  private var offered = 0

  /// Creates a block with room for a number of instances.
  package init(instances: Int, features: Int) { matrix = Matrix(rows: instances, columns: features) }

  /// Writes values, row after row; a call may end anywhere in a row.
  public mutating func append(_ values: some Collection<Float>) {
    offered += values.count
    guard offered <= matrix.count else { return }
    matrix.replaceElements(from: position, with: values)
    position += values.count
  }

  /// Writes values in place if they fit; `body` fills the whole buffer.
  ///
  /// - Throws: the errors of `body`.
  package mutating func append(count: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    offered += count
    guard offered <= matrix.count else { return }
    let start = position
    try matrix.withUnsafeMutableElements { elements in
      try body(UnsafeMutableBufferPointer(rebasing: elements[start..<(start + count)]))
    }
    position += count
  }

  /// Changes the instances written from row `first` on.
  mutating func change(from first: Int, _ body: (inout Matrix<Float>) -> Void) {
    guard matrix.columns > 0, position > first * matrix.columns else { return }
    if first == 0, position == matrix.count { return body(&matrix) }
    var part = matrix.selectingRows([first..<position / matrix.columns])
    body(&part)
    matrix.replaceElements(from: first * matrix.columns, with: part.elements)
  }

  /// The number of complete instances written.
  var rows: Int { matrix.columns == 0 ? 0 : position / matrix.columns }

  /// Returns the instances.
  ///
  /// - Throws: ``Incomplete`` if another number of values was written.
  package func filled() throws -> Matrix<Float> {
    guard offered == matrix.count else { throw Incomplete(found: offered, expected: matrix.count) }
    return matrix
  }

  /// An error for a block that received another number of values.
  package struct Incomplete: Error, Equatable, CustomStringConvertible {
    let found: Int
    let expected: Int

    /// One line for the user.
    package var description: String { "a source gave \(found) features, expected \(expected)" }
  }
}

/// Instances in memory.
package struct MatrixSource: InstanceSource {
  package let all: Matrix<Float>

  package init(all: Matrix<Float>) {
    self.all = all
  }

  package var instanceCount: Int { all.rows }
  package var featureCount: Int { all.columns }
  package var matrix: Matrix<Float>? { all }

  package func read(_ rows: Range<Int>, into block: inout InstanceBlock) {
    block.append(all.selectingRows([rows]).elements)
  }
}

/// Selected rows of a source, in any order.
struct SelectedInstances: InstanceSource {
  let base: any InstanceSource
  /// The ranges of rows of the source, in the order of this source.
  let ranges: [Range<Int>]
  private let firstRows: [Int]

  init(_ ranges: [Range<Int>], of base: any InstanceSource) {
    self.base = base
    self.ranges = ranges
    firstRows = ranges.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  var instanceCount: Int { firstRows[firstRows.count - 1] }
  var featureCount: Int { base.featureCount }
  var isFinite: Bool { base.isFinite }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    try firstRows.forEachPart(of: rows) { part, rows in
      let start = ranges[part].lowerBound
      try base.read(start + rows.lowerBound..<start + rows.upperBound, into: &block)
    }
  }

  static func == (left: SelectedInstances, right: SelectedInstances) -> Bool {
    left.ranges == right.ranges && left.base.isEqual(to: right.base)
  }
}

/// The rows of a source, standardised as they are read.
struct StandardisedInstances: InstanceSource {
  let base: any InstanceSource
  let standardiser: Standardiser

  var instanceCount: Int { base.instanceCount }
  var featureCount: Int { base.featureCount }
  var isFinite: Bool { base.isFinite }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    let first = block.rows
    try base.read(rows, into: &block)
    block.change(from: first, standardiser.apply(inPlaceTo:))
  }

  static func == (left: StandardisedInstances, right: StandardisedInstances) -> Bool {
    left.standardiser == right.standardiser && left.base.isEqual(to: right.base)
  }
}

/// Selected features of a source, in any order.
struct SelectedFeatures: InstanceSource {
  let base: any InstanceSource
  let features: [Int]

  var instanceCount: Int { base.instanceCount }
  var featureCount: Int { features.count }
  var isFinite: Bool { base.isFinite }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    block.append(try base.instances([rows]).selectingColumns(features).elements)
  }

  static func == (left: SelectedFeatures, right: SelectedFeatures) -> Bool {
    left.features == right.features && left.base.isEqual(to: right.base)
  }
}

extension BagDataset {
  /// Returns whether the features of two sets are equal: values if both are in memory, otherwise the same source.
  static func haveSameInstances(_ left: BagDataset, _ right: BagDataset) -> Bool {
    if let left = left.source.matrix, let right = right.source.matrix { return left == right }
    return left.source.isEqual(to: right.source)
  }
}
