import CZlib
import Foundation

/// The parts of gzip files: members, one after another, that unpack to one text.
///
/// The header has neither a name nor a time nor a system, so that the same lines give the same bytes everywhere.
///
/// Source: P. Deutsch, GZIP file format specification version 4.3, RFC 1952, 1996, doi:10.17487/RFC1952.
package enum Gzip {
  /// The header of every member that is written here.
  package static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]

  /// The text that is in a member so far.
  package struct Member {
    /// Its CRC-32.
    package var checksum: UInt32 = 0
    /// The number of its bytes.
    package var count = 0

    /// Takes in more text.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
      checksum = Gzip.checksum(of: bytes, after: checksum)
      count += bytes.count
    }

    /// What ends a member after any flush: an empty last block, the checksum and the size.
    package var trailer: [UInt8] {
      let numbers = [checksum, UInt32(truncatingIfNeeded: count)]
      return [3, 0] + numbers.flatMap { number in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }
    }
  }

  /// The CRC-32 of bytes that follow others.
  package static func checksum(of bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
    guard let first = bytes.bindMemory(to: UInt8.self).baseAddress else { return start }
    return UInt32(truncatingIfNeeded: crc32_z(UInt(start), first, bytes.count))
  }
}

/// Packs a member's text, part by part; each part can be unpacked as soon as its bytes are there.
package final class Deflater {
  private let stream: UnsafeMutablePointer<z_stream>

  /// A packer of a level from 1 to 9.
  ///
  /// - Throws: an error of the system where there is no memory for it.
  package init(level: Int32) throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
      stream.deallocate()
      throw POSIXError(.ENOMEM)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Forgets what was packed, for a new member.
  package func reset() { deflateReset(stream) }

  /// The packed bytes of the next part of the text, which end on a whole byte.
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

  /// A whole member with one text, after whatever was packed before.
  package func member(of text: Data) -> Data {
    var member = Gzip.Member()
    text.withUnsafeBytes { member.add($0) }
    reset()
    return Gzip.header + pack(text) + member.trailer
  }
}
