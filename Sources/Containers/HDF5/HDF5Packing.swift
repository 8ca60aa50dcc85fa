import MILBags
import UserInput

#if HDF5
  import CHDF5

  /// The place of a dataset's elements in its file: contiguous, in chunks, or in its header.
  struct HDF5Packing {
    /// The supported filters, by number.
    private static let supported = [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32]

    /// The offset of contiguous elements; nil for others.
    let offset: Int?
    /// The chunks; nil if the dataset has none.
    let chunks: HDF5Chunks?

    /// Finds the place of a dataset's elements.
    ///
    /// - Parameters:
    ///   - shape: the sizes of its dimensions.
    ///   - fill: returns the bytes of an element that was never written; nil if all must be.
    ///   - error: creates an error about the dataset from the found and the expected text.
    /// - Throws: that error for elements in other files, unsupported filters, and more bytes than the file can hold.
    init(
      of dataset: hid_t, _ creation: hid_t, shape: [Int], elementSize: Int, fill: () -> [UInt8]?, fileSize: Int,
      _ error: (_ found: String, _ expected: String) -> ReadError
    ) throws {
      guard let bytes = ArraySize.product(shape + [elementSize]) else {
        throw error("shape \(ArraySize.text(shape))", "one that fits in memory")
      }
      let filters = try Self.filters(creation, error)
      // Packed data may expand, but only so far; all other data have their bytes in the file.
      let limit = filters.isEmpty ? fileSize : max(1 << 24, 256 * fileSize)
      func require(_ bytes: Int, _ what: String) throws {
        guard bytes <= limit else {
          throw error(
            "\(what) of \(bytes) bytes in a file of \(fileSize)",
            filters.isEmpty ? "numbers that the file holds" : "at most \(limit) unpacked")
        }
      }
      try require(bytes, "numbers")
      switch H5Pget_layout(creation) {
      case H5D_CONTIGUOUS:
        guard H5Pget_external_count(creation) == 0 else {
          throw error("numbers that are in another file", "them in this one")
        }
        chunks = nil
        guard bytes > 0 else {
          offset = 0
          return
        }
        let start = H5Dget_offset(dataset)
        guard start != chdf5_no_address, start <= haddr_t(fileSize) else {
          throw error("no numbers: they were never written", "a dataset that was written")
        }
        offset = Int(start)
      case H5D_CHUNKED:
        var sizes = [hsize_t](repeating: 0, count: 32)
        let rank = H5Pget_chunk(creation, 32, &sizes)
        let chunk = sizes.prefix(Int(max(rank, 0))).map { Int(clamping: $0) }
        guard rank > 0, rank == shape.count, !chunk.contains(0), let size = ArraySize.product(chunk + [elementSize])
        else { throw error("chunks that cannot be read", "a whole HDF5 file") }
        if bytes > 0 { try require(size, "chunks") }
        var options: UInt32 = 0
        H5Pget_chunk_opts(creation, &options)
        let chunks = HDF5Chunks(
          shape: shape, sizes: chunk, elementSize: elementSize, filters: filters,
          leavesEdges: options & chdf5_leaves_edges != 0, fill: fill(), fileSize: fileSize)
        // A damaged header can ask for millions of chunks, or for many that reach far beyond the dataset.
        guard let count = ArraySize.product(chunks.counts), count <= max(1 << 16, fileSize),
          ArraySize.product([count, size]).map({ $0 / 4 <= max(1 << 24, limit) }) ?? false
        else {
          throw error(
            "\(chunks.counts.map(String.init).joined(separator: " x ")) chunks in a file of \(fileSize) bytes",
            "those that the file holds")
        }
        (offset, self.chunks) = (nil, chunks)
      case H5D_COMPACT:
        // The library copies as many bytes as the shape needs, whatever the header has.
        guard H5Dget_storage_size(dataset) >= hsize_t(bytes) else {
          throw error("fewer numbers in the header than the shape needs", "a whole HDF5 file")
        }
        (offset, chunks) = (nil, nil)
      default: throw error("numbers put together from other datasets", "them in the dataset itself")
      }
    }

    /// Returns the filters of a dataset, by number.
    private static func filters(
      _ creation: hid_t, _ error: (_ found: String, _ expected: String) -> ReadError
    ) throws -> [Int32] {
      let count = H5Pget_nfilters(creation)
      guard (0...32).contains(count) else { throw error("filters that cannot be read", "a whole HDF5 file") }
      return try (0..<UInt32(count)).map { index in
        var name = [CChar](repeating: 0, count: 64)
        let filter = chdf5_filter(creation, index, &name, 63)
        guard supported.contains(filter) else {
          let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
          throw error(
            "the filter \(text.isEmpty ? "\(filter)" : text.onOneLine(limit: 60)) (number \(filter))",
            "none, deflate (gzip), shuffle or fletcher32, as create_dataset(..., compression='gzip') writes")
        }
        guard H5Zfilter_avail(filter) > 0 else {
          throw error("filter \(filter), which this libhdf5 lacks", "none, or a libhdf5 that has it")
        }
        return filter
      }
    }
  }
#endif
