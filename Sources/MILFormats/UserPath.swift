import Foundation

/// Paths as users write them.
package enum UserPath {
  /// Returns the file of an absolute path, or of one relative to a folder.
  ///
  /// A base URL would not work: without a trailing slash, its last part is taken for a file and dropped.
  package static func file(_ path: String, in folder: URL) -> URL {
    let url = path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appendingPathComponent(path)
    return url.standardizedFileURL
  }

  /// Returns the file of a path, relative to the working folder unless it is absolute.
  package static func here(_ path: String) -> URL {
    file(path, in: URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true))
  }
}
