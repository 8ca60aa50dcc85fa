import Foundation
import Subprocesses
import UserInput

/// Writes files: complete or not at all.
///
/// A file appears under its name once it is completely written; until then, the previous file stays. Devices and pipes,
/// which no file can replace, are written in place.
package enum WholeFile {
  /// Writes a file into an existing folder.
  ///
  /// - Throws: ``OutputError`` with the system's reason; nothing of the file remains then.
  package static func write(_ content: Data, to file: URL) throws(OutputError) {
    let place = resolved(file)
    let kind = status(of: place)
    if let kind, kind.st_mode & S_IFMT == S_IFDIR { throw refusal(file, EISDIR) }
    if let kind, kind.st_mode & S_IFMT != S_IFREG {
      if let problem = fill(place, with: content, flags: O_WRONLY) { throw refusal(file, problem) }
      return
    }
    let folder = place.deletingLastPathComponent()
    let draft = Draft(in: folder)
    defer { draft.end() }
    var problem = fill(
      draft.url, for: draft, with: content, flags: O_WRONLY | O_CREAT | O_EXCL, mode: kind.map { $0.st_mode & 0o7777 })
    if problem == nil, rename(draft.url.path, place.path) != 0 { problem = errno }
    if let problem {
      unlink(draft.url.path)
      throw problem == ENOENT ? missing(folder, of: file) : refusal(file, problem)
    }
  }

  /// Writes a file into an existing folder, unless a file of its name exists, which then stays.
  ///
  /// If several processes write at the same time, exactly one succeeds.
  /// - Throws: ``OutputError`` with the system's reason; nothing of the file remains then.
  package static func writeOnce(_ content: Data, to file: URL) throws(OutputError) {
    let draft = Draft(in: file.deletingLastPathComponent())
    defer {
      unlink(draft.url.path)
      draft.end()
    }
    if let problem = fill(draft.url, for: draft, with: content, flags: O_WRONLY | O_CREAT | O_EXCL) {
      throw refusal(file, problem)
    }
    if link(draft.url.path, file.path) != 0, errno != EEXIST { throw refusal(file, errno) }
  }

  /// Writes a file in pieces into an existing folder, for content that is larger than memory.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - body: receives a function that appends a piece; it may throw, and nothing of the file remains then.
  /// - Throws: ``OutputError`` with the system's reason, and errors of `body`.
  package static func write(to file: URL, inPieces body: (_ append: (Data) throws -> Void) throws -> Void) throws {
    let place = resolved(file)
    let kind = status(of: place)
    if let kind, kind.st_mode & S_IFMT == S_IFDIR { throw refusal(file, EISDIR) }
    if let kind, kind.st_mode & S_IFMT != S_IFREG {
      // A device or pipe is written in place.
      let number = open(place.path, O_WRONLY | O_CLOEXEC)
      guard number >= 0 else { throw refusal(file, errno) }
      defer { close(number) }
      return try append(to: number, called: file, body)
    }
    let folder = place.deletingLastPathComponent()
    let draft = Draft(in: folder)
    defer { draft.end() }
    let number = open(draft.url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw errno == ENOENT ? missing(folder, of: file) : refusal(file, errno) }
    draft.hold(number)
    if let kind { fchmod(number, kind.st_mode & 0o7777) }
    do {
      defer { close(number) }
      try append(to: number, called: file, body)
      // Some disks report only now that they are full.
      if fsync(number) != 0, errno != EINVAL { throw refusal(file, errno) }
      if rename(draft.url.path, place.path) != 0 { throw refusal(file, errno) }
    } catch {
      unlink(draft.url.path)
      throw error
    }
  }

  /// Writes piece by piece to an open file.
  private static func append(
    to number: Int32, called file: URL, _ body: (_ append: (Data) throws -> Void) throws -> Void
  ) throws {
    try body { piece in
      if let problem = piece.withUnsafeBytes({ Descriptor(number).write($0) }) { throw refusal(file, problem) }
    }
  }

  /// Creates a folder and its missing parent folders.
  ///
  /// - Throws: ``OutputError`` with the system's reason.
  package static func makeFolder(_ folder: URL) throws(OutputError) {
    if let kind = status(of: folder) {
      if kind.st_mode & S_IFMT == S_IFDIR { return }
      throw OutputError(place: folder.path, reason: "it is no folder")
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw OutputError(place: folder.path, reason: SystemReason.text(of: error))
    }
  }

  /// Throws for a file that ``write(_:to:)`` could not write, before any work for it; changes nothing.
  ///
  /// - Throws: ``OutputError`` with the system's reason.
  package static func check(_ file: URL) throws(OutputError) {
    let place = resolved(file)
    if let kind = status(of: place) {
      if kind.st_mode & S_IFMT == S_IFDIR { throw refusal(file, EISDIR) }
      if access(place.path, W_OK) != 0 { throw refusal(file, errno) }
      if kind.st_mode & S_IFMT != S_IFREG { return }
    }
    let folder = place.deletingLastPathComponent()
    if status(of: folder) == nil { throw missing(folder, of: file) }
    try checkFolder(folder, for: file)
  }

  /// Throws for a folder that could not be created or written, before any work for it; changes nothing.
  ///
  /// - Throws: ``OutputError`` with the system's reason.
  package static func checkFolder(_ folder: URL) throws(OutputError) { try checkFolder(folder, for: folder) }

  /// Writes a byte to the folder, or to the nearest existing parent.
  ///
  /// A check of permissions alone would notice neither a full disk nor a read-only one.
  private static func checkFolder(_ folder: URL, for place: URL) throws(OutputError) {
    var nearest = folder.standardizedFileURL
    while status(of: nearest) == nil, nearest.path != "/" { nearest = nearest.deletingLastPathComponent() }
    guard let kind = status(of: nearest), kind.st_mode & S_IFMT == S_IFDIR else {
      throw OutputError(place: place.path, reason: "\(nearest.path) is no folder")
    }
    let draft = Draft(in: nearest)
    defer { draft.end() }
    let problem = fill(draft.url, for: draft, with: Data([0]), flags: O_WRONLY | O_CREAT | O_EXCL)
    unlink(draft.url.path)
    if let problem { throw refusal(place, problem) }
  }

  private static func missing(_ folder: URL, of file: URL) -> OutputError {
    OutputError(place: file.path, reason: "there is no folder \(folder.path)")
  }

  private static func refusal(_ file: URL, _ number: Int32) -> OutputError {
    OutputError(place: file.path, reason: SystemReason.text(ofError: number))
  }

  /// Returns the file that a link leads to, so that the link stays.
  static func resolved(_ file: URL) -> URL {
    guard let path = realpath(file.path, nil) else { return file.absoluteURL }
    defer { free(path) }
    return URL(fileURLWithPath: String(cString: path))
  }

  static func status(of file: URL) -> stat? {
    var result = stat()
    return stat(file.path, &result) == 0 ? result : nil
  }

  /// Opens a file and writes to it; returns nil, or the system's error number.
  private static func fill(
    _ file: URL, for draft: Draft? = nil, with content: Data, flags: Int32, mode: mode_t? = nil
  ) -> Int32? {
    let number = open(file.path, flags | O_CLOEXEC, 0o666)
    guard number >= 0 else { return errno }
    draft?.hold(number)
    if let mode { fchmod(number, mode) }
    let problem = content.withUnsafeBytes { Descriptor(number).write($0) }
    // Some disks report only now that they are full.
    let closing = close(number) == 0 ? nil : errno
    return problem ?? closing
  }
}
