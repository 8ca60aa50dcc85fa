import Foundation
import MILBench

/// A folder with a `.npy` file a bag and a table `labels.csv` of bags and labels: a format of one's own.
///
/// Files are mapped, so that a folder may be larger than the memory: networks read the bags of a step, and of the next one
/// ahead.
public struct ArrayFolder: DatasetFormat {
  /// The format.
  public init() {}

  /// The name, for `--format`.
  public var id: String { "array-folder" }
  /// What the folder holds.
  public var summary: String { "a folder of labels.csv (bag,label) and a .npy file a bag" }

  /// Whether a folder has a table of labels.
  public func recognises(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("labels.csv").path)
  }

  /// Opens a folder; bags come in the order of the table.
  ///
  /// - Throws: ``/MILBags/ReadError`` for a line of the table that is no bag and label, and what mapping a file throws.
  public func open(_ folder: URL, _ options: FormatOptions) throws -> BagDataset {
    let table = folder.appendingPathComponent("labels.csv")
    let lines = try String(contentsOf: table, encoding: .utf8).split(whereSeparator: \.isNewline)
    var (names, labels): ([String], [Int]) = ([], [])
    for (index, line) in lines.dropFirst().enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 2, let label = ["0": 0, "1": 1][fields[1]] else {
        throw ReadError(
          file: table.path, at: .line(index + 2), found: "\"\(line)\"", expected: "a bag and its label, 0 or 1")
      }
      names.append(fields[0])
      labels.append(label)
    }
    let parts = try names.map { try ArrayFile(folder.appendingPathComponent($0 + ".npy")).array("array") }
    let name = folder.lastPathComponent
    let offsets = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.instanceCount) }
    return try BagDataset(
      BagTable(name: name, offsets: offsets, targets: .labels(labels), bagNames: names),
      JoinedInstances(parts, name: name))
  }
}
