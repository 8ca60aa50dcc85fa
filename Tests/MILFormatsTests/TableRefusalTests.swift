import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Tables that are not read as they stand")
struct TableRefusalTests {
  private func read(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  private func failure(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> String {
    try #require(#expect(throws: ReadError.self) { try read(text, change) }).description
  }

  @Test("A title above the header is told from it, and how it is left out")
  func titles() throws {
    for text in [
      "Exported on Monday\nbag,label,f\na,1,2\nb,0,3\n", "Table 1\nbag;label;f\na;1;2\nb;0;3\n",
      "\"My bags\",2024\nbag,label,f,g\na,1,2,3\nb,0,3,4\n", "Bags\n1\ta\t2\n0\tb\t3\n",
      "Study A, run 3, final\nbag,label,f\na,1,2\nb,0,3\n",
    ] {
      let line = try failure(text)
      #expect(line.contains("line 1: found") && line.contains("tail -n +2 FILE"), "\(line)")
      #expect(try read("# " + text).dataset.bagCount == 2)
    }
  }

  @Test("Lines that are quoted as a whole are told, and how the marks are taken away")
  func quotedLines() throws {
    for text in ["\"bag,label,f\"\n\"a,1,2\"\n\"b,0,3\"\n", "\"bag;label;f\"\n\"a;1;2\"\n\"b;0;3\"\n"] {
      let line = try failure(text)
      #expect(line.contains("quoted as a whole") && line.contains("sed"), "\(line)")
      #expect(try read(text.replacing("\"", with: "")).dataset.bagCount == 2)
    }
  }

  @Test("An option for one column leaves the others of a table without header to be found")
  func positions() throws {
    let rows = [("1", "a", "2", "p"), ("1", "a", "4", "p"), ("0", "b", "6", "q"), ("0", "c", "8", "p")]
    let labelFirst = rows.map { "\($0.0),\($0.1),\($0.2),\($0.3)\n" }.joined()
    let grouped = try read(labelFirst) { $0.columns.group = "4" }.dataset
    #expect(grouped.groups == ["p", "q", "p"] && grouped.labels == [1, 0, 0] && grouped.bagNames == ["a", "b", "c"])
    #expect(try read(labelFirst) { $0.columns.ignored = ["#4"] }.dataset.featureCount == 1)
    let indexed = rows.enumerated().map { "\($0),\($1.1),\($1.0),\($1.2)\n" }.joined()
    let dataset = try read(indexed) { $0.columns.ignored = ["1"] }.dataset
    #expect(dataset.labels == [1, 0, 0] && dataset.instances.elements == [2, 4, 6, 8])
    let folds = try read(labelFirst) { $0.columns.folds = ["4"] }.dataset
    #expect(folds.foldNames == [["p", "q", "p"]] && folds.featureCount == 1)
    #expect(
      try read(labelFirst.replacing("p\n", with: "1\n").replacing("q\n", with: "2\n")) { $0.columns.bag = "2" }.dataset
        .labels == [1, 0, 0])
    let c45 = "m1,m1+1,1,2,1.\nm1,m1+2,3,4,1.\nm2,m2+1,5,6,0.\n"
    #expect(try read(c45) { $0.columns.ignored = ["4"] }.dataset.instances.elements == [1, 3, 5])
  }

  @Test("A group that varies within a bag, or is empty, is refused with both ways out")
  func groups() throws {
    for text in ["bag,label,patient,f\na,1,p,1\na,1,q,2\nb,0,p,3\n", "bag,label,patient,f\na,1,p,1\nb,0,,2\n"] {
      let line = try failure(text)
      #expect(line.contains("line 3") && line.contains("--ignore-column") && line.contains("--group-column"), "\(line)")
      #expect(try read(text) { $0.columns.ignored = ["patient"] }.dataset.featureCount == 1)
    }
  }

  @Test("Words about what is known of a bag are no pair of labels", arguments: ["known", "classified", "labelled"])
  func knowledge(word: String) throws {
    let text = "bag,label,f\na,\(word),1\nb,un\(word),2\n"
    #expect(try failure(text).contains("--positive NAME"))
    #expect(try read(text) { $0.positive = word }.dataset.labels == [1, 0])
  }

  @Test("Several numbers may stand for missing values")
  func codes() throws {
    let text = "bag,label,f,g\na,1,-999,2\na,1,1,3\nb,0,5,-1\nb,0,7,8\n"
    let loaded = try read(text) { ($0.missing, $0.missingCodes) = (.dropInstances, [-999, -1, 77]) }
    #expect(loaded.dataset.instances.elements == [1, 3, 7, 8])
    #expect(loaded.lines.contains { $0.contains("-999 or -1 stand for a missing value") })
    #expect(loaded.lines.contains { $0.contains("no value is 77") })
  }

  @Test("Arrays in parts, and a column a class, are named with the way to one array")
  func arrays() throws {
    for (name, parts) in [
      ("parts.npz", ["X_train", "numpy.concatenate", "--fold-column"]), ("one-hot.npz", ["(3, 2)", "argmax"]),
      ("one-hot.mat", ["(3, 2)", "argmax"]),
    ] {
      let line = try #require(#expect(throws: ReadError.self) { try BagReader.read(Fixture.url("arrays/" + name)) })
      for part in parts { #expect(line.description.contains(part), "\(line)") }
    }
  }

  @Test("A label column that is not to be read is no feature")
  func unread() throws {
    let text = "bag,diagnosis,f\na,1,2\nb,0,3\n"
    let dataset = try read(text) { ($0.columns.label, $0.columns.hasLabels) = ("diagnosis", false) }.dataset
    #expect(dataset.featureNames == ["f"] && dataset.labels == [0, 0])
    #expect(
      try read("1,a,2\n1,a,4\n0,b,6\n") { ($0.format, $0.columns.hasLabels) = ("label-bag-csv", false) }.dataset
        .featureCount == 1)
  }
}
