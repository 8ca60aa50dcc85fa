import Foundation

/// A folder for files of this program alone, removed with everything in it when nobody needs it any more, and when a signal
/// ends this program.
///
/// It is locked as long as its program runs, so that what a killed one has left is known: it has no lock.
package final class TemporaryFolder: Sendable {
  private static let prefix = "milbench"
  private static let suffix = ".temporary"

  /// The folder.
  package let url: URL
  private let lock: Int32

  /// Makes a folder that only this user can read, in the system's folder of temporary files.
  ///
  /// - Parameter name: the start of its name, which begins with `milbench`.
  /// - Throws: what the system says when it cannot be made.
  package init(_ name: String) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(name)-\(UUID().uuidString)\(Self.suffix)", isDirectory: true)
    Leftovers.add(url)
    do {
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      Leftovers.forget(url)
      throw error
    }
    lock = open(url.path, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    if lock >= 0 { flock(lock, LOCK_EX | LOCK_NB) }
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
    if lock >= 0 { close(lock) }
    Leftovers.forget(url)
  }

  /// Removes the folders that killed programs of this user have left in the system's folder of temporary files.
  ///
  /// - Parameters:
  ///   - place: another folder to look in.
  ///   - seconds: younger ones stay, since their program may not have locked them yet.
  package static func removeAbandoned(
    in place: URL = FileManager.default.temporaryDirectory, olderThan seconds: Double = 10
  ) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let folder = place.appendingPathComponent(name, isDirectory: true)
      let number = open(folder.path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)
      guard number >= 0 else { continue }
      defer { close(number) }
      var status = stat()
      guard fstat(number, &status) == 0, status.st_uid == getuid(), flock(number, LOCK_EX | LOCK_NB) == 0,
        let changed = try? folder.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate,
        -changed.timeIntervalSinceNow > seconds
      else { continue }
      try? FileManager.default.removeItem(at: folder)
    }
  }
}
