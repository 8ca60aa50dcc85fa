import Foundation
import LinearAlgebra
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Texts of files of folds")
struct FoldTextTests {
  /// Eight bags, every second one positive, read with an encoding.
  private func bags(_ names: [String], _ encoding: ReadOptions.Encoding? = nil) throws -> BagDataset {
    var bags = try BagDataset(
      name: "b", instances: Matrix<Float>(rows: names.count, columns: 1), offsets: Array(0...names.count),
      labels: names.indices.map { $0 % 2 }, bagNames: names)
    var options = ReadOptions.automatic
    options.encoding = encoding
    bags.reading = Reading(options: options)
    return bags
  }

  private func read(_ files: [String: [UInt8]], _ path: String, _ bags: BagDataset) throws -> PredefinedFolds {
    try TemporaryFolder.use { folder in
      for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
      return try DatasetStore().folds(path, for: bags, relativeTo: [folder])
    }
  }

  private func complaint(_ bytes: [UInt8], _ bags: BagDataset, name: String = "f") -> String {
    do {
      _ = try read([name: bytes], name, bags)
      return "nothing"
    } catch { return "\(error)" }
  }

  /// Encodes text of Latin letters with a byte each.
  private static func latin(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  private static let names = (1...8).map { "sä\($0)" }

  private static func quoted(_ names: ArraySlice<String>) -> String {
    "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }

  private static let texts = [
    "bag,fold\n" + names.enumerated().map { "\($1),\($0 / 4 + 1)\n" }.joined(),
    "bag\tfold\n" + names.enumerated().map { "\($1)\t\($0 / 4 + 1)\n" }.joined(),
    "{\"folds\": [\(quoted(names[..<4])), \(quoted(names[4...]))]}",
  ]

  @Test("The encoding of the bags is that of folds that are not UTF-8", arguments: texts)
  func encodings(text: String) throws {
    for bytes in [Self.latin(text), Array(text.utf8)] {
      let found = try read(["f": bytes], "f", bags(Self.names, .latin1))
      #expect(found.folds.assignment == [[1, 1, 1, 1, 2, 2, 2, 2]])
      let isSaid = found.notes.contains { $0.contains("latin-1, as was asked for") }
      #expect(isSaid == (bytes.count < text.utf8.count), "\(found.notes)")
    }
    let complaint = try complaint(Self.latin(text), bags(Self.names))
    #expect(complaint.contains("--encoding latin-1") && complaint.contains("iconv -f latin1"), "\(complaint)")
  }

  @Test("So it is for a file a part")
  func parts() throws {
    let files = [
      "train.txt": Self.latin(Self.names[..<5].joined(separator: "\n") + "\n"),
      "test.txt": Self.latin(Self.names[5...].joined(separator: "\n") + "\n"),
    ]
    let found = try read(files, ".", bags(Self.names, .latin1))
    #expect(found.folds.testBags(repeat: 1, fold: 1) == [5, 6, 7])
  }

  @Test("Files of other programs get the way out for folds")
  func foreign() throws {
    let bags = try bags((1...8).map { "s\($0)" })
    for pickle in [[0x80, 4, 0x95, 2, 0, 0, 0, 0, 0, 0, 0, 0x5d, 0x2e], [0x80, 2, 0x5d, 0x71, 0, 0x2e] as [UInt8]] {
      let complaint = complaint(pickle, bags)
      #expect(complaint.contains("found a Python pickle") && complaint.contains("json.dump("), "\(complaint)")
      #expect(!complaint.contains("savez"))
    }
    for (head, name) in [("PAR1", "a Parquet file"), ("ARROW1", "a Feather or Arrow file")] {
      let complaint = complaint(Array(head.utf8) + [0, 1, 2, 3], bags)
      #expect(complaint.contains("found \(name), expected a file of folds as text"), "\(complaint)")
      #expect(complaint.contains("to_csv('folds.csv'"), "\(complaint)")
    }
  }

  @Test(
    "Positions of bags get the way out",
    arguments: [
      "{\"train\": [0, 1, 2, 3, 4], \"test\": [5, 6, 7]}", "{\"folds\": [[0, 1, 2, 3], [4, 5, 6, 7]]}",
      "[{\"train\": [0, 1, 2, 3], \"test\": [4, 5, 6, 7]}, {\"train\": [4, 5, 6, 7], \"test\": [0, 1, 2, 3]}]",
      "{\"train\": [\"0\", \"1\", \"2\", \"3\"], \"test\": [\"4\", \"5\", \"6\", \"7\"]}",
    ])
  func positions(text: String) throws {
    for names in [(1...8).map { "s\($0)" }, (1...8).map(String.init)] {
      let complaint = try complaint(Array(text.utf8), bags(names))
      #expect(complaint.contains("has no bag \""), "\(complaint)")
      #expect(complaint.contains("names[index] of each position"), "\(complaint)")
    }
  }
}
