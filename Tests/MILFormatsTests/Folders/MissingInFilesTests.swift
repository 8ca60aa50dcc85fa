import Foundation
import Subprocesses
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Missing values in folders of text")
struct MissingInFilesTests {
  /// Loads six bags of three instances; the second feature of the second instance of s3 is the given text.
  private func load(_ gap: String, _ set: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    try TemporaryFolder.use { place in
      let folder = place.appending(path: "f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for bag in 1...6 {
        let rows = (0..<3).map { row in "\(bag).5,\(bag == 3 && row == 1 ? gap : "\(row).25"),1.5\n" }
        try Data(("f1,f2,f3\n" + rows.joined()).utf8).write(to: folder.appending(path: "s\(bag).csv"))
      }
      let labels = "slide,label\n" + (1...6).map { "s\($0),\($0 % 2)\n" }.joined()
      try Data(labels.utf8).write(to: place.appending(path: "l.csv"))
      var options = ReadOptions.automatic
      options.labels = place.appending(path: "l.csv").path
      set(&options)
      return try DatasetStore(catalogue: .shipped()).load(folder.path, options: options)
    }
  }

  @Test("The words of tables say a missing value here too", arguments: ["NA", "", "n/a", "?", "NaN", "null", "#N/A"])
  func words(gap: String) throws {
    #expect { try load(gap) } throws: {
      let text = "\($0)"
      return text.contains("s3.csv, line 3, field 2") && text.contains("--missing drop-instances, drop-columns or mean")
    }
    let without = try load(gap) { $0.missing = .dropInstances }
    #expect(without.dataset.instanceCount == 17 && without.dataset[sizeOfBag: 2] == 2)
    let narrow = try load(gap) { $0.missing = .dropColumns }
    #expect(narrow.dataset.featureNames == ["f1", "f3"] && narrow.dataset.instanceCount == 18)
    #expect(narrow.dataset.reading?.options.droppedFeatures == [1])
    let filled = try load(gap) { $0.missing = .mean }
    #expect(try filled.dataset.hasMissingValues && filled.lines.contains { $0.contains("1 of 54 values") })
  }

  @Test("An empty last field is missing, in a file of a header as in one without", arguments: [",", "\t"])
  func emptyEnds(separator: String) throws {
    for head in ["f1,f2,f3\n", ""] {
      let files = WrittenFolder.texts({ _ in head.replacing(",", with: separator) }) { bag, row in
        bag == 2 && row == 1
          ? "1.5,2.5,".replacing(",", with: separator) : WrittenFolder.row(bag, row, width: 3, separator: separator)
      }
      let complaint = WrittenFolder.complaint(files)
      #expect(complaint.contains("s3.csv, line \(head.isEmpty ? 2 : 3), field 3: found \"\""), "\(complaint)")
      #expect(complaint.contains("--missing drop-instances"), "\(complaint)")
      #expect(try WrittenFolder.load(files) { $0.missing = .dropInstances }.dataset.instanceCount == 17)
    }
  }

  @Test("A separator at the end of every line ends no field", arguments: ["f1,f2,f3\n", "f1,f2,f3,\n", ""])
  func separatorsAtEnds(head: String) throws {
    let files = WrittenFolder.texts({ _ in head }) { WrittenFolder.row($0, $1, width: 3, separator: ",") + "," }
    let loaded = try WrittenFolder.load(files)
    #expect(loaded.dataset.featureCount == 3 && loaded.dataset.instanceCount == 18)
  }

  @Test("Padding of NaN is dropped before missing values are refused", arguments: WrittenFolder.formats)
  func padding(format: String) throws {
    func files(inner: Float) throws -> [String: [UInt8]] {
      try WrittenFolder.matrices(format) { bag in
        (0..<4).map { row in
          if row == 3, bag < 3 { return [.nan, .nan, .nan] }
          let values = WrittenFolder.values(bag, row, width: 3)
          return bag == 4 && row == 1 ? [values[0], inner, values[2]] : values
        }
      }
    }
    let loaded = try WrittenFolder.load(files(inner: 1.5)) { $0.paddingRows = .drop }
    #expect(loaded.dataset.instanceCount == 21)
    #expect(loaded.lines.contains { $0.contains("3 of 24 rows at the ends of bags") }, "\(loaded.lines)")
    let complaint = WrittenFolder.complaint(try files(inner: .nan)) { $0.paddingRows = .drop }
    #expect(complaint.contains("bag s5: found nan in instance 2, feature 2"), "\(complaint)")
    #expect(complaint.contains("--missing drop-instances"), "\(complaint)")
    let both = try WrittenFolder.load(files(inner: .nan)) { ($0.paddingRows, $0.missing) = (.drop, .dropInstances) }
    #expect(both.dataset.instanceCount == 20)
    #expect(both.lines.contains { $0.contains("3 of 24 rows at the ends of bags") }, "\(both.lines)")
    #expect(both.lines.contains { $0.contains("1 of 21 instances left out") }, "\(both.lines)")
  }

  @Test("Values that are one in single precision are noted")
  func precision() throws {
    let files = WrittenFolder.texts({ _ in "f1,f2\n" }) { bag, row in "\(1_000_000_000 + row),\(bag).\(row + 1)5" }
    let loaded = try WrittenFolder.load(files)
    #expect(
      loaded.lines.contains { $0.contains("feature f1 has different values that are one in single precision") },
      "\(loaded.lines)")
  }

  @Test("A number may stand for a missing value, and other words are none")
  func codes() throws {
    let coded = try load("-999") {
      $0.missing = .dropInstances
      $0.missingCodes = [-999]
    }
    #expect(coded.dataset.instanceCount == 17)
    #expect(throws: ReadError.self) { try load("-999") { $0.missingCodes = [-999] } }
    #expect(throws: ReadError.self) { try load("many") { $0.missing = .mean } }
  }
}
