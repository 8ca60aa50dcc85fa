import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Layouts that look like others")
struct LookalikeLayoutTests {
  private func read(_ text: String, positive: String? = nil) throws -> LoadedDataset {
    try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: ReadOptions(positive: positive)) }
  }

  @Test(
    "Classes of C4.5 may be names, and their full stop is no part of them",
    arguments: [["a", "b"], ["non-musk", "musk"], ["no", "yes"], ["0", "1"]])
  func classes(names: [String]) throws {
    let text = (0..<8).map { row in
      "m\(row / 2),m\(row / 2)_\(row),\(Double(row) + 0.5),\(Double(row % 3) - 1.25),\(names[row / 2 % 2]).\n"
    }.joined()
    let loaded = try read(text, positive: names[1])
    #expect(loaded.format == .c45 && loaded.classNames == names && loaded.dataset.labels == [0, 1, 0, 1])
    #expect(loaded.dataset.bagNames == ["m0", "m1", "m2", "m3"] && loaded.dataset.featureCount == 2)
    if names == ["a", "b"] {
      let line = try Fixture.failure(reading: text)
      #expect(line.contains("\"a\" and \"b\"") && line.contains("--positive NAME"), "\(line)")
    }
  }

  @Test("Sparse text may have names of labels before the query")
  func sparse() throws {
    for names in [["no", "yes"], ["neg", "pos"], ["tumour-free", "tumour"]] {
      let loaded = try read("\(names[1]) qid:7 1:2.5 3:1\n\(names[0]) qid:9 2:4\n")
      #expect(loaded.dataset.bagNames == ["7", "9"] && loaded.dataset.labels == [1, 0] && loaded.classNames == names)
      let line = try Fixture.failure(reading: "\(names[1]) 1:2.5 3:1\n\(names[0]) 2:4\n")
      #expect(line.contains("a label and no bag"), "\(line)")
    }
  }

  @Test("Two columns lack a bag column", arguments: [",", ";", "\t"])
  func twoColumns(separator: String) throws {
    for text in ["x,y\n0.5,1\n0.25,0\n", "0.5,1\n0.25,0\n", "label,size\n1,2\n0,3\n"] {
      let line = try Fixture.failure(reading: text.replacing(",", with: separator))
      #expect(line.contains("line 1: found no bag column") && line.contains("two columns"), "\(line)")
    }
  }

  @Test("Marks between thousands and comments behind values have their way out", arguments: [",", ";", "\t"])
  func marks(separator: String) throws {
    for (value, part) in [
      ("1'234.5", "without marks between thousands"), ("1 234", "without marks between thousands"),
      ("3 # note", "a comment behind values"), ("-2.5e3 # two", "a comment behind values"),
    ] {
      let text = "bag,label,f,g\na,1,2,\(value)\nb,0,3,4\n".replacing(",", with: separator)
      let line = try Fixture.failure(reading: text)
      #expect(line.contains("line 2, field 4: found \"\(value)\"") && line.contains(part), "\(line)")
    }
  }

  @Test("JSON Lines are named with the option of pandas for them, other JSON without")
  func lines() throws {
    for text in [
      "{\"bag\": \"a\", \"f\": 1}\n{\"bag\": \"b\", \"f\": 2}\n", "{\"bag\": 1}\r\n{\"bag\": 2}\r\n{\"bag\": 3}\r\n",
      "[1, 2]\n[3, 4]\n",
    ] {
      #expect(try Fixture.failure(reading: text).contains("pandas.read_json(FILE, lines=True)"), "\(text)")
    }
    for text in ["[{\"bag\": 1},\n{\"bag\": 2}]\n", "{\"bag\": [1, 2]}\n"] {
      #expect(try Fixture.failure(reading: text).contains("pandas.read_json(FILE).to_csv"), "\(text)")
    }
  }
}
