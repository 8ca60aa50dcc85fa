import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("First lines of numbers")
struct NumericHeaderTests {
  private static let separators = [",", ";", "\t"]

  /// Returns six bags of three rows below a first line, with the bag and its label in front of two features.
  private func table(
    _ first: String, separator: String = ",", id: (Int) -> String = { "s\($0)" },
    label: (Int) -> String = { "\($0 % 2)" }, isLabelFirst: Bool = false
  ) -> String {
    let rows = (0..<18).map { row in
      let names = [id(row / 3), label(row / 3)]
      let features = ["\(Double(row % 7) - 2.75)", "\(Double(row % 5) + 0.125)"]
      return ((isLabelFirst ? names.reversed() : names) + features).joined(separator: separator)
    }
    return ([first.replacing(",", with: separator)] + rows).joined(separator: "\n") + "\n"
  }

  private func load(
    _ text: String, _ hasHeader: Bool? = nil, columns: CSVColumns = .automatic
  ) throws -> LoadedDataset {
    var options = ReadOptions(columns: columns)
    options.hasHeader = hasHeader
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  private func complaint(_ text: String) -> String {
    do {
      return "\(try load(text).lines)"
    } catch { return "\(error)" }
  }

  @Test("A first line of numbers above a column of text is a header, which is said", arguments: separators)
  func aboveText(separator: String) throws {
    for first in ["1,2,3,4", "10,20,30,40", "400.5,410.5,420.5,430.5"] {
      let texts = [
        table(first, separator: separator), table(first, separator: separator, isLabelFirst: true),
        table(first, separator: separator, id: { "\($0)" }, label: { $0 % 2 == 0 ? "no" : "yes" }),
      ]
      for text in texts {
        let loaded = try load(text)
        #expect(loaded.dataset.bagCount == 6 && loaded.dataset.featureCount == 2, "\(text)")
        #expect(loaded.lines.contains { $0.contains("is a header of numbers: column") }, "\(loaded.lines)")
        #expect(try load(text, true).dataset.bagCount == 6)
      }
      let placed = try load(texts[0], columns: CSVColumns(bag: "#1", label: "#2"))
      #expect(placed.dataset.bagCount == 6 && placed.dataset.labels == [0, 1, 0, 1, 0, 1])
    }
  }

  @Test("A first id that is the only number among ids is an instance, unless the numbers ascend", arguments: separators)
  func numericId(separator: String) throws {
    let ids = ["12e4", "a3f9", "b77c", "c0de", "d4d4", "e00e"]
    for first in ["12e4,0,0.5,0.3", "101,0,0.052,-1.043", "0,101,1.5,-2.447"] {
      let isLabelFirst = first.hasPrefix("0,")
      let loaded = try load(table(first, separator: separator, id: { "x\(ids[$0])" }, isLabelFirst: isLabelFirst))
      #expect(loaded.dataset.bagCount == 7 && loaded.dataset.instanceCount == 19, "\(first)")
    }
    let ascending = complaint(table("1,20,30,90", separator: separator))
    #expect(ascending.contains("ascending numbers above text") && ascending.contains("--header"), "\(ascending)")
  }

  @Test("Evenly spaced numbers above numbers may be either, and --header says which", arguments: separators)
  func aboveNumbers(separator: String) throws {
    for first in ["1,2,3,4", "10,20,30,40"] {
      let text = table(first, separator: separator, id: { "\($0 + 50)" })
      let said = complaint(text)
      #expect(said.contains("evenly spaced numbers") && said.contains("--header yes"), "\(said)")
      #expect(said.contains("--header no"), "\(said)")
      #expect(try load(text, true).dataset.bagCount == 6)
      #expect(try load(text, false).dataset.bagCount == 7)
    }
  }

  @Test("Names of columns before ordered numbers are a header, a lone one may be", arguments: separators)
  func wavelengths(separator: String) {
    for numbers in ["400,410", "950.5,900.5"] {
      let said = complaint(table("bag,diagnosis,\(numbers)", separator: separator))
      #expect(said.contains("no label column among the columns bag, diagnosis, \(numbers.prefix(3))"), "\(said)")
      let lone = complaint(table("slide,\(numbers == "400,410" ? 390 : 990),\(numbers)", separator: separator))
      #expect(lone.contains("the word \"slide\"") && lone.contains("--header yes"), "\(lone)")
    }
  }

  @Test("A line that counts long or from 0 is a header; other numbers above numbers are an instance")
  func unchanged() throws {
    let counted = table("0,1,2,3", id: { "\($0 + 50)" })
    #expect(try load(counted).dataset.bagCount == 6)
    #expect(complaint(counted).contains("the first line is a header that counts the columns"))
    for first in ["49,1,0.5,1.5", "49,0,7,3", "60,1,1,1"] {
      let loaded = try load(table(first, id: { "\($0 + 50)" }))
      #expect(loaded.dataset.bagCount == 7 && loaded.dataset.featureCount == 2, "\(first)")
    }
  }
}
