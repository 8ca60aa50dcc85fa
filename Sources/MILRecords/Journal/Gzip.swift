import CZlib
import Foundation

/// The parts of gzip files: consecutive members that decompress to one text.
///
/// The header has no name, time or operating system, so the same lines result in the same bytes everywhere.
///
/// Source: P. Deutsch, GZIP file format specification version 4.3, RFC 1952, 1996, doi:10.17487/RFC1952.
package enum Gzip {
  /// The header of every member that this program writes.
  package static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]

  /// The uncompressed text of a member so far.
  package struct Member {
    /// Its CRC-32.
    package var checksum: UInt32 = 0
    /// The number of its bytes.
    package var count = 0

    /// Appends text.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
      checksum = Gzip.checksum(of: bytes, after: checksum)
      count += bytes.count
    }

    /// The bytes that end a member after a flush: an empty last block, the checksum and the size.
    package var trailer: [UInt8] {
      let numbers = [checksum, UInt32(truncatingIfNeeded: count)]
      return [3, 0] + numbers.flatMap { number in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }
    }
  }

  /// Returns the CRC-32 of bytes that follow bytes with the checksum `start`.
  package static func checksum(of bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
    guard let first = bytes.bindMemory(to: UInt8.self).baseAddress else { return start }
    return UInt32(truncatingIfNeeded: crc32_z(UInt(start), first, bytes.count))
  }
}

/// Compresses a member's text in parts; a reader can decompress each part as soon as its bytes are written.
package final class Deflater {
  private let stream: UnsafeMutablePointer<z_stream>

  /// Creates a compressor with a level from 1 to 9.
  ///
  /// - Throws: an error of the system if memory is missing.
  package init(level: Int32) throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(stream, level, Z_DEFLATED, -15, 9, Z_FILTERED, ZLIB_VERSION, size) == Z_OK else {
      stream.deallocate()
      throw POSIXError(.ENOMEM)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Resets the state for a new member.
  package func reset() { deflateReset(stream) }

  /// Returns the compressed bytes of the next part of the text, which end on a whole byte.
  package func pack(_ text: Data) -> Data {
    var packed = Data()
    var block = [UInt8](repeating: 0, count: 1 << 14)
    // zlib takes its input as mutable, though it never writes to it.
    var text = text
    text.withUnsafeMutableBytes { input in
      stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      repeat {
        block.withUnsafeMutableBufferPointer { output in
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          deflate(stream, Z_SYNC_FLUSH)
        }
        packed.append(contentsOf: block.prefix(block.count - Int(stream.pointee.avail_out)))
      } while stream.pointee.avail_out == 0
    }
    return packed
  }

  /// Returns a complete member with one text; earlier calls do not matter.
  package func member(of text: Data) -> Data {
    var member = Gzip.Member()
    text.withUnsafeBytes { member.add($0) }
    reset()
    return Gzip.header + pack(text) + member.trailer
  }
}
