import MILBags
import UserInput

#if HDF5
  /// The place of a dataset's elements in its file: contiguous, in chunks, or in its header.
  struct HDF5Packing {
    /// The supported filters, by number.
    private static let supported = [HDF5Filters.deflate, HDF5Filters.shuffle, HDF5Filters.checksum]

    /// The offset of contiguous elements; nil for others.
    let offset: Int?
    /// The chunks; nil if the dataset has none.
    let chunks: HDF5Chunks?
    /// The elements in the header, in the file's order; nil for others, or if they cannot be read.
    let compact: [UInt8]?

    /// Finds the place of a dataset's elements.
    ///
    /// - Parameters:
    ///   - header: its header.
    ///   - content: the file.
    ///   - error: creates an error about the dataset from the found and the expected text.
    /// - Throws: that error for elements in other files, unsupported filters, and more bytes than the file can hold.
    init(
      of header: HDF5Header, elementSize: Int, in content: FileContent,
      _ error: (_ found: String, _ expected: String) -> ReadError
    ) throws {
      let (shape, fileSize) = (header.shape ?? [], content.count)
      guard let bytes = ArraySize.product(shape + [elementSize]) else {
        throw error("shape \(ArraySize.text(shape))", "one that fits in memory")
      }
      let filters = try Self.filters(header, error)
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
      switch header.layout {
      case .contiguous(let start, let isInOtherFiles):
        guard !isInOtherFiles else { throw error("numbers that are in another file", "them in this one") }
        (chunks, compact) = (nil, nil)
        guard bytes > 0 else {
          offset = 0
          return
        }
        guard let start, start <= UInt64(fileSize) else {
          throw error("no numbers: they were never written", "a dataset that was written")
        }
        offset = Int(start)
      case .chunked(let stored):
        let (rank, chunk) = (stored.rank, stored.sizes)
        guard rank > 0, rank == shape.count, !chunk.contains(0), let size = ArraySize.product(chunk + [elementSize])
        else { throw error("chunks that cannot be read", "a whole HDF5 file") }
        if bytes > 0 { try require(size, "chunks") }
        let chunks = HDF5Chunks(
          shape: shape, sizes: chunk, elementSize: elementSize, filters: filters,
          leavesEdges: stored.leavesEdges,
          fill: header.fill?.count == max(elementSize, 1) ? header.fill : nil, places: stored.stored, content: content)
        // A damaged header can ask for millions of chunks, or for many that reach far beyond the dataset.
        guard let count = ArraySize.product(chunks.counts), count <= max(1 << 16, fileSize),
          ArraySize.product([count, size]).map({ $0 / 4 <= max(1 << 24, limit) }) ?? false
        else {
          throw error(
            "\(chunks.counts.map(String.init).joined(separator: " x ")) chunks in a file of \(fileSize) bytes",
            "those that the file holds")
        }
        (offset, compact, self.chunks) = (nil, nil, chunks)
      case .compact(let size, let elements):
        guard size >= UInt64(bytes) else {
          throw error("fewer numbers in the header than the shape needs", "a whole HDF5 file")
        }
        (offset, chunks) = (nil, nil)
        compact = elements.count == bytes ? elements : nil
      case .other: throw error("numbers put together from other datasets", "them in the dataset itself")
      }
    }

    /// Returns the filters of a dataset, by number.
    private static func filters(
      _ header: HDF5Header, _ error: (_ found: String, _ expected: String) -> ReadError
    ) throws -> [Int] {
      guard let filters = header.filters else { throw error("filters that cannot be read", "a whole HDF5 file") }
      return try filters.map { filter, name in
        guard supported.contains(filter) else {
          throw error(
            "the filter \(name.isEmpty ? "\(filter)" : name.onOneLine(limit: 60)) (number \(filter))",
            "none, deflate (gzip), shuffle or fletcher32, as create_dataset(..., compression='gzip') writes")
        }
        return filter
      }
    }
  }
#endif
