import Foundation
import Subprocesses

/// A hidden file that takes the place of another when all of it is written.
///
/// It is locked as long as its process is at it, so that what a killed process has left is known: it has no lock.
final class Draft {
  private static let prefix = ".milbench-"

  let url: URL
  private var lock: Int32 = -1

  /// A draft in a folder; the file is made by whoever writes it.
  init(in folder: URL) {
    url = folder.appendingPathComponent("\(Self.prefix)\(UUID().uuidString)", isDirectory: false)
    Leftovers.add(url)
  }

  /// Locks the open file until ``end()``, also when the number is closed before.
  func hold(_ number: Int32) {
    lock = fcntl(number, F_DUPFD_CLOEXEC, 0)
    if lock >= 0 { flock(lock, LOCK_EX | LOCK_NB) }
  }

  /// To be called when the draft has become the file, or was removed.
  func end() {
    if lock >= 0 { close(lock) }
    lock = -1
    Leftovers.forget(url)
  }

  /// Removes the drafts that killed processes have left directly in a folder.
  ///
  /// - Parameter seconds: younger ones stay, since their writer may not have locked them yet.
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
  /// When the content changed last, in seconds since the beginning of 1970.
  fileprivate var changed: Double {
    #if canImport(Darwin)
      Double(st_mtimespec.tv_sec)
    #else
      Double(st_mtim.tv_sec)
    #endif
  }
}

extension WholeFile {
  /// Removes what killed processes have left of files that they were writing directly in folders; other files stay.
  ///
  /// - Parameters:
  ///   - folders: the folders.
  ///   - seconds: how old it must be.
  package static func removeAbandoned(in folders: [URL], olderThan seconds: Double = 10) {
    for folder in folders { Draft.removeAbandoned(in: folder, olderThan: seconds) }
  }
}
