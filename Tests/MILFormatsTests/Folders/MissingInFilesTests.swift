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
