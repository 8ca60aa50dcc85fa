import MILBags
import UserInput

/// The members of a zip archive in memory or mapped, stored or deflated; none is ever written to a file.
///
/// Sizes and offsets come from the central directory, with the 64-bit fields of large archives.
///
/// Source: PKWARE, .ZIP file format specification, version 6.3.10, 2022.
package struct ZipArchive: Sendable {
  /// A member: its name and the place of its data.
  private struct Member: Sendable {
    let name: String
    let method: UInt64
    let flags: UInt64
    let checksum: UInt64
    let packedSize: Int
    let size: Int
    let header: Int
    let entry: Int
    /// The Unix kind of file, in four bits; 0 if the archive was not made on Unix.
    let kind: UInt64
  }

  private let archive: FileContent
  private let members: [Member]
  /// The first member of each name.
  private let places: [String: Int]

  /// Whether a file begins like a zip archive; empty archives count.
  package static func hasZipHeader(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Reads the central directory.
  ///
  /// - Throws: `ReadError` at the byte that violates the format.
  package init(bytes: [UInt8], file: String) throws { try self.init(FileContent(bytes, path: file)) }

  /// Reads the central directory of a file; see ``init(bytes:file:)``.
  package init(_ archive: FileContent) throws {
    self.archive = archive
    let reader = Reader(archive: archive)
    let (count, start) = try reader.directory()
    var members: [Member] = []
    var position = start
    for _ in 0..<count {
      members.append(try Self.member(reader, &position))
    }
    self.members = members
    places = Dictionary(members.indices.map { (members[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The names of the members, in the order of the directory.
  package var names: [String] { members.map(\.name) }

  /// Name, size, Unix kind of file (four bits; 0 for none) and directory offset of each member.
  package var listing: [(name: String, size: Int, kind: UInt64, entry: Int)] {
    members.map { ($0.name, $0.size, $0.kind, $0.entry) }
  }

  /// Returns the content of the first member with a name; nil if there is none.
  ///
  /// - Throws: `ReadError` for a member that is encrypted, packed by another method, damaged or cut off.
  package func content(of name: String) throws -> [UInt8]? {
    guard let member = places[name].map({ members[$0] }) else { return nil }
    let range = try place(of: member)
    let content: [UInt8]
    if member.method == 0 {
      content = archive.bytes(range)
    } else {
      guard member.size <= Inflate.limit(forCompressed: member.packedSize) else {
        throw error(member, "of \(member.size) bytes packed into \(member.packedSize)", "a smaller factor")
      }
      content = try archive.withArray(range) { bytes, range in
        try Inflate.unpack(bytes, range: range, wrapping: .bare, limit: member.size, file: archive.path)
      }
    }
    guard content.count == member.size else {
      throw error(member, "with \(content.count) bytes of content", "\(member.size) as the directory says")
    }
    let checksum = UInt64(Inflate.checksum(of: content, range: content.indices))
    guard checksum == member.checksum else {
      throw error(
        member, "with CRC-32 \(String(checksum, radix: 16))",
        "\(String(member.checksum, radix: 16)): the file is damaged")
    }
    return content
  }

  /// Returns the byte range of the content of the first member with a name; nil if there is none, or it is packed.
  ///
  /// The checksum is not verified, since that would read all of the content.
  ///
  /// - Throws: `ReadError` for a member that is encrypted, packed by another method or cut off.
  package func stored(_ name: String) throws -> Range<Int>? {
    guard let member = places[name].map({ members[$0] }) else { return nil }
    let range = try place(of: member)
    guard member.method == 0 else { return nil }
    guard range.count == member.size else {
      throw error(member, "with \(range.count) bytes of content", "\(member.size) as the directory says")
    }
    return range
  }

  /// Returns the first bytes, at most `count`, of the first member with a name, and its full size; nil if there is
  /// none.
  ///
  /// - Throws: `ReadError` as ``content(of:)``, as far as the first bytes show a fault.
  package func beginning(of name: String, count: Int) throws -> (bytes: [UInt8], of: Int)? {
    guard let member = places[name].map({ members[$0] }) else { return nil }
    let range = try place(of: member)
    guard member.method != 0 else {
      return (archive.bytes(range.lowerBound..<(range.lowerBound + min(count, range.count))), range.count)
    }
    let packed = archive.bytes(range.lowerBound..<(range.lowerBound + min(range.count, 2 * count + 64)))
    return (Inflate.beginning(of: packed, count: min(count, member.size)), member.size)
  }

  /// Returns the byte range of the content of a member, packed or not.
  private func place(of member: Member) throws -> Range<Int> {
    let reader = Reader(archive: archive)
    guard member.flags & 1 == 0 else { throw error(member, "encrypted", "members without a password") }
    guard try reader.number(at: member.header, size: 4) == 0x0403_4b50 else {
      throw error(member, "whose header is not at byte \(member.header)", "it there")
    }
    let nameLength = try reader.whole(at: member.header + 26, size: 2)
    let extraLength = try reader.whole(at: member.header + 28, size: 2)
    let start = member.header + 30 + nameLength + extraLength
    guard start <= archive.count, member.packedSize <= archive.count - start else {
      throw error(
        member, "of \(member.packedSize) bytes", "at most the \(max(archive.count - start, 0)) that follow")
    }
    guard member.method == 0 || member.method == 8 else {
      throw error(member, "packed by method \(member.method)", "stored (0) or deflated (8) members")
    }
    return start..<(start + member.packedSize)
  }

  private func error(_ member: Member, _ found: String, _ expected: String) -> ReadError {
    ReadError(
      file: archive.path, at: .byte(member.entry), found: "member \(member.name.onOneLine(limit: 80)) \(found)",
      expected: expected)
  }

  /// Reads an entry of the directory and advances past it.
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
    // A field of all ones is replaced by one in the 64-bit extra field, in this order.
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
      name: String(decoding: reader.archive.bytes((start + 46)..<extra), as: UTF8.self),
      method: try reader.number(at: start + 10, size: 2), flags: try reader.number(at: start + 8, size: 2),
      checksum: try reader.number(at: start + 16, size: 4), packedSize: packedSize, size: size, header: header,
      entry: start, kind: try reader.number(at: start + 40, size: 2) >> 12)
  }

  /// Little-endian numbers within the bytes.
  private struct Reader {
    let archive: FileContent

    var file: String { archive.path }
    private var count: Int { archive.count }

    /// Refuses an offset beyond the end.
    func require(_ end: Int, from start: Int) throws {
      guard end <= count else {
        throw ReadError(
          file: file, at: .byte(start), found: "the end of the file at byte \(count)",
          expected: "more of the archive: the file is cut off")
      }
    }

    func number(at place: Int, size: Int) throws -> UInt64 {
      guard place >= 0, place <= count - size else {
        throw ReadError(
          file: file, at: .byte(max(place, 0)), found: "the end of the file at byte \(count)",
          expected: "more of the archive: the file is cut off")
      }
      return archive.number(at: place, size: size)
    }

    /// Reads a size or an offset, at most 2^48.
    func whole(at place: Int, size: Int) throws -> Int {
      let value = try number(at: place, size: size)
      guard value <= 1 << 48 else {
        throw ReadError(file: file, at: .byte(place), found: "a size of \(value)", expected: "one that fits in memory")
      }
      return Int(value)
    }

    /// Returns the number of entries and the offset of the first.
    func directory() throws -> (count: Int, start: Int) {
      let first = max(0, count - 22 - 0xffff)
      guard count >= 22,
        let end = archive.bytes(first..<count).lastPlace(of: [0x50, 0x4b, 5, 6], before: count - 22 - first).map({
          first + $0
        })
      else {
        throw ReadError(
          file: file, at: .byte(count), found: "no directory at the end of the archive",
          expected: "one: the file is cut off")
      }
      var entries = try whole(at: end + 10, size: 2)
      var start = try whole(at: end + 16, size: 4)
      if end >= 20, try number(at: end - 20, size: 4) == 0x0706_4b50 {
        let wide = try whole(at: end - 12, size: 8)
        guard try number(at: wide, size: 4) == 0x0606_4b50 else {
          throw ReadError(file: file, at: .byte(wide), found: "no 64-bit directory", expected: "its end record")
        }
        entries = try whole(at: wide + 32, size: 8)
        start = try whole(at: wide + 48, size: 8)
      }
      guard start <= count, entries <= (count - start) / 46 else {
        throw ReadError(
          file: file, at: .byte(end), found: "\(entries) entries from byte \(start)",
          expected: "entries of 46 bytes at least within \(count) bytes")
      }
      return (entries, start)
    }

    /// Returns the content of the 64-bit field among the extra fields in `range`; nil if there is none.
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

extension [UInt8] {
  /// Returns the last offset, at most `end`, at which `bytes` occur; nil if there is none.
  fileprivate func lastPlace(of bytes: [UInt8], before end: Int) -> Int? {
    (0...end).last { self[$0...].starts(with: bytes) }
  }
}
