import Foundation
import Subprocesses
import Testing

@testable import MILFormats

@Suite("Traces of spreadsheets")
struct SpreadsheetTraceTests {
  private func load(_ header: String, _ rows: [String]) throws -> LoadedDataset {
    try TemporaryFolder.use { place in
      let file = place.appending(path: "t.csv")
      try Data(([header] + rows).joined(separator: "\n").utf8).write(to: file)
      return try BagReader.read(file)
    }
  }

  @Test("A row of totals below a table is named", arguments: ["Total", "Sum", "Mean", "average"])
  func totals(name: String) throws {
    let rows = (0..<6).map { "s\($0 / 2),\($0 / 2 % 2),\($0).5,\(7 - $0)" }
    let loaded = try load("bag,label,f1,f2", rows + ["\(name),0,12.5,6"])
    #expect(loaded.lines.contains { $0.contains("as a row is that sums up a table") }, "\(loaded.lines)")
    #expect {
      try load("bag,label,f1,f2", rows + ["\(name),,12.5,6"])
    } throws: {
      "\($0)".contains("line 8") && "\($0)".contains("sums up a table")
    }
  }

  @Test(
    "Several instances in one row are said where the columns' names repeat",
    arguments: ["i1_f1,i1_f2,i2_f1,i2_f2", "f1_1,f2_1,f1_2,f2_2", "inst1.a,inst1.b,inst2.a,inst2.b"])
  func wide(names: String) throws {
    let rows = (0..<6).map { "s\($0),\($0 % 2),\($0).5,\(7 - $0),\($0 * $0),3.\($0)" }
    let lines = try load("bag,label," + names, rows).lines
    #expect(lines.contains { $0.contains("names of columns repeat 2 times") }, "\(lines)")
    let plain = try load("bag,label,mean_area,mean_size,texture,sd_size", rows).lines
    #expect(!plain.contains { $0.contains("names of columns repeat") })
  }

  @Test("Whole numbers under a name of days are said to be what Excel numbers days by")
  func dates() throws {
    let rows = (0..<6).map { "s\($0),\($0 % 2),\($0).5,\(44000 + $0 * $0)" }
    #expect(try load("bag,label,f1,admission", rows).lines.contains { $0.contains("\"admission\" may hold dates") })
    #expect(!(try load("bag,label,f1,area", rows).lines.contains { $0.contains("may hold dates") }))
  }
}
