import Foundation
import UserInput

/// The rows of a `.npy` file of two dimensions, mapped and not read: the system brings in what is asked for.
///
/// Numbers of any type are widened or rounded to single precision as they are read. A file that is changed while it is mapped
/// gives other numbers or ends the program, as any mapped file does.
public struct MappedArray: InstanceSource {
  /// The file.
  public let file: URL
  /// The number of rows.
  public let instanceCount: Int
  /// The number of columns.
  public let featureCount: Int
  /// Numbers that are not finite are refused.
  public var traits: SourceTraits { .finite }
  private let kind: StoredNumbers.Kind
  private let isBigEndian: Bool
  private let start: Int
  private let content: Data

  /// Maps a file.
  ///
  /// - Throws: ``ReadError`` for a file that is missing, no array of numbers of shape (instances, features) in C order, or
  ///   shorter than its header says.
  public init(_ file: URL) throws {
    let path = file.path
    let content: Data
    do {
      content = try Data(contentsOf: file, options: .alwaysMapped)
    } catch {
      throw ReadError(file: path, found: SystemReason.text(of: error), expected: "a readable .npy file")
    }
    let head = [UInt8](content.prefix(NumPyLayout.headerLength(beginning: [UInt8](content.prefix(12)))))
    let layout = try NumPyLayout(beginning: head, byteCount: content.count, file: path, field: "the array")
    guard case .number(let kind) = layout.type, layout.shape.count == 2, layout.shape[1] > 0 else {
      throw ReadError(
        file: path, at: .field("the array"), found: "shape \(layout.shape)",
        expected: "numbers of shape (instances, features)")
    }
    guard !layout.isFortranOrder || layout.shape.contains(1) else {
      throw ReadError(
        file: path, at: .field("the array"), found: "Fortran order",
        expected: "C order, as numpy.save(file, numpy.ascontiguousarray(array)) writes it")
    }
    (self.file, self.kind, isBigEndian, self.content) = (file, kind, layout.isBigEndian, content)
    (instanceCount, featureCount, start) = (layout.shape[0], layout.shape[1], layout.data.lowerBound)
  }

  /// Appends rows to a block.
  ///
  /// - Throws: ``ReadError`` for a value that is not a finite number, with its place.
  public func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    let width = featureCount * kind.size
    // A megabyte at a time, so that no second copy of a long bag is made.
    let step = max(1, (1 << 20) / width)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
      let part = first..<min(first + step, rows.upperBound)
      let bytes = [UInt8](
        content[
          (content.startIndex + start + part.lowerBound * width)..<(content.startIndex + start + part.upperBound * width)
        ])
      let values = StoredNumbers(bytes: bytes, range: bytes.indices, kind: kind, isBigEndian: isBigEndian).floats
      if let wrong = values.firstIndex(where: { !$0.isFinite }) {
        let (row, column) = (part.lowerBound + wrong / featureCount, wrong % featureCount)
        throw ReadError(
          file: file.path, at: .field("row \(row + 1), column \(column + 1)"), found: "\(values[wrong])",
          expected: "a finite number")
      }
      block.append(values)
    }
  }

  /// Whether two sources map one file.
  public static func == (left: MappedArray, right: MappedArray) -> Bool { left.file == right.file }
}

/// Sources one after the other, such as a file a bag.
public struct JoinedInstances: InstanceSource {
  private let parts: [any InstanceSource]
  /// The first row of each part, and the number of rows at the end.
  private let firstRows: [Int]
  /// The number of features of every part.
  public let featureCount: Int

  /// Joins sources.
  ///
  /// - Throws: ``DatasetError`` where there are none or their numbers of features differ.
  public init(_ parts: [any InstanceSource], name: String) throws {
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

  /// What is known of every part.
  public var traits: SourceTraits {
    parts.reduce(parts[0].traits) { $0.intersection($1.traits) }
  }

  /// The number of rows of all parts.
  public var instanceCount: Int { firstRows[parts.count] }

  /// Appends rows, which may lie in several parts.
  public func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    try firstRows.forEachPart(of: rows) { part, rows in try parts[part].read(rows, into: &block) }
  }

  /// Whether all parts are the same.
  public static func == (left: JoinedInstances, right: JoinedInstances) -> Bool {
    left.firstRows == right.firstRows && zip(left.parts, right.parts).allSatisfy { $0.isEqual(to: $1) }
  }
}

extension [Int] {
  /// Calls `body` with each part that some rows lie in, and where in it; the elements are the first row of each part, and the
  /// number of rows at the end.
  func forEachPart(of rows: Range<Int>, _ body: (_ part: Int, _ rows: Range<Int>) throws -> Void) rethrows {
    // The last part that begins at the row or before it.
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
