/// The inverse of the filters of HDF5's chunks, apart from deflate.
enum HDF5Filters {
  /// The numbers of the filters that are inverted.
  static let (deflate, shuffle, checksum) = (1, 2, 3)

  /// Returns elements of `size` bytes, of which the writer put the first bytes of all first, then the second ones.
  ///
  /// The bytes after the last whole element stay where they are.
  static func unshuffled(_ bytes: [UInt8], size: Int) -> [UInt8] {
    guard size > 1 else { return bytes }
    let count = bytes.count / size
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, written in
      bytes.withUnsafeBufferPointer { source in
        for byte in 0..<size {
          let plane = byte * count
          var place = byte
          for element in 0..<count {
            target[place] = source[plane + element]
            place += size
          }
        }
        for place in count * size..<bytes.count { target[place] = source[place] }
      }
      written = bytes.count
    }
  }

  /// Returns the bytes before their checksum; nil if it is not theirs.
  static func checked(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    let content = bytes.dropLast(4)
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let sum = fletcher32(content)
    // Some old writers swapped the bytes of each half.
    let swapped = (sum & 0x00ff_00ff) << 8 | (sum & 0xff00_ff00) >> 8
    return stored == sum || stored == swapped ? Array(content) : nil
  }

  /// Returns the checksum of bytes, as big-endian words of 16 bits; an odd last byte is a word's first.
  ///
  /// Source: J. G. Fletcher, An arithmetic checksum for serial transmissions, IEEE Transactions on Communications 30
  /// (1982), 247-252, doi:10.1109/TCOM.1982.1095369. A sum that is a multiple of 65535 but not 0 stays 65535, as in
  /// HDF5.
  static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    func folded(_ sum: UInt64) -> UInt64 {
      var sum = sum
      while sum > 0xffff { sum = (sum & 0xffff) + (sum >> 16) }
      return sum
    }
    return bytes.withUnsafeBufferPointer { bytes in
      var (first, second) = (UInt64(0), UInt64(0))
      // So few words that no sum overflows.
      for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
        let end = min(start + (1 << 20), bytes.count)
        for place in stride(from: start, to: end - 1, by: 2) {
          first += UInt64(bytes[place]) << 8 | UInt64(bytes[place + 1])
          second += first
        }
        if (end - start) % 2 == 1 {
          first += UInt64(bytes[end - 1]) << 8
          second += first
        }
        (first, second) = (folded(first), folded(second))
      }
      return UInt32(second << 16 | first)
    }
  }
}
