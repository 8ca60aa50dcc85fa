import CKernels
import MILBags
import UserInput

/// Numbers in a mapped file, with the stride along each dimension.
package struct MappedRows: ArrayStorage, RowReader {
  private let content: FileContent
  /// The offset of the first element in bytes.
  private let start: Int
  private let size: Int
  private let rowBytes: Int
  /// The row stride and the offset of each column, in bytes; nil if the numbers are dense in C order.
  private let places: (row: Int, columns: [Int])?

  package var isMapped: Bool { content.isMapped }

  /// Creates the storage of numbers in C order.
  ///
  /// - Throws: `problem` if the file does not hold them all.
  package init(_ content: FileContent, start: Int, shape: [Int], type: ElementType, orElse problem: () -> ReadError)
    throws
  {
    try self.init(
      content, start: start, shape: shape, strides: Self.strides(shape), type: type, orElse: problem)
  }

  /// Creates the storage of strided numbers, with strides counted in elements.
  ///
  /// - Throws: `problem` if the file does not hold them all, or holds fewer numbers than the shape has elements.
  package init(
    _ content: FileContent, start: Int, shape: [Int], strides: [Int], type: ElementType, orElse problem: () -> ReadError
  ) throws {
    let used = FileArray.rowsFirst(shape)
    let steps = Array(strides.suffix(used.count))
    size = type.size
    self.content = content
    self.start = start
    guard start >= 0, start <= content.count, let count = ArraySize.product(shape), count <= content.count / size,
      let end = Self.end(offset: 0, shape: shape, strides: strides), end <= (content.count - start) / size
    else { throw problem() }
    let columns = ArraySize.product(used.dropFirst()) ?? 0
    rowBytes = columns * size
    let isDense = count == 0 || zip(used, zip(steps, Self.strides(used))).allSatisfy { $0 == 1 || $1.0 == $1.1 }
    guard !isDense else {
      places = nil
      return
    }
    // In C order: the last dimension runs fastest.
    var offsets = [0]
    for (length, step) in zip(used, steps).dropFirst() {
      offsets = offsets.flatMap { base in (0..<length).map { base + $0 * step * type.size } }
    }
    places = ((steps.first ?? 0) * size, offsets)
  }

  /// Returns the strides of an array in C order.
  package static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1].multipliedReportingOverflow(by: max(shape[axis + 1], 1)).partialValue
    }
    return strides
  }

  /// Returns the index after a view's last element; nil if it exceeds every limit.
  package static func end(offset: Int, shape: [Int], strides: [Int]) -> Int? {
    guard shape.count == strides.count, strides.allSatisfy({ (0...1 << 48).contains($0) }),
      (0...1 << 48).contains(offset), let count = ArraySize.product(shape)
    else { return nil }
    guard count > 0 else { return offset }
    var last = offset
    for (length, step) in zip(shape, strides) {
      let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: step)
      guard !overflow, reach <= 1 << 48, last <= 1 << 48 else { return nil }
      last += reach
    }
    return last + 1
  }

  package func reader() -> any RowReader { self }

  package func copy(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
    content.withBytes { bytes in
      guard let places else {
        let first = start + rows.lowerBound * rowBytes
        return target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<(first + rows.count * rowBytes)]))
      }
      guard let source = bytes.baseAddress, let out = target.baseAddress else { return }
      // Column after column, which is the order on disk of arrays that are not in C order.
      for (column, offset) in places.columns.enumerated() {
        var from = source + start + rows.lowerBound * places.row + offset
        var to = out + column * size
        for _ in rows {
          to.copyMemory(from: from, byteCount: size)
          from += places.row
          to += rowBytes
        }
      }
    }
  }
}

/// The storage of numbers that are unpacked in full for each read.
package struct PackedRows: ArrayStorage {
  /// Unpacks the numbers.
  package let unpack: @Sendable () throws -> any RowReader

  package var isMapped: Bool { false }

  package func reader() throws -> any RowReader { try unpack() }
}

/// A check for numbers that are not finite.
package enum FiniteNumbers {
  /// Whether all values are finite.
  package static func areAll(_ values: UnsafeMutableBufferPointer<Float>) -> Bool {
    guard let start = values.baseAddress else { return true }
    return ck_are_finite(values.count, start) != 0
  }
}
