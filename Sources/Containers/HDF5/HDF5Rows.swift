import MILBags
import UserInput

#if HDF5
  /// The rows of a dataset in chunks or in its header, in the file's byte order.
  struct HDF5Rows: ArrayStorage {
    let file: String
    let path: String
    /// The sizes of the dimensions in HDF5's order.
    let shape: [Int]
    /// The size of a number in bytes.
    let size: Int
    /// The chunks; nil if the dataset has none.
    let chunks: HDF5Chunks?
    /// The numbers in the header; nil if the dataset has none, or they cannot be read.
    let compact: [UInt8]?
    /// Whether rows and columns are swapped, as in MATLAB's files.
    let isTurned: Bool

    var isMapped: Bool { false }

    /// The axis of the rows; those before it have the size 1.
    fileprivate var axis: Int { shape.count - FileArray.rowsFirst(shape).count }

    var rowsTogether: Int { chunks.map { max(1, min($0.sizes[axis], shape[axis])) } ?? 1 }

    func reader() throws -> any RowReader {
      let reader = HDF5Reader(self)
      guard isTurned else { return reader }
      var bytes = [UInt8](repeating: 0, count: (ArraySize.product(shape) ?? 0) * size)
      try bytes.withUnsafeMutableBytes { try reader.copyAll(into: $0) }
      let type: ElementType = [1: .int8, 2: .int16, 4: .int32][size] ?? .int64
      return try MappedRows(
        FileContent(bytes, path: file), start: 0, shape: shape.reversed(),
        strides: MappedRows.strides(shape).reversed(),
        type: type
      ) { problem }
    }

    var problem: ReadError {
      ReadError(
        file: file, at: .field("dataset \(path.onOneLine(limit: 80))"), found: "numbers that libhdf5 cannot read",
        expected: "a whole HDF5 file")
    }
  }

  /// Reads rows, and keeps the chunks that were unpacked last.
  private final class HDF5Reader: RowReader {
    private let rows: HDF5Rows
    private var last: HDF5Chunks.Band?

    init(_ rows: HDF5Rows) { self.rows = rows }

    func copy(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
      let axis = rows.axis
      guard rows.shape.indices.contains(axis) else { return try copyAll(into: target) }
      let count = rows.shape.enumerated().map { $0 == axis ? range.count : $1 }
      guard let bytes = ArraySize.product(count + [rows.size]), bytes == target.count else { throw rows.problem }
      if let chunks = rows.chunks {
        return try chunks.copy(range, axis: axis, last: &last, into: target, orElse: { rows.problem })
      }
      // The axes before that of the rows have the size 1.
      let start = range.isEmpty ? 0 : range.lowerBound * (bytes / range.count)
      guard let compact = rows.compact, start <= compact.count, bytes <= compact.count - start else {
        throw rows.problem
      }
      target.copyBytes(from: compact[start..<start + bytes])
    }

    /// Copies all numbers in the file's order.
    func copyAll(into target: UnsafeMutableRawBufferPointer) throws {
      if rows.shape.indices.contains(rows.axis) { return try copy(0..<rows.shape[rows.axis], into: target) }
      guard let compact = rows.compact, target.count == rows.size, compact.count == rows.size else {
        throw rows.problem
      }
      target.copyBytes(from: compact)
    }
  }
#endif
