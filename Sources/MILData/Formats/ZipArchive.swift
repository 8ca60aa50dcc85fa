import UserInput

/// The members of a zip archive in memory, stored or deflated; nothing is ever written to a file.
///
/// Sizes and places come from the central directory, with the 64-bit fields of large archives.
///
/// Source: PKWARE, .ZIP file format specification, version 6.3.10, 2022.
struct ZipArchive: Sendable {
  /// A member: its name and where its data are.
  private struct Member: Sendable {
    let name: String
    let method: UInt64
    let flags: UInt64
    let checksum: UInt64
    let packedSize: Int
    let size: Int
    let header: Int
    let entry: Int
    /// The kind of file in four bits, as Unix has it; 0 where the archive was made elsewhere.
    let kind: UInt64
  }

  private let bytes: [UInt8]
  private let file: String
  private let members: [Member]

  /// Whether a file begins like a zip archive, empty ones included.
  static func hasZipHeader(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Reads the central directory.
  ///
  /// - Throws: ``ReadError`` at the byte that does not fit the format.
  init(bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    let reader = Reader(bytes: bytes, file: file)
    let (count, start) = try reader.directory()
    var members: [Member] = []
    var position = start
    for _ in 0..<count {
      members.append(try Self.member(reader, &position))
    }
    self.members = members
  }

  /// The names of the members, in the order of the directory.
  var names: [String] { members.map(\.name) }

  /// Name, size, kind of file (four bits, as Unix has them; 0 for none) and place in the directory of each member.
  var listing: [(name: String, size: Int, kind: UInt64, entry: Int)] {
    members.map { ($0.name, $0.size, $0.kind, $0.entry) }
  }

  /// The content of the first member of a name; nil when there is none.
  ///
  /// - Throws: ``ReadError`` for a member that is encrypted, packed in another way, damaged or cut off.
  func content(of name: String) throws -> [UInt8]? {
    guard let member = members.first(where: { $0.name == name }) else { return nil }
    let reader = Reader(bytes: bytes, file: file)
    func error(_ found: String, _ expected: String) -> ReadError {
      ReadError(
        file: file, at: .byte(member.entry), found: "member \(name.onOneLine(limit: 80)) \(found)", expected: expected)
    }
    guard member.flags & 1 == 0 else { throw error("encrypted", "members without a password") }
    guard try reader.number(at: member.header, size: 4) == 0x0403_4b50 else {
      throw error("whose header is not at byte \(member.header)", "it there")
    }
    let nameLength = try reader.whole(at: member.header + 26, size: 2)
    let extraLength = try reader.whole(at: member.header + 28, size: 2)
    let start = member.header + 30 + nameLength + extraLength
    guard start <= bytes.count, member.packedSize <= bytes.count - start else {
      throw error("of \(member.packedSize) bytes", "at most the \(max(bytes.count - start, 0)) that follow")
    }
    let range = start..<(start + member.packedSize)
    let content: [UInt8]
    switch member.method {
    case 0: content = Array(bytes[range])
    case 8:
      guard member.size <= Inflate.limit(forCompressed: member.packedSize) else {
        throw error("of \(member.size) bytes packed into \(member.packedSize)", "a smaller factor")
      }
      content = try Inflate.unpack(bytes, range: range, wrapping: .bare, limit: member.size, file: file)
    default: throw error("packed by method \(member.method)", "stored (0) or deflated (8) members")
    }
    guard content.count == member.size else {
      throw error("with \(content.count) bytes of content", "\(member.size) as the directory says")
    }
    let checksum = UInt64(Inflate.checksum(of: content, range: content.indices))
    guard checksum == member.checksum else {
      throw error(
        "with CRC-32 \(String(checksum, radix: 16))", "\(String(member.checksum, radix: 16)): the file is damaged")
    }
    return content
  }

  /// Reads an entry of the directory and moves behind it.
  private static func member(_ reader: Reader, _ position: inout Int) throws -> Member {
    let start = position
    guard try reader.number(at: start, size: 4) == 0x0201_4b50 else {
      throw ReadError(
        file: reader.file, at: .byte(start), found: "no entry", expected: "an entry of the archive's directory")
    }
    let nameLength = try reader.whole(at: start + 28, size: 2)
    let extraLength = try reader.whole(at: start + 30, size: 2)
    let commentLength = try reader.whole(at: start + 32, size: 2)
    let extra = start + 46 + nameLength
    try reader.require(extra + extraLength + commentLength, from: start)
    position = extra + extraLength + commentLength
    // A field of all ones stands in the 64-bit extra field, in this order.
    var wide = try reader.wideField(extra..<(extra + extraLength))
    func sized(_ place: Int) throws -> Int {
      let value = try reader.whole(at: place, size: 4)
      guard value == 0xffff_ffff, let range = wide, range.count >= 8 else { return value }
      wide = (range.lowerBound + 8)..<range.upperBound
      return try reader.whole(at: range.lowerBound, size: 8)
    }
    let size = try sized(start + 24)
    let packedSize = try sized(start + 20)
    let header = try sized(start + 42)
    return Member(
      name: String(decoding: reader.bytes[(start + 46)..<extra], as: UTF8.self),
      method: try reader.number(at: start + 10, size: 2), flags: try reader.number(at: start + 8, size: 2),
      checksum: try reader.number(at: start + 16, size: 4), packedSize: packedSize, size: size, header: header,
      entry: start, kind: try reader.number(at: start + 40, size: 2) >> 12)
  }

  /// Little-endian numbers within the bytes.
  private struct Reader {
    let bytes: [UInt8]
    let file: String

    /// Refuses a place beyond the end.
    func require(_ end: Int, from start: Int) throws {
      guard end <= bytes.count else {
        throw ReadError(
          file: file, at: .byte(start), found: "the end of the file at byte \(bytes.count)",
          expected: "more of the archive: the file is cut off")
      }
    }

    func number(at place: Int, size: Int) throws -> UInt64 {
      guard place >= 0, place <= bytes.count - size else {
        throw ReadError(
          file: file, at: .byte(max(place, 0)), found: "the end of the file at byte \(bytes.count)",
          expected: "more of the archive: the file is cut off")
      }
      return (0..<size).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }

    /// A size or a place, at most 2^48.
    func whole(at place: Int, size: Int) throws -> Int {
      let value = try number(at: place, size: size)
      guard value <= 1 << 48 else {
        throw ReadError(file: file, at: .byte(place), found: "a size of \(value)", expected: "one that fits in memory")
      }
      return Int(value)
    }

    /// The number of entries and where they begin.
    func directory() throws -> (count: Int, start: Int) {
      let first = max(0, bytes.count - 22 - 0xffff)
      guard bytes.count >= 22,
        let end = (first...(bytes.count - 22)).last(where: { bytes[$0...].starts(with: [0x50, 0x4b, 5, 6]) })
      else {
        throw ReadError(
          file: file, at: .byte(bytes.count), found: "no directory at the end of the archive",
          expected: "one: the file is cut off")
      }
      var count = try whole(at: end + 10, size: 2)
      var start = try whole(at: end + 16, size: 4)
      if end >= 20, try number(at: end - 20, size: 4) == 0x0706_4b50 {
        let wide = try whole(at: end - 12, size: 8)
        guard try number(at: wide, size: 4) == 0x0606_4b50 else {
          throw ReadError(file: file, at: .byte(wide), found: "no 64-bit directory", expected: "its end record")
        }
        count = try whole(at: wide + 32, size: 8)
        start = try whole(at: wide + 48, size: 8)
      }
      guard start <= bytes.count, count <= (bytes.count - start) / 46 else {
        throw ReadError(
          file: file, at: .byte(end), found: "\(count) entries from byte \(start)",
          expected: "entries of 46 bytes at least within \(bytes.count) bytes")
      }
      return (count, start)
    }

    /// The content of the 64-bit field among the extra fields in `range`; nil when there is none.
    func wideField(_ range: Range<Int>) throws -> Range<Int>? {
      var place = range.lowerBound
      while place + 4 <= range.upperBound {
        let size = try whole(at: place + 2, size: 2)
        let end = place + 4 + size
        guard end <= range.upperBound else { return nil }
        if try number(at: place, size: 2) == 1 { return (place + 4)..<end }
        place = end
      }
      return nil
    }
  }
}
