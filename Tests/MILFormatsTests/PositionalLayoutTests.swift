import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Layouts by position alone")
struct PositionalLayoutTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  /// Returns eight bags of three lines each, with the given fields behind the bag and its label.
  private func lines(_ fields: (_ row: Int, _ bag: Int, _ label: Int) -> String) -> String {
    (0..<24).map { "\($0 / 3 + 1) \($0 / 3 % 2) \(fields($0, $0 / 3, $0 / 3 % 2))\n" }.joined()
  }

  @Test("A table by blanks with a feature of two values in its fourth column loses no column")
  func blanks() throws {
    for third in ["-0.523", "1.5", "2e3"] {
      let text = lines { row, _, _ in "\(row == 5 ? third : "\(Double(row) - 0.25)") \(row % 2) \(row).5 \(row)" }
      for text in [text, text.replacing("\n", with: "\r\n"), lines { row, _, _ in "\(row) \(row % 2).5 1 2" }] {
        let loaded = try load(text)
        #expect(loaded.format == .csv && loaded.dataset.featureCount == 4 && loaded.dataset.instanceLabels == nil)
        #expect(loaded.dataset.bagCount == 8 && loaded.dataset.labels == (0..<8).map { $0 % 2 })
      }
    }
    // A count that repeats within a bag numbers no instances, nor does one in a table with commas.
    #expect(try load(lines { row, _, _ in "7 \(row % 2) \(row).5" }).dataset.featureCount == 3)
    #expect(try load(lines { row, _, _ in "\(row) \(row % 2) \(row).5" }.replacing(" ", with: ", ")).format == .csv)
  }

  @Test("The layout of the newsgroups is taken where instances are numbered and labelled, and that is said")
  func newsgroups() throws {
    let text = lines { row, _, label in "\(row % 3 + 1) \(label * (row % 3 / 2)) \(row).5" }
    for text in [text, "% Column1: Bag ID\n" + text] {
      let loaded = try load(text)
      #expect(loaded.format == .newsgroups && loaded.dataset.featureCount == 1)
      #expect(loaded.dataset.instanceLabels?.count(where: { $0 == 1 }) == 4)
      #expect(
        loaded.lines.contains(
          "left out: column 3, the number of the instance in this layout (--keep-column)"), "\(loaded.lines)")
      #expect(try load(text) { $0.columns.kept = ["3"] }.dataset.featureCount == 2)
    }
  }

  @Test("Whole numbers that may number instances beside other labels need the format")
  func ambiguous() throws {
    let text = lines { row, _, _ in "\(row % 3 + 1) \(row % 2) \(row).5" }
    let line = try Fixture.failure(reading: text)
    #expect(line.contains("--format newsgroups-text") && line.contains("--format csv"), "\(line)")
    #expect(try load("% Column1: Bag ID\n% Column3: Instance ID\n" + text).format == .newsgroups)
    #expect(try load(text) { $0.format = "newsgroups-text" }.dataset.featureCount == 1)
    #expect(try load(text) { $0.format = "csv" }.dataset.featureCount == 3)
    #expect(try load(text) { ($0.columns.bag, $0.columns.label) = ("1", "2") }.dataset.featureCount == 3)
  }

  @Test("Numbers with a final point in the last column are no classes of C4.5 unless conformations are before them")
  func c45() throws {
    let numbers = (0..<8).map { "s\($0 / 2),\($0 / 2 % 2),\($0).25,\($0 % 3).\n" }.joined()
    let table = try load(numbers)
    #expect(table.format == .csv && table.dataset.featureCount == 2 && table.dataset.labels == [0, 1, 0, 1])
    let mixed = (0..<8).map { "s\($0 / 2),\($0 / 2 % 2),\($0).25,\($0 % 2 == 0 ? "1." : "0.5")\n" }.joined()
    #expect(try load(mixed).format == .csv)
    let musk = (0..<8).map { "m\($0 / 2),m\($0 / 2)_\($0),\($0),\($0 / 2 % 2).\n" }.joined()
    let loaded = try load(musk)
    #expect(loaded.format == .c45 && loaded.dataset.labels == [0, 1, 0, 1])
    #expect(
      loaded.lines.contains("left out: column 2, the conformation in this layout (--keep-column)"), "\(loaded.lines)")
    let words = (0..<8).map { "m\($0 / 2),\($0),\($0).5,\($0 / 2 % 2 == 0 ? "no" : "yes").\n" }.joined()
    let line = try Fixture.failure(reading: words)
    #expect(line.contains("--format uci-c45") && line.contains("--format csv"), "\(line)")
  }

  @Test("Colons in the names of columns or in ids make no sparse text", arguments: [",", ";", "\t"])
  func colons(separator: String) throws {
    for names in [["emb:0", "emb:1"], ["chr1:100-200", "chr1:200-300"], ["Nucleus: Area", "Nucleus: Perimeter"]] {
      let text = "bag,label,\(names[0]),\(names[1])\ns1,1,1,2\ns2,0,3,4\n".replacing(",", with: separator)
      let loaded = try load(text)
      #expect(loaded.format == .csv && loaded.dataset.featureNames == names)
    }
    let ids = "bag,label,f\na:b:1,1,2\na:b:2,0,3\n".replacing(",", with: separator)
    #expect(try load(ids).dataset.bagNames == ["a:b:1", "a:b:2"])
    #expect(try load("0:a:1 1:2.5 3:1\n1:a:1 2:4\n2:b:-1 1:1\n").format == .andrews)
    #expect(try load("0:a:1\n1:a:1 2:4\n2:b:-1 1:1\n").format == .andrews)
  }
}
