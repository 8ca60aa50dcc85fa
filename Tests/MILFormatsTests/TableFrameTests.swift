import Foundation
import MILBags
import TestSupport
import Testing

@testable import MILFormats

@Suite("Lines around a table, and marks beside numbers")
struct TableFrameTests {
  private static let rows = (0..<8).map { "s\($0 / 2),\($0 / 2 % 2),\($0).5,\(7 - $0).25" }
  private static let header = "bag,label,f1,f2"

  private static func read(_ lines: [String]) throws -> LoadedDataset {
    try Fixture.withFile(Array((lines.joined(separator: "\n") + "\n").utf8)) { try BagReader.read($0) }
  }

  private static func complaint(_ lines: [String]) -> String {
    do {
      _ = try read(lines)
      return "nothing"
    } catch { return "\(error)" }
  }

  private static let framed: [([String], String)] = [
    ([header] + rows + ["(8 rows)"], "\"(8 rows)\", which counts the rows"),
    ([header] + rows + ["", "[8 rows x 4 columns]", ""], "\"[8 rows x 4 columns]\", which counts the rows"),
    ([header] + rows + ["8 rows selected."], "which counts the rows"),
    ([" bag | label | f1 | f2"] + ["-----+-------+----+----"] + piped + ["(8 rows)"], "line 2, a rule"),
    (["| bag | label | f1 | f2 |", "|:---|---:|---:|---:|"] + bordered, "line 2, a rule"),
    (
      ["+----+---+----+----+", "| bag | label | f1 | f2 |", "+----+---+----+----+"] + bordered + [
        "+----+---+----+----+"
      ],
      "lines 1, 3, rules, and one at the end"
    ),
  ]
  private static var piped: [String] { rows.map { " " + $0.replacing(",", with: " | ") } }
  private static var bordered: [String] { rows.map { "| " + $0.replacing(",", with: " | ") + " |" } }

  @Test("Rules and a count of rows are left out, and that is said", arguments: framed)
  func frames(lines: [String], said: String) throws {
    let plain = try Self.read([Self.header] + Self.rows).dataset
    let loaded = try Self.read(lines)
    #expect(loaded.dataset.bagNames == plain.bagNames && loaded.dataset.featureNames == ["f1", "f2"])
    #expect(try loaded.dataset.matrix() == plain.matrix())
    #expect(loaded.lines.contains { $0.contains(said) }, "\(loaded.lines)")
  }

  private static let refused: [([String], String)] = [
    (["Bags of the study,,,"] + [header] + rows, "\"Bags of the study\" alone, as a title"),
    (["Bags of the study,,,", ",,,", header] + rows, "tail -n +3 FILE"),
    ([header, ",,mm,au"] + rows, "a second line above the instances"),
    ([header, "id,class,mm,au"] + rows, "sed '2d' FILE"),
    ([header, "s9,1,NA,NA"] + rows, "--missing drop-instances"),
    ([header] + rows + ["Source: registry"], "sed '10d' FILE"),
    ([header] + rows.map { $0 + "%" }, "numbers without %"),
    ([header] + rows.map { $0.replacing(".5,", with: ".5 mm,") }, "numbers without their unit"),
    ([header] + rows.map { $0 + "D+01" }, "e in place of Fortran's D"),
    ([header] + rows.map { $0.replacing(".5,", with: ".5,$") }, "sign of a currency"),
    ([header] + rows.map { $0.replacing(".5,", with: ".5,<") }, "beyond a limit"),
    ([header] + rows.map { String($0.dropLast(4)) + "TRUE" }, "1 and 0 in place of TRUE"),
  ]

  @Test("What is no instance, and no number, is refused with the way out", arguments: refused)
  func refusals(lines: [String], expected: String) {
    let found = Self.complaint(lines)
    #expect(found.contains(expected), "got \(found)")
  }
}
