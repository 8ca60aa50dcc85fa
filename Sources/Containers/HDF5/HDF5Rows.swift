import MILBags
import UserInput

#if HDF5
  import CHDF5
  import UserInput

  /// The rows of a dataset that libhdf5 reads, in the file's byte order; each read opens the file.
  struct HDF5Rows: ArrayStorage {
    let file: String
    let path: String
    /// The sizes of the dimensions in HDF5's order.
    let shape: [Int]
    /// The size of a number in bytes.
    let size: Int
    /// The sizes of a chunk; nil if the dataset is not chunked.
    let chunk: [Int]?
    /// Whether rows and columns are swapped, as in MATLAB's files.
    let isTurned: Bool

    var isMapped: Bool { false }

    var rowsTogether: Int {
      let axis = shape.count - FileArray.rowsFirst(shape).count
      // A damaged header may have chunks of other dimensions than the dataset.
      guard let chunk, shape.indices.contains(axis), chunk.indices.contains(axis) else { return 1 }
      return max(1, min(chunk[axis], shape[axis]))
    }

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

    init(_ rows: HDF5Rows) throws {
      self.rows = rows
      handles = try HDF5Library.shared.withLock { _ in
        // The rows that are read together stay in memory between two reads.
        let cache = rows.chunk.flatMap { ArraySize.product($0 + [rows.size]) } ?? 0
        guard let file = HDF5Handle(chdf5_open(rows.file), H5Fclose),
          let dataset = HDF5Handle(chdf5_open_dataset(file.id, rows.path, max(1 << 20, cache)), H5Dclose),
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
      let axis = rows.shape.count - FileArray.rowsFirst(rows.shape).count
      guard rows.shape.indices.contains(axis) else { return try copyAll(into: target) }
      var start = [hsize_t](repeating: 0, count: rows.shape.count)
      var count = rows.shape.map { hsize_t($0) }
      start[axis] = hsize_t(range.lowerBound)
      count[axis] = hsize_t(range.count)
      try HDF5Library.shared.withLock { _ in
        guard let handles, target.count == count.reduce(1, { $0 * Int($1) }) * rows.size,
          let memory = HDF5Handle(H5Screate_simple(Int32(count.count), count, nil), H5Sclose),
          H5Sselect_hyperslab(handles.space.id, H5S_SELECT_SET, start, nil, count, nil) >= 0,
          H5Dread(
            handles.dataset.id, handles.type.id, memory.id, handles.space.id, chdf5_default, target.baseAddress) >= 0
        else { throw rows.problem }
      }
    }

    /// Copies all numbers in the file's order.
    func copyAll(into target: UnsafeMutableRawBufferPointer) throws {
      try HDF5Library.shared.withLock { _ in
        guard let handles, target.count == (ArraySize.product(rows.shape) ?? 0) * rows.size,
          H5Dread(
            handles.dataset.id, handles.type.id, chdf5_all, chdf5_all, chdf5_default, target.baseAddress) >= 0
        else { throw rows.problem }
      }
    }
  }
#endif
