import MILBags
import UserInput

/// Archives in which data files circulate: zip (Python wheels too) and tar, with or without gzip.
///
/// No member is written under a name that the archive chooses. One member is extracted, by the name in the catalogue,
/// into memory of exactly its size. An archive with a link, a device or a path outside its folder is refused as a
/// whole: it is not a data archive.
package enum Archive {
  /// Returns the content of a member of an archive.
  ///
  /// - Parameters:
  ///   - path: the name of the member.
  ///   - bytes: the archive.
  ///   - limit: the largest allowed size of the member, in bytes.
  ///   - file: the archive's name, for errors.
  /// - Throws: `ReadError` for a damaged or hostile archive, one without the member, or a member above the limit.
  package static func member(_ path: String, of bytes: [UInt8], limit: Int, file: String) throws -> [UInt8] {
    if ZipArchive.hasZipHeader(bytes) { return try zipMember(path, of: bytes, limit: limit, file: file) }
    let isPacked = bytes.starts(with: [0x1f, 0x8b])
    let content =
      isPacked
      ? try Inflate.unpack(
        bytes, range: bytes.indices, wrapping: .gzip, limit: Inflate.limit(forCompressed: bytes.count), file: file)
      : bytes
    return try TarArchive(bytes: content, file: file).content(of: path, limit: limit)
  }

  private static func zipMember(_ path: String, of bytes: [UInt8], limit: Int, file: String) throws -> [UInt8] {
    let archive = try ZipArchive(bytes: bytes, file: file)
    for member in archive.listing {
      try requireSafe(member.name, at: member.entry, file: file)
      // Neither stated, a folder (4) nor a regular file (8).
      guard [0, 4, 8].contains(member.kind) else {
        throw ReadError(
          file: file, at: .byte(member.entry),
          found: "a link or special member named \(ReadError.quoted(member.name.utf8))", expected: "only files")
      }
    }
    let found = archive.listing.filter { $0.name == path }
    guard found.count == 1, found[0].size <= limit, let content = try archive.content(of: path) else {
      throw ReadError(
        file: file, at: .field(path), found: "\(found.count) members of \(found.map { "\($0.size)" }) bytes",
        expected: "one of at most \(limit) bytes")
    }
    return content
  }

  /// Whether a path stays within its folder: relative, without `..`, control characters or backslashes.
  package static func isSafe(path: String) -> Bool {
    guard !path.isEmpty, path.utf8.count <= 1024, !path.hasPrefix("/"), !path.contains("\\") else { return false }
    guard !path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return false }
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    // A folder's name ends with a slash.
    let named = steps.last == "" ? steps.dropLast() : steps[...]
    return !named.isEmpty && named.allSatisfy { $0 != ".." && !$0.isEmpty } && !(named.first?.hasSuffix(":") ?? false)
  }

  package static func requireSafe(_ path: String, at byte: Int, file: String) throws {
    guard isSafe(path: path) else {
      throw ReadError(
        file: file, at: .byte(byte), found: "a member named \(ReadError.quoted(path.utf8))",
        expected: "names within the archive's folder")
    }
  }
}
