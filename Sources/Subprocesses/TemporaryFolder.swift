import Foundation

/// A folder for files of this program alone, removed with everything in it when nobody needs it any more, and when a signal
/// ends this program.
public final class TemporaryFolder: Sendable {
  /// The folder.
  public let url: URL

  /// Makes a folder that only this user can read, in the system's folder of temporary files.
  ///
  /// - Parameter name: the start of its name.
  /// - Throws: what the system says when it cannot be made.
  public init(_ name: String) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(name)-\(UUID().uuidString)", isDirectory: true)
    Leftovers.add(url)
    do {
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      Leftovers.forget(url)
      throw error
    }
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
    Leftovers.forget(url)
  }
}
