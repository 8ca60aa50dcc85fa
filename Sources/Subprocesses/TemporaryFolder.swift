import Foundation

/// A folder for this program's own files, removed with its content on deinitialisation or when a signal ends the
/// program.
///
/// The program holds a lock on it, so a folder without a lock is a leftover of a killed program.
package final class TemporaryFolder: Sendable {
  private static let prefix = "milbench"
  private static let suffix = ".temporary"

  /// The folder.
  package let url: URL
  private let lock: Int32

  /// Creates a folder that only this user can read, in the system's folder of temporary files.
  ///
  /// - Parameter name: the start of its name, which begins with `milbench`.
  /// - Throws: the system's error if it cannot be created.
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

  /// Removes the folders of this user's killed programs in the system's folder of temporary files.
  ///
  /// - Parameters:
  ///   - place: the folder to search.
  ///   - seconds: younger folders stay, since their program may not have locked them yet.
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
