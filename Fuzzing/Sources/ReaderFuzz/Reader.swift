import Foundation

/// A reader of user files: of a bag format, or of another kind of file.
struct Reader {
  /// The name for `--format`.
  let name: String
  /// The valid files that it reads.
  var files: [URL] = []
  /// Returns the folder that is copied with a file, if reading it needs other files; nil for a file alone.
  var folder: (URL) -> URL? = { _ in nil }
  /// Reads a file; returns false for one that is valid, but of another kind.
  let read: (URL) throws -> Bool

  /// Creates a reader for which every valid file is of its kind, unless the function returns otherwise.
  init(_ name: String, folder: @escaping (URL) -> URL? = { _ in nil }, _ read: @escaping (URL) throws -> Bool) {
    (self.name, self.folder, self.read) = (name, folder, read)
  }

  /// Whether a file is valid and of the reader's kind.
  func accepts(_ file: URL) -> Bool { (try? read(file)) == true }
}
