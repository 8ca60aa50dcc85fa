import Foundation
import MILBench

/// A reader of user files: of a bag format, or of another kind of file.
struct Reader {
  /// The name for `--format`.
  let name: String
  /// The valid files that it reads.
  var files: [URL]
  /// Reads a file.
  let read: (URL) throws -> Void
}

/// The valid files of folders, grouped by their readers.
enum Corpus {
  /// The prefix of the name of an array container's reader, which the container's id follows.
  private static let prefix = "array-"
  /// The numbers of bags of the data sets that folds are checked against.
  private static let bagCounts = [4, 10, 92, 200]

  /// Returns all readers, without files.
  static func readers() throws -> [Reader] {
    var readers = BagFormat.all.map { format in
      Reader(name: format.id, files: []) { _ = try BagReader.read($0) }
    }
    readers += [
      Reader(name: "labelled-instances", files: []) { _ = try LabelledInstances.read($0) },
      Reader(name: "fold-file", files: []) { _ = try FoldAssignment.read(from: $0) },
      Reader(name: "fold-audit", files: []) { _ = try FoldAudit.findings(in: $0) },
    ]
    readers += [
      Reader(name: "experiment", files: []) { _ = try Experiment.load(from: $0) },
      Reader(name: "published", files: []) { _ = try PublishedTable.load(from: $0) },
      Reader(name: "journal", files: []) { _ = try Journal<TrialRecord>($0).read() },
      Reader(name: "model-file", files: []) { file in
        _ = try ModelFile.model(in: [UInt8](Data(contentsOf: file)), registry: .standard())
      },
    ]
    readers += ArrayContainers.all.map { container in
      Reader(name: prefix + container.id, files: []) { file in
        let opened = try ArrayFile(file, containers: [container])
        for array in opened.arrays {
          _ = try array.numbers()
          var block = InstanceBlock(instances: array.instanceCount, features: array.featureCount)
          try array.read(0..<array.instanceCount, into: &block)
        }
      }
    }
    for count in bagCounts {
      let dataset = try BagDataset(
        name: "fuzz", instances: Matrix(rows: count, columns: 1), offsets: Array(0...count),
        labels: (0..<count).map { $0 % 2 })
      readers.append(
        Reader(name: "folds-of-\(count)", files: []) { _ = try PredefinedFolds.read($0, for: dataset) })
    }
    return readers
  }

  /// Returns every reader that accepts files below the folders, with these files.
  static func readers(in folders: [String]) throws -> [Reader] {
    let files = try folders.flatMap { folder in
      let root = URL(fileURLWithPath: folder, isDirectory: true)
      guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
        throw UsageError(description: "--corpus \(folder): no such folder")
      }
      return walk.compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
    }
    var readers = try readers()
    let formats = Set(BagFormat.all.map(\.id))
    for file in files {
      let format = (try? BagReader.read(file))?.format?.id
      for index in readers.indices {
        let name = readers[index].name
        let isRead =
          switch name {
          case "journal": JournalFiles.isJournal(file.lastPathComponent)
          case _ where formats.contains(name): name == format
          default: (try? readers[index].read(file)) != nil
          }
        if isRead { readers[index].files.append(file) }
      }
    }
    let found = readers.filter { !$0.files.isEmpty }
    guard !found.isEmpty else {
      throw UsageError(description: "--corpus \(folders.joined(separator: ", ")): no file that can be read")
    }
    return found
  }
}
