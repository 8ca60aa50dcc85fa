import Foundation
import Testing
import UserInput

@testable import MILBags
@testable import MILFormats

@Suite("Stray quotation marks in folders and their tables")
struct StrayQuoteTests {
  private static let separators = [",", ";", "\t"]

  private func rows(_ bag: Int) -> [[Float]] { (0..<5).map { WrittenFolder.values(bag, $0, width: 3) } }

  /// Returns the complaint about a table of labels, with a separator in place of commas.
  private func complaint(_ lines: [String], _ separator: String, _ format: String = "npy") throws -> String {
    let table = lines.map { $0.replacing(",", with: separator) + "\n" }.joined()
    return try WrittenFolder.complaint(WrittenFolder.matrices(format, rows: rows), table: table)
  }

  @Test("A mark that swallows lines of a table of labels is refused with its line", arguments: separators)
  func tables(separator: String) throws {
    for format in ["npy", "csv"] {
      var lines = ["slide_id,label"] + (1...6).map { "s\($0),\($0 % 2)" }
      lines[2] = "\"s2,0"
      lines[4] = "s4\",0"
      let joined = try complaint(lines, separator, format)
      #expect(
        joined.contains("l.csv, line 3: found a quotation mark that joins 3 lines of 2 fields each"), "\(joined)")
      let endless = try complaint(["slide_id,label", "s1,1", "s2,\"0", "s3,1"], separator, format)
      #expect(endless.contains("line 3") && endless.contains("quotation mark"), "\(endless)")
    }
  }

  @Test("A name, a label or a header of several lines is refused", arguments: separators)
  func fields(separator: String) throws {
    let name = try complaint(["slide_id,label", "s1,1", "\"s2\ns3\",0", "s4,1"], separator)
    #expect(name.contains("l.csv, line 3, field 1") && name.contains("continues over a line end"), "\(name)")
    let label = try complaint(["slide_id,label", "s1,\"1\n\"", "s2,0"], separator)
    #expect(label.contains("l.csv, line 2, field 2") && label.contains("continues over a line end"), "\(label)")
    for (line, place) in [("s2\",0", "line 3, field 1"), ("s2,0\"", "line 3, field 2")] {
      let stray = try complaint(["slide_id,label", "s1,1", line, "s3,1"], separator)
      #expect(stray.contains(place) && stray.contains("with one quotation mark of a pair"), "\(stray)")
    }
    let header = try complaint(["\"slide_id,label", "s1\",1", "s2,0", "s3,1"], separator)
    #expect(header.contains("line 1: found a quotation mark that joins 2 lines"), "\(header)")
  }

  @Test("Notes of several lines beside names and labels are read", arguments: separators)
  func notes(separator: String) throws {
    let lines = ["slide_id,label,note"] + (1...6).map { "s\($0),\($0 % 2),\($0 == 2 ? "\"first\nsecond\"" : "none")" }
    let table = lines.map { $0.replacing(",", with: separator) + "\n" }.joined()
    let loaded = try WrittenFolder.load(WrittenFolder.matrices("npz", rows: rows), table: table)
    #expect(loaded.dataset.bagCount == 6 && loaded.dataset.labels == [1, 0, 1, 0, 1, 0])
  }

  @Test("A mark that swallows instances of a file of features is refused", arguments: separators)
  func features(separator: String) {
    let first = separator == "," ? [("", "\"1.5"), ("\"f1,f2\n1.5\",2\n", "1.5")] : []
    for (head, text) in [("f1,f2\n", "\"1.5"), ("tile,f1\n", "\"a\nb\"")] + first {
      let files = WrittenFolder.texts({ $0 == 2 ? head.replacing(",", with: separator) : "" }) { bag, row in
        guard bag == 2, row < 2 else { return WrittenFolder.row(bag, row, width: 2, separator: separator) }
        let isClosed = text.hasSuffix("\"") || !text.hasPrefix("\"")
        return row == 0 || isClosed ? "\(text)\(separator)2.5" : "3.5\"\(separator)4.5"
      }
      let complaint = WrittenFolder.complaint(files)
      #expect(complaint.contains("s3.csv") && complaint.contains("quotation mark"), "\(complaint)")
    }
  }
}
