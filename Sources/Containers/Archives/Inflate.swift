import CZlib
import Foundation
import MILBags
import UserInput

/// Unpacks gzip files, zlib streams and bare deflated data, with a bound on the output.
///
/// It runs through the stream once to check and measure it, and once more into memory of exactly that size. A damaged
/// stream, or one that unpacks to more than the limit, costs no memory.
///
/// Source: P. Deutsch, DEFLATE compressed data format specification version 1.3, RFC 1951, 1996, doi:10.17487/RFC1951.
package enum Inflate {
  /// The wrapping of a deflated stream.
  package enum Wrapping: Int32 {
    /// A zlib header and an Adler-32 checksum.
    case zlib = 15
    /// A gzip header and a CRC-32; members may follow each other.
    case gzip = 31
    /// No wrapping, as in a zip archive.
    case bare = -15
  }

  /// Returns the largest allowed output for `compressedCount` bytes: 64 MiB or, if larger, 256 times the input.
  ///
  /// It never exceeds the memory of the machine. Real data stay far below; a deflated run of zeros reaches a factor of
  /// 1000.
  package static func limit(forCompressed compressedCount: Int) -> Int {
    let (product, overflow) = compressedCount.multipliedReportingOverflow(by: 256)
    return min(max(64 << 20, overflow ? .max : product), Int(MachineMemory.total))
  }

  /// Unpacks the stream in `bytes[range]`.
  ///
  /// - Throws: `ReadError` at the byte where the stream is damaged or cut off, or if its content exceeds `limit`.
  package static func unpack(
    _ bytes: [UInt8], range: Range<Int>, wrapping: Wrapping, limit: Int, file: String
  ) throws -> [UInt8] {
    let size = try run(bytes, range, wrapping, limit: limit, file: file, output: nil)
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = try run(bytes, range, wrapping, limit: size, file: file, output: buffer)
    }
  }

  /// Unpacks the zlib stream `bytes` in one run, into memory for `limit` bytes.
  ///
  /// - Throws: `ReadError` as ``unpack(_:range:wrapping:limit:file:)`` does.
  static func unpack(_ bytes: [UInt8], atMost limit: Int, file: String) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = try run(bytes, bytes.indices, .zlib, limit: limit, file: file, output: buffer)
    }
  }

  /// Returns the first `count` bytes of a bare deflated stream, or those before its end or the first damage.
  package static func beginning(of bytes: [UInt8], count: Int) -> [UInt8] {
    var stream = z_stream()
    guard count > 0,
      inflateInit2_(&stream, Wrapping.bare.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return [] }
    defer { inflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      bytes.withUnsafeBufferPointer { input in
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(clamping: count)
        _ = inflate(&stream, Z_SYNC_FLUSH)
        written = count - Int(stream.avail_out)
      }
    }
  }

  /// Returns the CRC-32 of bytes, as gzip files and zip archives store it.
  package static func checksum(of bytes: [UInt8], range: Range<Int>) -> UInt32 {
    bytes[range].withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }

  /// Runs through a stream and returns the number of unpacked bytes; discards them if `output` is nil.
  private static func run(
    _ bytes: [UInt8], _ range: Range<Int>, _ wrapping: Wrapping, limit: Int, file: String,
    output: UnsafeMutableBufferPointer<UInt8>?
  ) throws -> Int {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw ReadError(file: file, found: "no memory to unpack it", expected: "a few kilobytes") }
    defer { inflateEnd(&stream) }
    return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { scratch in
      try bytes.withUnsafeBufferPointer { input in
        var consumed = range.lowerBound
        var produced = 0
        func fail(_ found: String, _ expected: String) -> ReadError {
          ReadError(file: file, at: .byte(consumed), found: found, expected: expected)
        }
        while true {
          // zlib counts in 32 bits and takes its input as mutable, though it never writes to it.
          let available = min(range.upperBound - consumed, 1 << 30)
          stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
          stream.avail_in = UInt32(available)
          let target = output.map { UnsafeMutableBufferPointer(rebasing: $0[produced...]) } ?? scratch
          let room = min(target.count, 1 << 30)
          // With no room left, only the trailer may follow; zlib still needs a valid pointer.
          stream.next_out = room > 0 ? target.baseAddress : scratch.baseAddress
          stream.avail_out = UInt32(room)
          let status = inflate(&stream, Z_NO_FLUSH)
          consumed += available - Int(stream.avail_in)
          produced += room - Int(stream.avail_out)
          guard produced <= limit else { throw fail("more than \(limit) bytes of content", "no more than that") }
          switch status {
          case Z_STREAM_END:
            let rest = bytes[consumed..<range.upperBound]
            guard wrapping == .gzip, rest.contains(where: { $0 != 0 }) else { return produced }
            guard rest.starts(with: [0x1f, 0x8b]), inflateReset(&stream) == Z_OK else {
              throw fail(ReadError.quoted(rest), "the end of the compressed data")
            }
          case Z_OK where available > 0 || room > Int(stream.avail_out): continue
          case Z_OK, Z_BUF_ERROR: throw fail("the end of the compressed data", "more of it: the file is cut off")
          default:
            throw fail(
              "damaged compressed data (\(stream.msg.map { String(cString: $0) } ?? "zlib error \(status)"))",
              "a sound stream")
          }
        }
      }
    }
  }
}
