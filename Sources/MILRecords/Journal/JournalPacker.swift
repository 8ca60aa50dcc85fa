import Foundation

/// Compresses lines like those of finished journals: members of several lines, at the highest level.
///
/// A damaged byte costs at most its member, so members are not longer.
struct JournalPacker {
  /// The size of the text after which a new member begins, in bytes.
  static let memberSize = 1 << 18

  private let deflater: Deflater
  private var packed = Data()
  private var text = Data()

  /// Creates a packer without lines.
  ///
  /// - Throws: an error of the system if memory is missing.
  init() throws { deflater = try Deflater(level: 9) }

  /// Adds a line without its newline; adds a checksum if the line has none.
  mutating func add(_ line: Data) {
    if case .missing = JournalLine.check(line), line.first == UInt8(ascii: "{"), line.count > 2 {
      text += JournalLine.sealed(line)
    } else {
      text += line
    }
    text.append(UInt8(ascii: "\n"))
    if text.count >= Self.memberSize { endMember() }
  }

  /// Returns the compressed lines.
  mutating func finish() -> Data {
    endMember()
    return packed
  }

  private mutating func endMember() {
    if !text.isEmpty { packed += deflater.member(of: text) }
    text.removeAll(keepingCapacity: true)
  }
}

extension Journal {
  /// Compresses the lines of journals into one journal, in their order.
  ///
  /// Lines without a checksum receive one. Damaged parts are left out and reported.
  ///
  /// - Returns: the bytes of the compressed journal, the number of its lines, and the damaged parts.
  /// - Throws: ``JournalError`` for a file that cannot be read.
  package static func packed(_ files: [URL]) throws -> (bytes: Data, lines: Int, damage: [JournalDamage]) {
    var packer = try JournalPacker()
    var (lines, damage) = (0, [JournalDamage]())
    for file in files {
      damage += try Journal(file).read { line, _ in
        packer.add(line)
        lines += 1
      }
    }
    return (packer.finish(), lines, damage)
  }
}
