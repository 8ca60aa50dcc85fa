import MILBags
import UserInput

#if HDF5
  /// The chunks of a dataset, which are unpacked here.
  ///
  /// libhdf5 before 2.1 takes a chunk that unpacks to fewer bytes than a chunk has for a whole one, and reads what lies
  /// behind it in memory.
  struct HDF5Chunks: Sendable {
    /// The sizes of the dataset's dimensions.
    let shape: [Int]
    /// The sizes of a chunk.
    let sizes: [Int]
    /// The size of an element in bytes.
    let elementSize: Int
    /// The filters, by number, in the order in which the writer applied them.
    let filters: [Int]
    /// Whether chunks that reach beyond the dataset have no filters.
    let leavesEdges: Bool
    /// The bytes of an element that was never written; nil if its chunk must exist.
    let fill: [UInt8]?
    /// The chunks that were written, by their number in row-major order; nil if they cannot be found.
    let places: [Int: Place]?
    /// The file.
    let content: FileContent

    /// The place of a chunk in the file, and the filters that its writer left out, as bits.
    struct Place: Sendable {
      let address, count: Int
      let leftOut: UInt32
    }

    /// The number of bytes of an unpacked chunk.
    var byteCount: Int { (ArraySize.product(sizes) ?? 0) * elementSize }
    /// The number of chunks along each axis.
    var counts: [Int] { zip(shape, sizes).map { ($0 + $1 - 1) / max($1, 1) } }

    /// Returns the elements of the chunk at an offset; nil if it was never written.
    ///
    /// - Throws: `problem` for a chunk that cannot be read.
    private func unpacked(at offset: [Int], orElse problem: () -> ReadError) throws -> [UInt8]? {
      let number = zip(zip(offset, sizes), counts).reduce(0) { $0 * $1.1 + $1.0.0 / $1.0.1 }
      guard let places else { throw problem() }
      guard let place = places[number] else {
        guard fill != nil else { throw problem() }
        return nil
      }
      guard place.count > 0, place.count <= content.count, (0...content.count - place.count).contains(place.address)
      else { throw problem() }
      var bytes = content.bytes(place.address..<place.address + place.count)
      var leftOut = place.leftOut
      if leavesEdges, offset.indices.contains(where: { offset[$0] + sizes[$0] > shape[$0] }) { leftOut = .max }
      // A checksum may be packed, too.
      let limit = byteCount + 4 * filters.count
      for (index, filter) in filters.enumerated().reversed() where leftOut & (1 << UInt32(index)) == 0 {
        switch filter {
        case HDF5Filters.deflate:
          guard let unpacked = try? Inflate.unpack(bytes, atMost: limit, file: "") else { throw problem() }
          bytes = unpacked
        case HDF5Filters.checksum:
          guard let checked = HDF5Filters.checked(bytes) else { throw problem() }
          bytes = checked
        default: bytes = HDF5Filters.unshuffled(bytes, size: elementSize)
        }
      }
      guard bytes.count == byteCount else { throw problem() }
      return bytes
    }

    /// The chunks at one place along the axis of rows, unpacked.
    struct Band {
      fileprivate let place: Int
      fileprivate let chunks: [(offset: [Int], bytes: [UInt8]?)]
    }

    /// Copies the elements of some rows, row after row.
    ///
    /// - Parameters:
    ///   - axis: the axis of the rows; those before it have the size 1.
    ///   - last: the chunks that were unpacked last, which the next rows may be in, too.
    ///   - target: as many bytes as the rows have.
    /// - Throws: `problem` for a chunk that cannot be read.
    func copy(
      _ rows: Range<Int>, axis: Int, last: inout Band?, into target: UnsafeMutableRawBufferPointer,
      orElse problem: () -> ReadError
    ) throws {
      guard !rows.isEmpty else { return }
      for place in rows.lowerBound / sizes[axis]...(rows.upperBound - 1) / sizes[axis] {
        let band: Band
        if let last, last.place == place {
          band = last
        } else {
          // Free the memory first.
          last = nil
          band = Band(
            place: place,
            chunks: try offsets(in: place, axis: axis).map { offset in
              (offset, try unpacked(at: offset, orElse: problem))
            })
          last = band
        }
        for (offset, bytes) in band.chunks { put(bytes, from: offset, rows, axis: axis, into: target) }
      }
    }

    /// Returns the offsets of the chunks at one place along an axis.
    private func offsets(in place: Int, axis: Int) -> [[Int]] {
      var result: [[Int]] = [[]]
      for (index, count) in counts.enumerated() {
        let places = index == axis ? place..<place + 1 : 0..<count
        result = result.flatMap { start in places.map { start + [$0 * sizes[index]] } }
      }
      return result
    }

    /// Copies the elements of a chunk that some rows have.
    private func put(
      _ bytes: [UInt8]?, from offset: [Int], _ rows: Range<Int>, axis: Int, into target: UnsafeMutableRawBufferPointer
    ) {
      // The elements to copy: the place of the first in the chunk and in the target, and their number along each axis.
      var first = [Int](repeating: 0, count: shape.count)
      var (goal, size) = (offset, shape)
      var count = shape.indices.map { min(sizes[$0], shape[$0] - offset[$0]) }
      first[axis] = max(0, rows.lowerBound - offset[axis])
      count[axis] = min(count[axis], rows.upperBound - offset[axis]) - first[axis]
      goal[axis] = offset[axis] + first[axis] - rows.lowerBound
      size[axis] = rows.count
      let steps = (source: MappedRows.strides(sizes), target: MappedRows.strides(size))
      // The elements that follow each other in both.
      var inner = shape.count - 1
      var run = count[inner]
      while inner > 0, count[inner] == sizes[inner], count[inner] == size[inner] {
        inner -= 1
        run *= count[inner]
      }
      for index in 0..<count[..<inner].reduce(1, *) {
        var (rest, source, place) = (index, first[inner] * steps.source[inner], goal[inner] * steps.target[inner])
        for axis in (inner + 1)..<max(inner + 1, shape.count) {
          source += first[axis] * steps.source[axis]
          place += goal[axis] * steps.target[axis]
        }
        for axis in (0..<inner).reversed() {
          source += (first[axis] + rest % count[axis]) * steps.source[axis]
          place += (goal[axis] + rest % count[axis]) * steps.target[axis]
          rest /= count[axis]
        }
        let part = UnsafeMutableRawBufferPointer(
          rebasing: target[place * elementSize..<(place + run) * elementSize])
        if let bytes {
          part.copyBytes(from: bytes[source * elementSize..<(source + run) * elementSize])
        } else if let fill {
          for place in part.indices { part[place] = fill[place % elementSize] }
        }
      }
    }
  }
#endif
