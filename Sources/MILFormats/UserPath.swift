import Foundation

/// Paths as users write them.
package enum UserPath {
  /// The file of an absolute path, or of one that begins in a folder.
  ///
  /// A base URL would not do: without a slash at its end its last part is taken for a file and dropped.
  package static func file(_ path: String, in folder: URL) -> URL {
    let url = path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appendingPathComponent(path)
    return url.standardizedFileURL
  }

  /// The file of a path that begins in the working folder where it is not absolute.
  package static func here(_ path: String) -> URL {
    file(path, in: URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true))
  }
}
