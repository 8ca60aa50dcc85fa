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
  /// What stands before the id of a container of arrays.
  private static let prefix = "array-"
  /// Folds are checked against a data set of this many bags.
  private static let bagCounts = [4, 10, 92, 200]

  /// All readers, without files.
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

  /// Every reader with the files below folders that it accepts, those without any left out.
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
