import Foundation

extension WholeFile {
  /// Returns whether two paths lead to one file or folder, whatever their names.
  ///
  /// Devices and pipes, which no file can replace, are never the same.
  package static func isSame(_ one: URL, _ other: URL) -> Bool {
    guard let first = status(of: one), let second = status(of: other) else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
      && [S_IFREG, S_IFDIR].contains(first.st_mode & S_IFMT)
  }

  /// Returns whether a file lies in a folder or one of its subfolders.
  package static func isInside(_ file: URL, _ folder: URL) -> Bool {
    guard status(of: file) != nil, status(of: folder) != nil else { return false }
    var place = resolved(file).standardizedFileURL
    while place.path != "/" {
      place = place.deletingLastPathComponent()
      if isSame(place, folder) { return true }
    }
    return false
  }

  /// Returns whether a file has content that a write would destroy.
  package static func isFilled(_ file: URL) -> Bool {
    guard let kind = status(of: file) else { return false }
    return kind.st_mode & S_IFMT == S_IFREG && kind.st_size > 0
  }
}
