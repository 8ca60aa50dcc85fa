import Foundation
import MILBench

/// A format of a user's own: a folder with one `.npy` file per bag and a table `labels.csv` of bags and labels.
///
/// Files are mapped, so a folder may be larger than memory. Networks read the bags of the current step, and the bags of
/// the next step ahead.
public struct ArrayFolder: DatasetFormat {
  /// Creates the format.
  public init() {}

  /// The name for `--format`.
  public var id: String { "array-folder" }
  /// A description of the folder's contents.
  public var summary: String { "a folder of labels.csv (bag,label) and a .npy file a bag" }

  /// Returns whether a folder has a table of labels.
  public func recognises(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("labels.csv").path)
  }

  /// Opens a folder, with the bags in the order of the table.
  ///
  /// - Throws: ``/MILBags/ReadError`` if a line of the table is not a bag and its label, or if a file cannot be mapped.
  public func open(_ folder: URL, _ options: ReadOptions) throws -> BagDataset {
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
    let parts = try names.map { try ArrayFile(folder.appendingPathComponent($0 + ".npy")).instances("array") }
    let offsets = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.instanceCount) }
    return try BagDataset(
      BagTable(name: folder.lastPathComponent, offsets: offsets, targets: .classes(labels), bagNames: names), parts)
  }
}
