import MILBags
import UserInput

#if HDF5
  import CHDF5
  import UserInput

  /// The rows of a dataset in chunks or in its header, in the file's byte order; each read opens the file.
  ///
  /// The file has passed a trial of libhdf5.
  struct HDF5Rows: ArrayStorage {
    let file: String
    let path: String
    /// The sizes of the dimensions in HDF5's order.
    let shape: [Int]
    /// The size of a number in bytes.
    let size: Int
    /// The chunks; nil if the dataset has none.
    let chunks: HDF5Chunks?
    /// Whether rows and columns are swapped, as in MATLAB's files.
    let isTurned: Bool

    var isMapped: Bool { false }

    /// The axis of the rows; those before it have the size 1.
    fileprivate var axis: Int { shape.count - FileArray.rowsFirst(shape).count }

    var rowsTogether: Int { chunks.map { max(1, min($0.sizes[axis], shape[axis])) } ?? 1 }

    func reader() throws -> any RowReader {
      let reader = try HDF5Reader(self)
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

  /// An open dataset.
  private final class HDF5Reader: RowReader {
    private let rows: HDF5Rows
    private var handles: (file: HDF5Handle, dataset: HDF5Handle, type: HDF5Handle, space: HDF5Handle)?
    private var last: HDF5Chunks.Band?

    init(_ rows: HDF5Rows) throws {
      self.rows = rows
      handles = try HDF5Library.shared.withLock { _ in
        guard let file = HDF5Handle(chdf5_open(rows.file), H5Fclose),
          let dataset = HDF5Handle(H5Dopen2(file.id, rows.path, chdf5_default), H5Dclose),
          let type = HDF5Handle(H5Dget_type(dataset.id), H5Tclose),
          let space = HDF5Handle(H5Dget_space(dataset.id), H5Sclose), H5Tget_size(type.id) == rows.size,
          Self.sizes(of: space.id) == rows.shape
        else { throw rows.problem }
        return (file, dataset, type, space)
      }
    }

    deinit {
      HDF5Library.shared.withLock { _ in
        // Close these before the file, within the lock.
        handles = nil
      }
    }

    private static func sizes(of space: hid_t) -> [Int] {
      let rank = H5Sget_simple_extent_ndims(space)
      guard (0...32).contains(rank) else { return [-1] }
      var sizes = [hsize_t](repeating: 0, count: Int(rank))
      H5Sget_simple_extent_dims(space, &sizes, nil)
      return sizes.map { Int(clamping: $0) }
    }

    func copy(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
      let axis = rows.axis
      guard rows.shape.indices.contains(axis) else { return try copyAll(into: target) }
      let count = rows.shape.enumerated().map { $0 == axis ? range.count : $1 }
      guard let handles, ArraySize.product(count + [rows.size]) == target.count else { throw rows.problem }
      if let chunks = rows.chunks {
        return try chunks.copy(range, axis: axis, last: &last, into: target, orElse: { rows.problem }) { offset in
          try HDF5Library.shared.withLock { _ in
            try chunks.stored(of: handles.dataset.id, at: offset) { rows.problem }
          }
        }
      }
      let start = rows.shape.indices.map { hsize_t($0 == axis ? range.lowerBound : 0) }
      let sizes = count.map { hsize_t($0) }
      try HDF5Library.shared.withLock { _ in
        guard let memory = HDF5Handle(H5Screate_simple(Int32(sizes.count), sizes, nil), H5Sclose),
          H5Sselect_hyperslab(handles.space.id, H5S_SELECT_SET, start, nil, sizes, nil) >= 0,
          H5Dread(
            handles.dataset.id, handles.type.id, memory.id, handles.space.id, chdf5_default, target.baseAddress) >= 0
        else { throw rows.problem }
      }
    }

    /// Copies all numbers in the file's order.
    func copyAll(into target: UnsafeMutableRawBufferPointer) throws {
      if rows.shape.indices.contains(rows.axis) { return try copy(0..<rows.shape[rows.axis], into: target) }
      try HDF5Library.shared.withLock { _ in
        guard let handles, target.count == rows.size,
          H5Dread(
            handles.dataset.id, handles.type.id, chdf5_all, chdf5_all, chdf5_default, target.baseAddress) >= 0
        else { throw rows.problem }
      }
    }
  }
#endif
