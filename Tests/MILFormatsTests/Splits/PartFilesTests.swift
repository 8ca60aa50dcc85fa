import Foundation
import LinearAlgebra
import Testing

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Splits whose parts are files")
struct PartFilesTests {
  private static let names = (1...8).map { "s\($0)" }

  private func bags(_ names: [String] = names, groups: [String]? = nil) throws -> BagDataset {
    try BagDataset(
      name: "b", instances: Matrix<Float>(rows: names.count, columns: 1), offsets: Array(0...names.count),
      labels: names.indices.map { $0 % 2 }, bagNames: names, groups: groups)
  }

  private func read(_ files: [String: [String]], _ path: String = ".", _ bags: BagDataset? = nil) throws
    -> PredefinedFolds
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "parts-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, lines) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    }
    return try DatasetStore().folds(path, for: bags ?? self.bags(), relativeTo: [folder])
  }

  private func complaint(_ files: [String: [String]], _ bags: BagDataset? = nil) -> String {
    do {
      _ = try read(files, ".", bags)
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  private static let labelled: [String] = names[..<5].map { "\($0),0" }
  private static let paths: [String] = names[..<5].map { "/a/\($0).h5" }

  private static let one: [[String: [String]]] = [
    ["train.txt": Array(names[..<5]), "val.txt": ["s6"], "test.txt": ["s7", "s8"]],
    [
      "b_train_ids.csv": ["bag"] + Array(names[..<5]), "b_valid_ids.csv": ["bag", "s6"],
      "b_test_ids.csv": ["bag", "s7", "s8"],
    ],
    [
      "training_set.csv": ["slide_id,label"] + labelled, "dev.csv": ["slide_id,label", "s6,1"],
      "testing.csv": ["slide_id,label", "s7,0", "s8,1"], "notes.txt": ["Splits of the study,", "drawn by hand"],
    ],
    [
      "train.json": ["[\"s1\", \"s2\", \"s3\", \"s4\", \"s5\"]"], "val.json": ["[\"s6\"]"],
      "test.json": ["[\"s7\", \"s8\"]"],
    ],
    ["train.txt": paths, "val.txt": ["s6.h5"], "test.txt": ["s7.h5", "", "s8.h5"]],
  ]

  @Test("A list of bags a part is one split, whatever the files are called by", arguments: one)
  func parts(files: [String: [String]]) throws {
    let found = try read(files)
    #expect(found.folds.foldCount == 1 && found.folds.repeats == 1)
    #expect(found.folds.trainingBags(repeat: 1, fold: 1) == [0, 1, 2, 3, 4])
    #expect(found.folds.testBags(repeat: 1, fold: 1) == [6, 7] && found.folds.leftOut == [[[5]]])
    #expect(found.folds.source?.contains("SHA-256 of all") == true)
    #expect(found.notes.contains { $0.contains("left out: notes.txt") } == (files["notes.txt"] != nil))
  }

  @Test(
    "Numbers in names tell the splits apart, wherever they stand",
    arguments: [
      ("split%_train.csv", "split%_test.csv"), ("train_%.txt", "test_%.txt"), ("fold_%/train.txt", "fold_%/test.txt"),
      ("cv-train%.txt", "cv-test%.txt"),
    ])
  func numbered(train: String, test: String) throws {
    var files: [String: [String]] = [:]
    for number in 0..<12 where number < 4 || number > 9 {
      let tested = number < 4 ? number : number - 6
      files[train.replacing("%", with: String(number))] = Self.names.filter { $0 != Self.names[tested] }
      files[test.replacing("%", with: String(number))] = [Self.names[tested]]
    }
    let found = try read(files)
    #expect(found.folds.foldCount == 6 && found.folds.repeats == 1)
    #expect((1...6).map { found.folds.testBags(repeat: 1, fold: $0) } == (0..<6).map { [$0] })
    #expect(found.notes.contains { $0.contains("2 of 8 bags are never tested") })
  }

  @Test("Files that are called folds list what each fold tests")
  func folds() throws {
    let files = (0..<4).map { ("fold_\($0).txt", Self.names) }
    #expect(complaint(Dictionary(uniqueKeysWithValues: files)).contains("call them train_0"))
    let parts = (0..<4).map { fold in
      ("fold_\(fold).txt", Self.names.indices.filter { $0 % 4 == fold }.map { Self.names[$0] })
    }
    let found = try read(Dictionary(uniqueKeysWithValues: parts), "fold_*.txt")
    #expect(found.folds.assignment == [[1, 2, 3, 4, 1, 2, 3, 4]])
    #expect(found.notes.contains { $0.contains("each file lists the bags that a fold tests") })
    #expect(complaint(["fold_0.txt": ["s1", "s2"], "fold_1.txt": ["s3"]]).contains("s4 of data set b is in no file"))
  }

  @Test("One test file beside numbered parts is of every split")
  func common() throws {
    let found = try read([
      "test.txt": ["s7", "s8"], "train_0.txt": ["s1", "s2", "s3"], "val_0.txt": ["s4", "s5", "s6"],
      "train_1.txt": ["s4", "s5", "s6"], "val_1.txt": ["s1", "s2", "s3"],
    ])
    #expect(found.folds.repeats == 2 && found.folds.foldCount == 1)
    #expect((1...2).map { found.folds.testBags(repeat: $0, fold: 1) } == [[6, 7], [6, 7]])
    #expect((1...2).map { found.folds.trainingBags(repeat: $0, fold: 1) } == [[0, 1, 2], [3, 4, 5]])
    #expect(found.notes.contains { $0.contains("test.txt is test of every split") })
  }

  private static let faults: [([String: [String]], String)] = [
    (["train.txt": names, "test.txt": ["s8"]], "in train"),
    (["train.txt": Array(names[..<5]), "test.txt": ["s7", "s8"]], "bag s6 of data set b is in no part"),
    (["train.txt": Array(names[..<7]) + ["x9"], "test.txt": ["s8"]], "has no bag \"x9\""),
    (["train_0.txt": Array(names[..<7]), "test_0.txt": ["s8"], "train_1.txt": Array(names[..<6])], "no file for test"),
    (["train_idx.txt": ["0", "1", "2", "3", "4", "5"], "test_idx.txt": ["6", "7"]], "says positions"),
    (
      ["a_train.txt": Array(names[..<4]), "a-train.txt": Array(names[4..<6]), "a_test.txt": ["s7", "s8"]],
      "are both train"
    ),
  ]

  @Test("Lists that make no split are refused with the file, and the way out", arguments: faults)
  func refused(files: [String: [String]], expected: String) throws {
    let bags = try bags(files["train_idx.txt"] == nil ? Self.names : (1...8).map(String.init))
    let found = complaint(files, bags)
    #expect(found.contains(expected), "got \(found)")
  }

  @Test("Lists of groups divide the bags of these")
  func groups() throws {
    let bags = try bags(groups: ["p1", "p1", "p2", "p2", "p3", "p3", "p4", "p4"])
    let found = try read(["train.txt": ["p1", "p2", "p3"], "test.txt": ["p4"]], ".", bags)
    #expect(found.folds.testBags(repeat: 1, fold: 1) == [6, 7])
    #expect(found.notes.contains { $0.contains("the file names groups") }, "\(found.notes)")
  }
}
