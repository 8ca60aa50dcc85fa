import Containers
import Foundation
import MILBags
import TestSupport
import Testing
import UserInput

@testable import MILCatalogue
@testable import MILFormats

@Suite("Bags without a group")
struct MissingGroupTests {
  /// Reads three bags whose groups are a, b and a text.
  private func failure(_ text: String, named name: String = "bags.csv") throws -> String {
    try Fixture.withFile(Array(text.utf8), named: name) { path in
      try #require(#expect(throws: ReadError.self) { try BagReader.read(path) }).description
    }
  }

  @Test(
    "A word in place of a group is refused with the ways out",
    arguments: ["", "NA", "?", "n/d", "-", ".", "nan", "None", "unknown", "-1", "null", "'--"])
  func table(word: String) throws {
    let line = try failure("bag,label,patient,f\ns1,1,a,.9\ns2,0,b,.3\ns3,0,\(word),.4\ns4,1,\(word),.4\n")
    #expect(line.contains("line 4"), "\(line)")
    #expect(line.contains("--group-column names another column, --ignore-column leaves this one out"), "\(line)")
  }

  @Test("An ignored column may have such words")
  func ignored() throws {
    var options = ReadOptions.automatic
    options.columns.ignored = ["patient"]
    let text = "bag,label,patient,f\ns1,1,a,.9\ns2,0,NA,.3\n"
    #expect(
      try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }.dataset.groups == nil)
  }

  @Test("Groups with ordinary names are taken", arguments: ["0", "1", "P-1", "NA1", "nanny"])
  func names(group: String) throws {
    let text = "bag,label,patient,f\ns1,1,a,.9\ns2,0,\(group),.3\n"
    #expect(try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0) }.dataset.groups == ["a", group])
  }

  private static let files: [String: [UInt8]] = Dictionary(
    uniqueKeysWithValues: (1...4).map { ("s\($0).csv", Array("f1,f2\n\($0),2\n3,4.5\n".utf8)) })

  private static func table(_ patients: [String]) -> String {
    "slide_id,patient,label\n" + patients.enumerated().map { "s\($0 + 1),\($1),\($0 % 2)\n" }.joined()
  }

  @Test("In a table of a folder a missing patient is refused, by name or by the option", arguments: ["", "NA", "-"])
  func folder(word: String) throws {
    for column in [nil, "patient"] {
      let line = WrittenFolder.complaint(Self.files, table: Self.table(["p1", "p1", word, "p2"])) {
        $0.columns.group = column
      }
      #expect(line.contains("line 4: found no patient in column patient for slide s3"), "\(line)")
      #expect(line.contains("--group-column") && line.contains("--ignore-column patient"), "\(line)")
    }
    let ignored = try WrittenFolder.load(Self.files, table: Self.table(["p1", "p1", word, "p2"])) {
      $0.columns.ignored = ["patient"]
    }
    #expect(ignored.dataset.groups == nil && ignored.dataset.featureCount == 2)
    #expect(ignored.lines.contains { $0.contains("left out: column patient of l.csv") }, "\(ignored.lines)")
  }

  @Test("A table of a folder without any patient has none, which is said")
  func none() throws {
    let loaded = try WrittenFolder.load(Self.files, table: Self.table(["NA", "NA", "NA", "NA"]))
    #expect(loaded.dataset.groups == nil)
    #expect(loaded.lines.contains { $0.contains("patients, since column patient names none") }, "\(loaded.lines)")
  }
}
