import Foundation

/// The checksum of a line: the CRC-32 of zip, gzip and PNG, as eight hexadecimal digits in the first member of the object.
///
/// A line is `{"crc32":"xxxxxxxx",` and the rest of the record's JSON; the checksum is of that rest, from its 21st byte on and
/// without the newline. In Python: `zlib.crc32(line[20:]) == int(line[10:18], 16)`. JSON readers see one more text. Lines
/// without a checksum are those of journals before there were any.
enum JournalLine {
  /// How the checksum of a line fits its bytes.
  enum Check {
    case sound, missing
    /// The checksum that stands there and that of the bytes.
    case wrong(stated: String, found: String)
  }

  private static let head = Array(#"{"crc32":""#.utf8)
  private static let tail = Array("\",".utf8)
  private static let length = head.count + 8 + tail.count

  /// A line with its checksum, for the bytes of a JSON object that has members.
  static func sealed(_ object: Data) -> Data {
    let rest = object.dropFirst()
    return head + Data(checksum(of: rest).utf8) + tail + rest
  }

  /// Checks a line without its newline.
  static func check(_ line: Data) -> Check {
    guard line.count > length, line.starts(with: head), line.dropFirst(length - 2).starts(with: tail) else {
      return .missing
    }
    let stated = String(decoding: line.dropFirst(head.count).prefix(8), as: UTF8.self)
    let found = checksum(of: line.dropFirst(length))
    return stated == found ? .sound : .wrong(stated: stated, found: found)
  }

  private static func checksum(of bytes: Data) -> String {
    let number = bytes.withUnsafeBytes { Gzip.checksum(of: $0) }
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
