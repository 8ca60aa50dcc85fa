import MILBags
import UserInput

/// An array of numbers in a file, whose rows are read on demand: an `InstanceSource`.
///
/// Rows are the first dimension; columns are all others, flattened in C order. Leading dimensions of 1 before the last
/// two are dropped, so that (1, n, d) is n rows of d. A list of n numbers is n rows of one. Numbers of any type are
/// widened or rounded to single precision. No file stays open.
package struct FileArray: InstanceSource {
  /// The name within the file: a path in HDF5, names joined by dots in `.pt`; `array` if the file names none.
  package let name: String
  /// The sizes of its dimensions as stored in the file; empty for a single number.
  package let shape: [Int]
  /// The type of its numbers.
  package let type: ElementType
  /// Texts about the array, if the container has any: attributes of an HDF5 dataset.
  package let attributes: [String: String]
  /// The path of the file.
  package let file: String
  /// The number of rows.
  package let instanceCount: Int
  /// The number of columns.
  package let featureCount: Int
  /// The parsed first line, if the array is a table of text.
  package var header: TextHeader?
  /// Yes: the array refuses numbers that are not finite.
  package var isFinite: Bool { true }
  /// Whether rows come from the mapped file; otherwise each read opens the file and unpacks it.
  package var isMapped: Bool { storage.isMapped }
  private let isBigEndian: Bool
  private let storage: any ArrayStorage

  /// Creates an array with its numbers in a storage.
  ///
  /// - Throws: `ReadError` for a shape with too many elements or bytes to count.
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

  /// Returns a shape without leading dimensions of 1 before the last two.
  package static func rowsFirst(_ shape: [Int]) -> [Int] {
    Array(shape[(shape.dropLast(2).firstIndex { $0 != 1 } ?? max(shape.count - 2, 0))...])
  }

  /// Type and shape in words: `float32 of shape (120, 1024)`.
  package var summary: String { "\(type.rawValue) of shape \(ArraySize.text(shape))" }

  /// Creates an error about the array.
  package func error(found: String? = nil, expected: String) -> ReadError {
    ReadError(
      file: file, at: .field("array \(name.onOneLine(limit: 80))"), found: found ?? summary, expected: expected)
  }

  /// Appends rows to a block.
  ///
  /// - Throws: `ReadError` for a value that is not a finite number, with its place, and if the file cannot be read.
  package func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    try require(rows)
    guard featureCount > 0 else { return }
    let reader = try storage.reader()
    let width = featureCount * type.size
    // In place if no conversion is needed, otherwise through scratch memory that fits in the cache.
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

  /// Returns all numbers in C order, each rounded to double precision at most: labels, places.
  ///
  /// - Throws: `ReadError` if the file cannot be read. Numbers need not be finite.
  package func numbers() throws -> [Double] {
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

  /// Returns the number of rows to read at a time: few enough to stay in the cache, and whole chunks.
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
    let start = wrong / featureCount * featureCount
    throw ReadError(
      file: file,
      at: .field("array \(name.onOneLine(limit: 80)), row \(place + 1), column \(column + 1)"),
      found: exact.map { "\($0)" } ?? "\(values[wrong])" + Self.padding(values[start..<start + featureCount]),
      expected: Self.expectation(of: exact ?? Double(values[wrong])))
  }

  /// Reads one number, rounded to double precision at most.
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

  /// Whether two values are the same array of one file.
  package static func == (left: FileArray, right: FileArray) -> Bool {
    left.file == right.file && left.name == right.name && left.shape == right.shape && left.type == right.type
  }
}

/// The storage of an array's numbers.
package protocol ArrayStorage: Sendable {
  /// Whether the numbers are in a mapped file.
  var isMapped: Bool { get }
  /// The number of rows that are best read together, starting at a multiple of it.
  var rowsTogether: Int { get }
  /// Returns a reader for the duration of one call.
  func reader() throws -> any RowReader
}

extension ArrayStorage {
  /// A single row: any number of rows reads equally well.
  package var rowsTogether: Int { 1 }
}

/// Reads rows of an array.
package protocol RowReader {
  /// Copies the bytes of some rows, row after row and in the file's byte order. The rows exist and fill the target.
  func copy(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws
}

/// Arithmetic and text of array sizes.
package enum ArraySize {
  /// Returns the product of sizes; nil if one is negative or the product is beyond 2^48.
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

  /// Formats a shape as NumPy does.
  package static func text(_ shape: [Int]) -> String {
    shape.count == 1
      ? "(\(shape[0]),)"
      : "(" + shape.prefix(8).map(String.init).joined(separator: ", ") + (shape.count > 8 ? ", ...)" : ")")
  }
}
