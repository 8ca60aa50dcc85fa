import Foundation
import MILBench

/// Something that reads files of the user: a format of bags, or another kind of file.
struct Reader {
  /// What it is asked for by.
  let name: String
  /// The sound files it reads.
  var files: [URL]
  /// Reads a file.
  let read: (URL) throws -> Void
}

/// The sound files of a folder, by what reads them.
enum Corpus {
  /// Folds are checked against a data set of this many bags.
  private static let bagCounts = [4, 10, 92, 200]

  /// Every reader with the files below a folder that it accepts, those without any left out.
  static func readers(in folder: String) throws -> [Reader] {
    let root = URL(fileURLWithPath: folder, isDirectory: true)
    guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
      throw UsageError(description: "--corpus \(folder): no such folder")
    }
    let files = walk.compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
    var readers = BagFormat.allCases.map { format in
      Reader(name: format.rawValue, files: []) { _ = try BagReader.read($0) }
    }
    for file in files {
      guard let loaded = try? BagReader.read(file) else { continue }
      if let index = readers.firstIndex(where: { $0.name == loaded.format.rawValue }) {
        readers[index].files.append(file)
      }
    }
    var others = [
      Reader(name: "labelled-instances", files: []) { _ = try LabelledInstances.read($0) },
      Reader(name: "fold-file", files: []) { _ = try FoldAssignment.read(from: $0) },
    ]
    for count in bagCounts {
      let dataset = try BagDataset(
        name: "fuzz", instances: Matrix(rows: count, columns: 1), offsets: Array(0...count),
        labels: (0..<count).map { $0 % 2 })
      others.append(
        Reader(name: "folds-of-\(count)", files: []) { _ = try PredefinedFolds.read($0, for: dataset) })
    }
    for index in others.indices {
      others[index].files = files.filter { file in (try? others[index].read(file)) != nil }
    }
    let found = (readers + others).filter { !$0.files.isEmpty }
    guard !found.isEmpty else { throw UsageError(description: "--corpus \(folder): no file that can be read") }
    return found
  }
}
