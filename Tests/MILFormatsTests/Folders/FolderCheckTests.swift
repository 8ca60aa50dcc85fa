import Containers
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import UserInput

@testable import MILBags
@testable import MILFormats

@Suite("Checks of features in folders")
struct FolderCheckTests {
  /// Returns the numbers of a bag of five rows and three features.
  private func rows(_ bag: Int) -> [[Float]] { (0..<5).map { WrittenFolder.values(bag, $0, width: 3) } }

  @Test("Bags without padding or odd columns get no note of any", arguments: WrittenFolder.formats)
  func plain(format: String) throws {
    let lines = try WrittenFolder.load(WrittenFolder.matrices(format, rows: rows)).lines
    for text in ["padding", "counts the", "is taken as a number"] {
      #expect(!lines.contains { $0.contains(text) }, "\(lines)")
    }
  }

  /// Returns files whose bags have 5, 4, 3, 5, 4 and 3 instances, filled up to 5 rows.
  private func padded(_ format: String, isRepeated: Bool, inFront: Bool = false) throws -> [String: [UInt8]] {
    try WrittenFolder.matrices(format) { bag in
      let own = Array(rows(bag).prefix(5 - bag % 3))
      let fill = Array(repeating: isRepeated ? own[own.count - 1] : [0, 0, 0], count: 5 - own.count)
      return inFront ? fill + own : own + fill
    }
  }

  @Test("Padding to one number of rows is refused, kept or dropped", arguments: WrittenFolder.formats)
  func padding(format: String) throws {
    for (isRepeated, inFront) in [(false, false), (false, true), (true, false)] {
      let files = try padded(format, isRepeated: isRepeated, inFront: inFront)
      let complaint = WrittenFolder.complaint(files)
      #expect(complaint.contains("looks like padding") && complaint.contains("--padding-rows keep"), "\(complaint)")
      let kept = try WrittenFolder.load(files) { $0.paddingRows = .keep }
      #expect(kept.dataset.instanceCount == 30)
      #expect(kept.lines.contains { $0.contains("are taken for instances, as was asked for") }, "\(kept.lines)")
      #expect(kept.dataset.reading?.options.paddingRows == .keep)
      let dropped = try WrittenFolder.load(files) { $0.paddingRows = .drop }
      #expect((0..<6).map { dropped.dataset[sizeOfBag: $0] } == [5, 4, 3, 5, 4, 3])
      #expect(dropped.lines.contains { $0.contains("6 of 30 rows at the ends of bags") }, "\(dropped.lines)")
    }
  }

  @Test("Padding in files of several sizes is a note", arguments: WrittenFolder.formats)
  func uneven(format: String) throws {
    let files = try WrittenFolder.matrices(format) { bag in
      let own = rows(bag) + (bag == 0 ? [[50, 51, 52]] : [])
      return bag == 2 || bag == 4 ? own + [[0, 0, 0], [0, 0, 0]] : own
    }
    let lines = try WrittenFolder.load(files).lines
    #expect(lines.contains { $0.contains("2 files end in rows that hold one number throughout") }, "\(lines)")
    #expect(lines.contains { $0.contains("looks like padding") && $0.contains("--padding-rows") }, "\(lines)")
    let none = try WrittenFolder.load(WrittenFolder.matrices(format, rows: rows)) { $0.paddingRows = .drop }
    #expect(none.dataset.instanceCount == 30)
    #expect(none.lines.contains { $0.contains("no row looks like padding") }, "\(none.lines)")
  }

  @Test("Rows of NaN look like padding, and infinity is missing on demand", arguments: ["npy", "npz", "safetensors"])
  func notFinite(format: String) throws {
    func files(_ change: (inout [[Float]]) -> Void) throws -> [String: [UInt8]] {
      try WrittenFolder.matrices(format) { bag in
        var rows = rows(bag)
        if bag == 1 { change(&rows) }
        return rows
      }
    }
    func complaint(_ files: [String: [UInt8]], _ set: (inout ReadOptions) -> Void = { _ in }) -> String {
      do {
        _ = try WrittenFolder.load(files, set).dataset.matrix()
        return "nothing"
      } catch { return "\(error)" }
    }
    let blank = try files { $0[4] = [.nan, .nan, .nan] }
    let line = complaint(blank)
    #expect(
      line.contains("as the whole row, which looks like padding") && line.contains("--missing drop-inst"), "\(line)")
    let filled = try WrittenFolder.load(blank) { $0.missing = .mean }
    #expect(filled.lines.contains { $0.contains("1 instance has no value at all") }, "\(filled.lines)")
    let infinite = try files { ($0[1][0], $0[2][1]) = (.infinity, -.infinity) }
    #expect(complaint(infinite) { $0.missing = .mean }.contains("--missing-code inf with --missing"))
    #expect(
      complaint(infinite) { ($0.missing, $0.missingCodes) = (.mean, [.infinity]) }.contains("--missing-code -inf"))
    let left = try WrittenFolder.load(infinite) {
      ($0.missing, $0.missingCodes) = (.dropInstances, [.infinity, -.infinity])
    }
    #expect(left.dataset.instanceCount == 28 && left.dataset[sizeOfBag: 1] == 3)
    #expect(left.lines.contains { $0.contains("inf and -inf stand for a missing value") }, "\(left.lines)")
  }

  @Test("A number that may stand for a missing value is reported, and heeded", arguments: WrittenFolder.formats)
  func codes(format: String) throws {
    let files = try WrittenFolder.matrices(format) { bag in
      var rows = rows(bag)
      if bag == 2 { rows[1][1] = -999 }
      return rows
    }
    let lines = try WrittenFolder.load(files).lines
    #expect(
      lines.contains { $0.contains("-999 is taken as a number") && $0.contains("feature 2") }, "\(lines)")
    let left = try WrittenFolder.load(files) {
      $0.missingCodes = [-999]
      $0.missing = .dropInstances
    }
    #expect(left.dataset.instanceCount == 29 && left.dataset[sizeOfBag: 2] == 4)
  }

  @Test("A first column that numbers the rows is reported", arguments: WrittenFolder.formats)
  func counters(format: String) throws {
    for start in [0, 1] {
      let files = try WrittenFolder.matrices(format) { bag in
        rows(bag).enumerated().map { [Float(start + $0)] + $1 }
      }
      let lines = try WrittenFolder.load(files).lines
      #expect(lines.contains { $0.contains("feature 1 counts the instances of each bag") }, "\(lines)")
    }
  }

  @Test("Of a large folder, some rows are checked, and that is said")
  func sample() throws {
    var values: [Float] = []
    for bag in 0..<40 {
      for row in 0..<10 {
        values += row < 8 ? [Float(row + 1)] + WrittenFolder.values(bag, row, width: 3) : [0, 0, 0, 0]
      }
    }
    let bags = try BagDataset(
      name: "b", instances: Matrix<Float>(rows: 400, columns: 4, elements: values),
      offsets: (0...40).map { 10 * $0 }, labels: (0..<40).map { $0 % 2 })
    var read = ReadBags(dataset: bags)
    read.featureTitles = ["1", "2", "3", "4"]
    #expect {
      try FolderSample.decisions(read, files: nil, .automatic, path: "b", mostValues: 400)
    } throws: {
      "\($0)".contains("32 files end in rows that hold one number throughout") && "\($0)".contains("--padding-rows")
    }
    var options = ReadOptions.automatic
    options.paddingRows = .keep
    let said = try FolderSample.decisions(read, files: nil, options, path: "b", mostValues: 400).map(\.line)
    #expect(
      said.contains { $0.contains("some rows of 32 of 40 bags, feature 1 counts the instances of each bag") }, "\(said)"
    )
    #expect(said.contains { $0.contains("some rows of 32 of 40 files, 32 files end in rows") }, "\(said)")
  }

  @Test("Arrays beside the features are named")
  func others() throws {
    let archives = try WrittenFolder.files("npz") { bag in
      try WrittenFolder.archive([
        ("features", rows(bag)), ("label", [[Float(bag % 2)]]), ("instance_labels", [[0, 0, 0, 0, 0]]),
      ])
    }
    let tensors = WrittenFolder.files("safetensors") { bag in
      WrittenFolder.tensors([
        ("feats", [5, 3], rows(bag).flatMap(\.self)), ("instance_labels", [5], [0, 0, 0, 0, 1]), ("label", [1], [1]),
      ])
    }
    for files in [archives, tensors] {
      let lines = try WrittenFolder.load(files).lines
      #expect(
        lines.contains {
          $0.hasPrefix(
            "left out: arrays that are neither features nor places: \"instance_labels\", \"label\", in all 6")
        }, "\(lines)")
    }
    let one = WrittenFolder.files("safetensors") { bag in
      var arrays: [(name: String, shape: [Int], values: [Float])] = [("feats", [5, 3], rows(bag).flatMap(\.self))]
      if bag == 2 { arrays.append((name: "junk", shape: [2], values: [0, 0])) }
      return WrittenFolder.tensors(arrays)
    }
    let lines = try WrittenFolder.load(one).lines
    #expect(lines.contains { $0.contains("\"junk\", in 1 of 6 files, the first s3") }, "\(lines)")
    // A label that is a number beside the tensors.
    let labelled = try Fixture.bytes("array-files/dict.pt")
    let said = try WrittenFolder.load(WrittenFolder.files("pt") { _ in labelled }).lines
    #expect(said.contains { $0.contains("places: \"3.deep\", \"label\", in all 6 files") }, "\(said)")
  }

  @Test("Leading dimensions of 1 are dropped, and that is said")
  func shapes() throws {
    let arrays = WrittenFolder.files("npy") { bag in
      WrittenFolder.array(rows(bag).flatMap(\.self), shape: bag == 2 ? [1, 5, 3] : [5, 3])
    }
    let tensors = WrittenFolder.files("safetensors") { bag in
      WrittenFolder.tensors([("feats", bag == 2 ? [1, 5, 3] : [5, 3], rows(bag).flatMap(\.self))])
    }
    let deep = WrittenFolder.files("npy") { bag in
      WrittenFolder.array(rows(bag).flatMap(\.self), shape: bag == 2 ? [1, 1, 5, 3] : [5, 3])
    }
    for (files, shape) in [(arrays, "(1, 5, 3)"), (tensors, "(1, 5, 3)")] {
      let loaded = try WrittenFolder.load(files)
      #expect(loaded.dataset[sizeOfBag: 2] == 5)
      #expect(
        loaded.lines.contains { $0.contains("shape \(shape) of s3 is 5 instances of 3 features, in 1 of 6 files") },
        "\(loaded.lines)")
    }
    #expect(WrittenFolder.complaint(deep).contains("images of shape (1, 1, 5, 3)"))
  }

  @Test(
    "Text beside features of the same name is left out, and that is said", arguments: ["npy", "npz", "safetensors"])
  func beside(format: String) throws {
    var files = try WrittenFolder.matrices(format, rows: rows)
    files["s1.csv"] = Array("1.5,2.5,3.5\n".utf8)
    files["notes.csv"] = Array("a,b\n".utf8)
    let lines = try WrittenFolder.load(files, table: "slide_id,label\n" + (1...6).map { "s\($0),\($0 % 2)\n" }.joined())
      .lines
    #expect(
      lines.contains { $0.contains("1 file beside those of features of the same name: s1.csv") }, "\(lines)")
  }

  @Test("A slide whose label is missing is left out, whatever marks it", arguments: ["?", "NA", "", "nan", "#N/A"])
  func labels(mark: String) throws {
    let files = try WrittenFolder.matrices("npy", rows: rows)
    let labels = (1...6).map { $0 == 3 ? mark : "\($0 % 2)" }
    for separator in [",", ";", "\t"] {
      let lines = labels.enumerated().map { "s\($0 + 1)\(separator)\($1)\n" }
      let loaded = try WrittenFolder.load(files, table: "slide_id\(separator)label\n" + lines.joined())
      #expect(loaded.dataset.bagNames == ["s1", "s2", "s4", "s5", "s6"] && loaded.dataset.labels == [1, 0, 0, 1, 0])
      #expect(loaded.lines.contains { $0.contains("1 slide has no label in their line: s3") }, "\(loaded.lines)")
    }
    let blocks =
      "train,train_label,test,test_label\n"
      + (0..<3).map { "s\($0 + 1),\(labels[$0]),s\($0 + 4),\(labels[$0 + 3])\n" }.joined()
    #expect(try WrittenFolder.load(files, table: blocks).dataset.bagNames == ["s1", "s2", "s4", "s5", "s6"])
  }
}
