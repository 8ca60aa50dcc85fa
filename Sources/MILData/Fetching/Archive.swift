/// A member of an archive in memory: nothing of an archive is ever written under a name of its own choosing.
struct ArchiveMember: Equatable {
  /// The path within the archive.
  let path: String
  /// The number of bytes it unpacks to.
  let size: Int
}

/// Archives in which data files circulate: zip (Python wheels too) and tar, packed with gzip or not.
///
/// One member is taken out, by the name that the catalogue gives it, into memory of exactly its size. An archive that
/// holds a path out of its folder, a link or a device is refused as a whole: it was not made to hold data.
enum Archive {
  /// The member `path` of an archive.
  ///
  /// - Parameters:
  ///   - bytes: the archive.
  ///   - limit: the most bytes that the member may have.
  ///   - file: the archive's name, for errors.
  /// - Throws: ``ReadError`` for a damaged or hostile archive, one without the member, or a member above the limit.
  static func member(_ path: String, of bytes: [UInt8], limit: Int, file: String) throws -> [UInt8] {
    if bytes.starts(with: [0x50, 0x4b, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4b, 0x05, 0x06]) {
      return try ZipArchive(bytes: bytes, file: file).content(of: path, limit: limit)
    }
    let isPacked = bytes.starts(with: [0x1f, 0x8b])
    let content =
      isPacked
      ? try Inflate.unpack(
        bytes, range: bytes.indices, wrapping: .gzip, limit: Inflate.limit(forCompressed: bytes.count), file: file)
      : bytes
    return try TarArchive(bytes: content, file: file).content(of: path, limit: limit)
  }

  /// Whether a path stays within the folder it is joined to: relative, without `..`, control characters or backslashes.
  static func isSafe(path: String) -> Bool {
    guard !path.isEmpty, path.utf8.count <= 1024, !path.hasPrefix("/"), !path.contains("\\") else { return false }
    guard !path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return false }
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    // A folder's name ends with a slash.
    let named = steps.last == "" ? steps.dropLast() : steps[...]
    return !named.isEmpty && named.allSatisfy { $0 != ".." && !$0.isEmpty } && !(named.first?.hasSuffix(":") ?? false)
  }

  static func requireSafe(_ path: String, at byte: Int, file: String) throws {
    guard isSafe(path: path) else {
      throw ReadError(
        file: file, at: .byte(byte), found: "a member named \(ReadError.quoted(path.utf8))",
        expected: "names within the archive's folder")
    }
  }
}
