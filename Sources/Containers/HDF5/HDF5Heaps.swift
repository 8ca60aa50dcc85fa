/// The heaps of a file, in which texts of variable length are.
///
/// Source: The HDF Group, HDF5 file format specification, version 3, section III.E (global heap).
package struct HDF5Heaps {
  private let bytes: [UInt8]
  private let base: Int
  /// The places of a heap's objects by their indices, by the address of the heap.
  private var known: [Int: [Int: Range<Int>]] = [:]

  /// Creates the heaps of a file whose addresses count from `base`.
  package init(_ bytes: [UInt8], base: Int) { (self.bytes, self.base) = (bytes, base) }

  /// Returns a text by its reference: its length (4 bytes), the address of a heap (8), an index there (4).
  package mutating func text(_ reference: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let start = reference.startIndex
    guard reference.count == 16, let length = Self.number(reference, start, 4),
      let index = Self.number(reference, start + 12, 4)
    else { return nil }
    if length == 0 { return [] }
    guard let address = Self.number(reference, start + 4, 8), address <= bytes.count else { return nil }
    let heap = known[address] ?? objects(at: base + address)
    known[address] = heap
    guard let object = heap[index], length <= object.count else { return nil }
    return bytes[object.lowerBound..<object.lowerBound + length]
  }

  /// Returns the places of the objects of a heap.
  private func objects(at start: Int) -> [Int: Range<Int>] {
    guard start + 16 <= bytes.count, bytes[start...].starts(with: Array("GCOL".utf8)), bytes[start + 4] == 1,
      let size = Self.number(bytes[...], start + 8, 8), size <= bytes.count - start
    else { return [:] }
    var result: [Int: Range<Int>] = [:]
    var place = start + 16
    let end = start + size
    // An object has an index (2 bytes), a count of references (2), a gap (4), its size (8), and its bytes, padded.
    while place + 16 <= end, let index = Self.number(bytes[...], place, 2), index > 0,
      let count = Self.number(bytes[...], place + 8, 8), count <= end - place - 16
    {
      result[index] = place + 16..<place + 16 + count
      place += 16 + (count + 7) / 8 * 8
    }
    return result
  }

  /// Returns a little-endian number; nil beyond the end, or if it is too large.
  private static func number(_ bytes: ArraySlice<UInt8>, _ place: Int, _ size: Int) -> Int? {
    guard place >= bytes.startIndex, place + size <= bytes.endIndex else { return nil }
    return Int(exactly: bytes[place..<place + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
