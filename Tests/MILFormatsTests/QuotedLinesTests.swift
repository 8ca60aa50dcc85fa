import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Quotation marks over several lines")
struct QuotedLinesTests {
  private static let separators = [",", ";", "\t"]
  private static let rows = (0..<12).map { (row: Int) -> String in
    "s\(row / 2),\(row / 2 % 2),\(Double(row) + 0.25),\(Double(row % 5) - 0.5)"
  }

  /// Returns a table with the separator in place of commas.
  private func table(_ rows: [String], _ separator: String, header: String? = "bag,label,f,g") -> String {
    ((header.map { [$0] } ?? []) + rows).map { $0.replacing(",", with: separator) + "\n" }.joined()
  }

  @Test("A stray mark that swallows rows is refused with its line", arguments: separators)
  func stray(separator: String) throws {
    var rows = Self.rows
    (rows[2], rows[5]) = ("\"" + rows[2], rows[5].replacing("s2", with: "s2\""))
    let headed = try Fixture.failure(reading: table(rows, separator))
    #expect(headed.contains("line 4: found a quotation mark that joins 4 lines of 4 fields each"), "\(headed)")
    let headless = try Fixture.failure(reading: table(rows, separator, header: nil))
    #expect(headless.contains("line 3: found a quotation mark that joins 4 lines"), "\(headless)")
    // Ditto marks in place of the id of the line above.
    var ditto = Self.rows
    for row in [3, 5] { ditto[row] = "\"" + String(ditto[row].dropFirst(2)) }
    let marked = try Fixture.failure(reading: table(ditto, separator))
    #expect(marked.contains("line 5: found a quotation mark that joins 3 lines of 4 fields each"), "\(marked)")
  }

  @Test("Ids and labels of two lines are refused with the line of their mark", arguments: separators)
  func names(separator: String) throws {
    for (row, place) in [("\"a\nb\",1,2,3", "line 14, field 1"), ("b,\"1\n\",2,3", "line 14, field 2")] {
      let line = try Fixture.failure(reading: table(Self.rows + [row], separator))
      #expect(line.contains(place) && line.contains("continues over a line end"), "\(line)")
    }
    let attributes = "@relation r\n@attribute bag string\n@attribute f numeric\n@attribute class {0,1}\n@data\n"
    let line = try Fixture.failure(reading: attributes + "'a\\nb',1,1\nc,2,0\n", named: "bags.arff")
    #expect(line.contains("an id with a line end"), "\(line)")
  }

  @Test("Texts of two lines in other columns are read", arguments: separators)
  func texts(separator: String) throws {
    let rows = ["a,1,\"p\nq\",2", "a,1,\"p\nq\",3", "b,0,r,4"]
    let loaded = try TextLayoutTests.read(table(rows, separator, header: "bag,label,patient,f"))
    #expect(loaded.dataset.groups == ["p\nq", "r"] && loaded.dataset.instances.elements == [2, 3, 4])
  }

  @Test("A stray mark in the header is refused")
  func header() throws {
    let rows = ["s0\",1,0.5,1"] + Self.rows
    for names in ["\"bag,label,f,g", "bag,\"label,f,g"] {
      let line = try Fixture.failure(reading: table(rows, ",", header: names))
      #expect(line.contains("line 1: found a quotation mark that joins 2 lines of 4 fields each"), "\(line)")
    }
  }
}
