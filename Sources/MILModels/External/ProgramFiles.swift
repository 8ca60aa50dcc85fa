import Foundation

/// Finds the files that belong to a program.
enum ProgramFiles {
  /// The largest size of a source file: weights and data are not part of a program unless the description names them.
  private static let largestSource = 1 << 20

  /// Returns the files in a folder and its subfolders whose names without extension occur in the given ones, and so on
  /// recursively.
  ///
  /// `from helper import f` in a program makes helper.py a part of it. `import layers.pooling` includes all files with
  /// the same extension in the folder layers, whatever the language.
  /// - Returns: paths relative to the folder, sorted.
  static func mentioned(in names: [String], _ folder: URL) -> [String] {
    var open = names.filter { !$0.hasPrefix("/") }
    var found = Set(open)
    let candidates = candidates(in: folder)
    while let name = open.popLast() {
      let place = folder.appending(path: name)
      let size = (try? place.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])).flatMap {
        $0.isRegularFile == true ? $0.fileSize : nil
      }
      guard let size, size <= largestSource, let content = try? Data(contentsOf: place) else { continue }
      let words = Set(
        String(decoding: content, as: UTF8.self).split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
          .map(String.init))
      let ending = place.pathExtension
      for candidate in candidates
      where candidate.ending == ending && words.contains(candidate.word) && found.insert(candidate.path).inserted {
        open.append(candidate.path)
      }
    }
    return found.subtracting(names).sorted()
  }

  /// Returns the files that a program may mention: those of the folder by their own names, those of its subfolders by
  /// the folder's.
  private static func candidates(in folder: URL) -> [(path: String, word: String, ending: String)] {
    func isFolder(_ url: URL) -> Bool { (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true }
    func names(_ url: URL) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }
    return names(folder).flatMap { name -> [(path: String, word: String, ending: String)] in
      let place = folder.appending(path: name)
      guard isFolder(place) else {
        return [(name, place.deletingPathExtension().lastPathComponent, place.pathExtension)]
      }
      return names(place).filter { !isFolder(place.appending(path: $0)) }.map {
        ("\(name)/\($0)", name, place.appending(path: $0).pathExtension)
      }
    }
  }
}
