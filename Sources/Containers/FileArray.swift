import MILBags
import UserInput

/// An array of numbers in a file, of which rows are read when they are asked for: an `InstanceSource`.
///
/// Rows are the first dimension, columns all others side by side in C order; leading dimensions of 1 before the last two are
/// left out, so that (1, n, d) is n rows of d. A list of n numbers is n rows of one. Numbers of any type are widened or
/// rounded to single precision. No file stays open.
public struct FileArray: InstanceSource {
  /// The name within the file: a path in HDF5, names joined by dots in `.pt`; `array` where the file names none.
  package let name: String
  /// The sizes of its dimensions as the file states them; none for a single number.
  package let shape: [Int]
  /// The type of its numbers.
  package let type: ElementType
  /// Texts about it, where the container has such: attributes of an HDF5 dataset.
  package let attributes: [String: String]
  /// The path of the file.
  package let file: String
  /// The number of rows.
  public let instanceCount: Int
  /// The number of columns.
  public let featureCount: Int
  /// What the first line says, where the array is a table of text.
  package var header: TextHeader?
  /// Numbers that are not finite are refused.
  public var traits: SourceTraits { .finite }
  /// Whether rows are taken from the mapped file; otherwise the file is opened for each read, and unpacked.
  package var isMapped: Bool { storage.isMapped }
  private let isBigEndian: Bool
  private let storage: any ArrayStorage

  /// An array whose numbers a storage has.
  ///
  /// - Throws: `ReadError` for a shape whose number of elements or bytes cannot be counted.
  package init(
    _ name: String, shape: [Int], type: ElementType, isBigEndian: Bool = false, attributes: [String: String] = [:],
    file: String, storage: any ArrayStorage
  ) throws {
    (self.name, self.shape, self.type, self.attributes, self.file) = (name, shape, type, attributes, file)
    (self.isBigEndian, self.storage) = (isBigEndian, storage)
    let dimensions = Self.rowsFirst(shape)
    instanceCount = dimensions.first ?? 1
    guard let columns = ArraySize.product(dimensions.dropFirst()),
      ArraySize.product([instanceCount, columns, type.size]) != nil
    else {
      throw ReadError(
        file: file, at: .field("array \(name.onOneLine(limit: 80))"), found: "shape \(ArraySize.text(shape))",
        expected: "one that fits in memory")
    }
    featureCount = columns
  }

  /// A shape without leading dimensions of 1 before the last two.
  package static func rowsFirst(_ shape: [Int]) -> [Int] {
    Array(shape[(shape.dropLast(2).firstIndex { $0 != 1 } ?? max(shape.count - 2, 0))...])
  }

  /// Type and shape in words: `float32 of shape (120, 1024)`.
  package var summary: String { "\(type.rawValue) of shape \(ArraySize.text(shape))" }

  /// An error about the array.
  package func error(found: String? = nil, expected: String) -> ReadError {
    ReadError(
      file: file, at: .field("array \(name.onOneLine(limit: 80))"), found: found ?? summary, expected: expected)
  }

  /// Appends rows to a block.
  ///
  /// - Throws: `ReadError` for a value that is not a finite number, with its place, and where the file cannot be read.
  public func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    try require(rows)
    guard featureCount > 0 else { return }
    let reader = try storage.reader()
    let width = featureCount * type.size
    // In place where nothing is to be converted, otherwise by way of memory that stays in the cache.
    let isDirect = type == .single && !isBigEndian
    let step = step(width)
    try withUnsafeTemporaryAllocation(byteCount: isDirect ? 1 : min(step, rows.count) * width, alignment: 16) {
      scratch in
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
        let part = first..<min(first + step, rows.upperBound)
        try block.append(count: part.count * featureCount) { target in
          if isDirect {
            try reader.copy(part, into: UnsafeMutableRawBufferPointer(target))
          } else {
            let raw = UnsafeMutableRawBufferPointer(rebasing: scratch[..<(part.count * width)])
            try reader.copy(part, into: raw)
            type.floats(UnsafeRawBufferPointer(raw), isBigEndian: isBigEndian, into: target)
          }
          try requireFinite(target, from: part.lowerBound)
        }
      }
    }
  }

  /// All numbers in C order, each rounded to double precision at most: labels, places.
  ///
  /// - Throws: `ReadError` where the file cannot be read. Numbers need not be finite.
  public func numbers() throws -> [Double] {
    let count = instanceCount * featureCount
    guard count > 0 else { return [] }
    let reader = try storage.reader()
    let width = featureCount * type.size
    let step = step(width)
    return try [Double](unsafeUninitializedCapacity: count) { buffer, written in
      try withUnsafeTemporaryAllocation(byteCount: min(step, instanceCount) * width, alignment: 16) { scratch in
        for first in stride(from: 0, to: instanceCount, by: step) {
          let part = first..<min(first + step, instanceCount)
          let raw = UnsafeMutableRawBufferPointer(rebasing: scratch[..<(part.count * width)])
          try reader.copy(part, into: raw)
          let target = UnsafeMutableBufferPointer(
            rebasing: buffer[written..<(written + part.count * featureCount)])
          type.doubles(UnsafeRawBufferPointer(raw), isBigEndian: isBigEndian, into: target)
          written += target.count
        }
      }
    }
  }

  /// The number of rows that are read at a time: so few that they stay in the cache, and whole chunks.
  private func step(_ rowBytes: Int) -> Int {
    let together = max(1, min(storage.rowsTogether, instanceCount))
    return max(together, (1 << 18) / rowBytes / together * together)
  }

  private func require(_ rows: Range<Int>) throws {
    guard rows.lowerBound >= 0, rows.upperBound <= instanceCount else {
      throw error(found: "\(instanceCount) rows", expected: "rows \(rows.lowerBound) to \(rows.upperBound)")
    }
  }

  private func requireFinite(_ values: UnsafeMutableBufferPointer<Float>, from row: Int) throws {
    guard !FiniteNumbers.areAll(values), let wrong = values.firstIndex(where: { !$0.isFinite }) else { return }
    let (place, column) = (row + wrong / featureCount, wrong % featureCount)
    let exact = values[wrong].isNaN ? nil : (try? number(row: place, column: column)).flatMap { $0.isFinite ? $0 : nil }
    throw ReadError(
      file: file,
      at: .field("array \(name.onOneLine(limit: 80)), row \(place + 1), column \(column + 1)"),
      found: exact.map { "\($0)" } ?? "\(values[wrong])",
      expected: exact == nil ? "a finite number" : Self.singleRange)
  }

  /// The largest number that features can be, for errors.
  package static let singleRange = "a number within the range of single precision, up to 3.4e38"

  /// One number, rounded to double precision at most.
  private func number(row: Int, column: Int) throws -> Double {
    try withUnsafeTemporaryAllocation(byteCount: featureCount * type.size, alignment: 16) { raw in
      try storage.reader().copy(row..<(row + 1), into: raw)
      var all = [Double](repeating: 0, count: featureCount)
      all.withUnsafeMutableBufferPointer {
        type.doubles(UnsafeRawBufferPointer(raw), isBigEndian: isBigEndian, into: $0)
      }
      return all[column]
    }
  }

  /// Whether two are the same array of one file.
  public static func == (left: FileArray, right: FileArray) -> Bool {
    left.file == right.file && left.name == right.name && left.shape == right.shape && left.type == right.type
  }
}

/// Where the numbers of an array are.
package protocol ArrayStorage: Sendable {
  /// Whether they lie in a mapped file.
  var isMapped: Bool { get }
  /// How many rows are best read together, beginning with a multiple of it.
  var rowsTogether: Int { get }
  /// What reads them, from here to the end of one call.
  func reader() throws -> any RowReader
}

extension ArrayStorage {
  /// Any number.
  package var rowsTogether: Int { 1 }
}

/// Reads rows of an array.
package protocol RowReader {
  /// Copies the bytes of some rows, which are there and fill the target, row after row and as the file has them.
  func copy(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws
}

/// Sizes of arrays.
package enum ArraySize {
  /// The product of sizes; nil where one is negative or it is beyond 2^48.
  package static func product(_ sizes: some Sequence<Int>) -> Int? {
    var product = 1
    var isZero = false
    for size in sizes {
      guard size >= 0 else { return nil }
      if size == 0 {
        isZero = true
      } else {
        let (next, overflow) = product.multipliedReportingOverflow(by: size)
        guard !overflow, next <= 1 << 48 else { return nil }
        product = next
      }
    }
    return isZero ? 0 : product
  }

  /// A shape as NumPy writes it.
  package static func text(_ shape: [Int]) -> String {
    shape.count == 1
      ? "(\(shape[0]),)"
      : "(" + shape.prefix(8).map(String.init).joined(separator: ", ") + (shape.count > 8 ? ", ...)" : ")")
  }
}
