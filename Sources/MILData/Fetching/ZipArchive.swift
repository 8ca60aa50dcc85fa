/// The regular files of a zip archive (Python wheels are zip archives too), stored or deflated.
///
/// Source: PKWARE, APPNOTE.TXT, .ZIP file format specification, version 6.3.10, 2022.
struct ZipArchive {
  private struct Entry {
    let member: ArchiveMember
    let method: Int
    let checksum: UInt32
    let packedSize: Int
    let headerStart: Int
  }

  private let bytes: [UInt8]
  private let file: String
  private var entries: [Entry] = []

  /// The files of the archive.
  var members: [ArchiveMember] { entries.map(\.member) }

  /// Reads the directory.
  ///
  /// - Throws: ``ReadError`` at the entry that is damaged, names a path outside, or is a link or encrypted.
  init(bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    let end = try directoryEnd()
    let count = try number(end + 10, 2)
    let size = try number(end + 12, 4)
    var position = try number(end + 16, 4)
    guard count < 0xffff, position < 0xffff_ffff, position <= end, size <= end - position else {
      throw fail(end, "a directory of \(count) entries at byte \(position)", "one before its end record (no zip64)")
    }
    for _ in 0..<count { entries += try entry(at: &position, end: end).map { [$0] } ?? [] }
  }

  /// The bytes of a member, whose checksum must be the one that the archive states.
  func content(of path: String, limit: Int) throws -> [UInt8] {
    let found = entries.filter { $0.member.path == path }
    guard found.count == 1, let entry = found.first else {
      throw ReadError(file: file, found: "\(found.count) members named \(path)", expected: "one")
    }
    let (start, size) = (entry.headerStart, entry.member.size)
    guard size <= limit else {
      throw ReadError(file: file, at: .field(path), found: "\(size) bytes", expected: "at most \(limit)")
    }
    guard try number(start, 4) == 0x0403_4b50 else { throw fail(start, "no header of a member", "\(path)") }
    let name = start + 30
    let nameLength = try number(start + 26, 2)
    guard name + nameLength <= bytes.count, bytes[name..<(name + nameLength)].elementsEqual(path.utf8) else {
      throw fail(name, "another name than in the directory", path)
    }
    let first = try name + nameLength + number(start + 28, 2)
    guard first <= bytes.count, entry.packedSize <= bytes.count - first else {
      throw fail(start, "a member that reaches beyond the end", "a whole archive")
    }
    let range = first..<(first + entry.packedSize)
    let content: [UInt8]
    switch entry.method {
    case 0: content = Array(bytes[range])
    case 8: content = try Inflate.unpack(bytes, range: range, wrapping: .raw, limit: size, file: file)
    default: throw fail(start, "compression method \(entry.method)", "0 (stored) or 8 (deflated)")
    }
    guard content.count == size, Inflate.checksum(of: content) == entry.checksum else {
      throw ReadError(
        file: file, at: .field(path), found: "\(content.count) bytes with another checksum",
        expected: "\(size) bytes as the archive states")
    }
    return content
  }

  /// Where the end record of the directory starts: the last one whose comment ends with the file.
  private func directoryEnd() throws -> Int {
    var start = bytes.count - 22
    while start >= max(0, bytes.count - 22 - 0xffff) {
      if bytes[start] == 0x50, try number(start, 4) == 0x0605_4b50,
        try number(start + 20, 2) == bytes.count - start - 22
      {
        return start
      }
      start -= 1
    }
    throw fail(bytes.count, "no directory of a zip archive", "a whole archive")
  }

  /// The entry of the directory at `position`, which moves on; nil for a folder.
  private func entry(at position: inout Int, end: Int) throws -> Entry? {
    let start = position
    guard start + 46 <= end, try number(start, 4) == 0x0201_4b50 else {
      throw fail(start, "no entry of the directory", "as many as the archive states")
    }
    let nameLength = try number(start + 28, 2)
    position = try start + 46 + nameLength + number(start + 30, 2) + number(start + 32, 2)
    guard position <= end else { throw fail(start, "an entry that reaches beyond the directory", "a whole archive") }
    let path = String(decoding: bytes[(start + 46)..<(start + 46 + nameLength)], as: UTF8.self)
    try Archive.requireSafe(path, at: start, file: file)
    // Archives made on Unix keep the kind of file in the upper four bits of the mode.
    let kind = try number(start + 40, 2) >> 12
    guard [0, 4, 8].contains(kind) else {
      throw fail(start, "a link or special member named \(ReadError.quoted(path.utf8))", "only files")
    }
    if path.hasSuffix("/") || kind == 4 { return nil }
    guard try number(start + 8, 2) & 1 == 0 else { throw fail(start, "an encrypted member", "plain ones") }
    return Entry(
      member: ArchiveMember(path: path, size: try number(start + 24, 4)), method: try number(start + 10, 2),
      checksum: UInt32(truncatingIfNeeded: try number(start + 16, 4)), packedSize: try number(start + 20, 4),
      headerStart: try number(start + 42, 4))
  }

  /// The unsigned number in `count` bytes from `start`, the lowest byte first.
  private func number(_ start: Int, _ count: Int) throws -> Int {
    guard start >= 0, start + count <= bytes.count else { throw fail(start, "the end of the file", "a whole archive") }
    var value = 0
    for index in (0..<count).reversed() { value = value << 8 | Int(bytes[start + index]) }
    return value
  }

  private func fail(_ byte: Int, _ found: String, _ expected: String) -> ReadError {
    ReadError(file: file, at: .byte(byte), found: found, expected: expected)
  }
}
