import Foundation

/// A folder for this program's own files, removed with its content on deinitialisation or when a signal ends the
/// program.
///
/// The program holds a lock on it, so a folder without a lock is a leftover of a killed program. A folder has its final
/// name only after it is locked. The name contains that of the machine, since locks may not reach others.
package final class TemporaryFolder: Sendable {
  private static let prefix = "milbench"
  private static let suffix = ".temporary"
  /// The end of the name until the folder is locked.
  private static let unlockedSuffix = ".unlocked"
  /// The name of this machine, as part of a file's name.
  static let host: String = {
    var name = [CChar](repeating: 0, count: 256)
    // The last byte stays 0.
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).replacing("/", with: "-").replacing("@", with: "-")
  }()
  private static var ending: String { "@\(host)" }

  /// The folder.
  package let url: URL
  private let lock: Int32

  /// Creates a folder that only this user can read, in the system's folder of temporary files.
  ///
  /// The first call removes those of killed programs.
  ///
  /// - Parameter name: the start of its name, which begins with `milbench`.
  /// - Throws: the system's error if it cannot be created.
  package init(_ name: String) throws {
    _ = Self.sweep
    let place = FileManager.default.temporaryDirectory
    let title = "\(name)-\(UUID().uuidString)\(Self.ending)"
    let unlocked = place.appendingPathComponent(title + Self.unlockedSuffix, isDirectory: true)
    url = place.appendingPathComponent(title + Self.suffix, isDirectory: true)
    Leftovers.add(unlocked)
    Leftovers.add(url)
    var number: Int32 = -1
    do {
      try FileManager.default.createDirectory(
        at: unlocked, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      number = open(unlocked.path, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
      if number >= 0 { flock(number, LOCK_EX | LOCK_NB) }
      try FileManager.default.moveItem(at: unlocked, to: url)
    } catch {
      if number >= 0 { close(number) }
      try? FileManager.default.removeItem(at: unlocked)
      for folder in [unlocked, url] { Leftovers.forget(folder) }
      throw error
    }
    lock = number
    Leftovers.forget(unlocked)
  }

  private static let sweep: Void = { removeAbandoned() }()

  deinit {
    try? FileManager.default.removeItem(at: url)
    if lock >= 0 { close(lock) }
    Leftovers.forget(url)
  }

  /// Removes the folders of this user's killed programs on this machine.
  ///
  /// - Parameters:
  ///   - place: the folder to search; by default the system's folder of temporary files.
  ///   - seconds: younger folders stay if their name does not say that their program had locked them.
  /// - Returns: the number of folders removed.
  @discardableResult
  package static func removeAbandoned(
    in place: URL = FileManager.default.temporaryDirectory, olderThan seconds: Double = 10
  ) -> Int {
    var count = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? [] where name.hasPrefix(prefix) {
      let wasLocked = name.hasSuffix(ending + suffix)
      guard wasLocked || name.hasSuffix(ending + unlockedSuffix) || (name.hasSuffix(suffix) && !name.contains("@"))
      else { continue }
      let folder = place.appendingPathComponent(name, isDirectory: true)
      let number = open(folder.path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)
      guard number >= 0 else { continue }
      defer { close(number) }
      var status = stat()
      guard fstat(number, &status) == 0, status.st_uid == getuid(), flock(number, LOCK_EX | LOCK_NB) == 0,
        let changed = try? folder.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate,
        wasLocked || -changed.timeIntervalSinceNow > seconds
      else { continue }
      try? FileManager.default.removeItem(at: folder)
      if !FileManager.default.fileExists(atPath: folder.path) { count += 1 }
    }
    return count
  }
}
