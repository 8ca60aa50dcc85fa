import Foundation
import Subprocesses

/// A hidden file that replaces another once it is completely written.
///
/// Its process holds a lock on it, so a file without a lock is a leftover of a killed process.
final class Draft {
  private static let prefix = ".milbench-"

  let url: URL
  private var lock: Int32 = -1

  /// Creates a draft in a folder; the caller creates the file.
  init(in folder: URL) {
    url = folder.appendingPathComponent("\(Self.prefix)\(UUID().uuidString)", isDirectory: false)
    Leftovers.add(url)
  }

  /// Locks the open file until ``end()``, even if the descriptor is closed earlier.
  func hold(_ number: Int32) {
    lock = fcntl(number, F_DUPFD_CLOEXEC, 0)
    if lock >= 0 { flock(lock, LOCK_EX | LOCK_NB) }
  }

  /// Ends the lock; the caller has renamed the draft to its final name, or removed it.
  func end() {
    if lock >= 0 { close(lock) }
    lock = -1
    Leftovers.forget(url)
  }

  /// Removes the drafts of killed processes directly in a folder.
  ///
  /// - Parameter seconds: younger drafts stay, since their writer may not have locked them yet.
  static func removeAbandoned(in folder: URL, olderThan seconds: Double) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(prefix) {
      let file = folder.appendingPathComponent(name, isDirectory: false)
      let number = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard number >= 0 else { continue }
      defer { close(number) }
      var status = stat()
      guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == getuid(),
        Date().timeIntervalSince1970 - status.changed > seconds, flock(number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      unlink(file.path)
    }
  }
}

extension stat {
  /// The time of the last change of the content, in seconds since the beginning of 1970.
  fileprivate var changed: Double {
    #if canImport(Darwin)
      Double(st_mtimespec.tv_sec)
    #else
      Double(st_mtim.tv_sec)
    #endif
  }
}

extension WholeFile {
  /// Removes partially written files of killed processes directly in folders; other files stay.
  ///
  /// - Parameters:
  ///   - folders: the folders.
  ///   - seconds: the smallest age of a removed file.
  package static func removeAbandoned(in folders: [URL], olderThan seconds: Double = 10) {
    for folder in folders { Draft.removeAbandoned(in: folder, olderThan: seconds) }
  }
}
