import Foundation

/// Packs lines as tightly as finished journals are: members of some lines each, at the best level.
///
/// A damaged byte costs at most the member that it is in, so members are not made longer.
struct JournalPacker {
  /// The text after which a new member begins, in bytes.
  static let memberSize = 1 << 18

  private let deflater: Deflater
  private var packed = Data()
  private var text = Data()

  /// A packer without lines.
  ///
  /// - Throws: an error of the system where there is no memory for it.
  init() throws { deflater = try Deflater(level: 9) }

  /// Adds a line without its newline; one without a checksum gets one.
  mutating func add(_ line: Data) {
    if case .missing = JournalLine.check(line), line.first == UInt8(ascii: "{"), line.count > 2 {
      text += JournalLine.sealed(line)
    } else {
      text += line
    }
    text.append(UInt8(ascii: "\n"))
    if text.count >= Self.memberSize { endMember() }
  }

  /// The packed lines.
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
  /// Packs the lines of journals into one, in their order; lines without a checksum get one, and what is damaged is left
  /// out and told.
  ///
  /// - Returns: the bytes of the packed journal, the number of its lines, and what is damaged.
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
