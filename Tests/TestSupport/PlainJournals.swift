import Foundation
import MILRecords

/// Returns the lines of a journal without their checksums, in the format of an earlier version.
package func plainLines(_ file: URL) throws -> String {
  var text = ""
  _ = try JournalScan(FileHandle(forReadingFrom: file), of: file) { _, line in
    guard case .sound = JournalLine.check(line) else { return "no sound checksum" }
    text += "{" + String(decoding: line.dropFirst(20), as: UTF8.self) + "\n"
    return nil
  }
  return text
}

/// Returns a compressed journal of these lines.
package func packedJournal(_ lines: String) throws -> Data { try Deflater(level: 1).member(of: Data(lines.utf8)) }
