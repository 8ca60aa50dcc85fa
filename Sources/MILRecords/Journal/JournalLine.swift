import Foundation

/// The checksum of a line: the CRC-32 of zip, gzip and PNG, as eight hexadecimal digits in the first member of the
/// object.
///
/// A line is `{"crc32":"xxxxxxxx",` and the rest of the record's JSON. The checksum is that of the rest, from byte 21
/// on, without the newline. In Python: `zlib.crc32(line[20:]) == int(line[10:18], 16)`. A JSON reader sees one more
/// string. Earlier versions wrote lines without checksums.
package enum JournalLine {
  /// Whether the checksum of a line matches its bytes.
  package enum Check {
    case sound, missing
    /// The checksum in the line and that of its bytes.
    case wrong(stated: String, found: String)
  }

  private static let head = Array(#"{"crc32":""#.utf8)
  private static let tail = Array("\",".utf8)
  private static let length = head.count + 8 + tail.count

  /// Returns the line with its checksum, for the bytes of a JSON object that has members.
  package static func sealed(_ object: Data) -> Data {
    let rest = object.dropFirst()
    return head + Data(checksum(of: rest).utf8) + tail + rest
  }

  /// Checks a line without its newline.
  package static func check(_ line: Data) -> Check {
    line.withUnsafeBytes { bytes in
      guard bytes.count > length, bytes.starts(with: head), bytes[(length - 2)...].starts(with: tail) else {
        return .missing
      }
      let number = Gzip.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[length...]))
      let stated = bytes[head.count..<head.count + 8]
      for (place, digit) in stated.enumerated() {
        let half = UInt8(truncatingIfNeeded: number >> (28 - 4 * UInt32(place)) & 15)
        guard digit == (half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10) else {
          return .wrong(stated: String(decoding: stated, as: UTF8.self), found: text(of: number))
        }
      }
      return .sound
    }
  }

  private static func checksum(of bytes: Data) -> String {
    text(of: bytes.withUnsafeBytes { Gzip.checksum(of: $0) })
  }

  private static func text(of number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
