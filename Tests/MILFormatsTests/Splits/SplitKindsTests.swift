import Foundation
import LinearAlgebra
import Subprocesses
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Kinds of files of splits")
struct SplitKindsTests {
  private static let names = (1...8).map { "s\($0)" }

  /// Returns eight bags, every second one positive.
  private func bags(_ names: [String] = Self.names, groups: [String]? = nil) throws -> BagDataset {
    try BagDataset(
      name: "b", instances: Matrix<Float>(rows: names.count, columns: 1), offsets: Array(0...names.count),
      labels: names.indices.map { $0 % 2 }, bagNames: names, groups: groups)
  }

  private func read(_ text: String, _ bags: BagDataset? = nil, name: String = "f.csv") throws -> PredefinedFolds {
    try read([name: Data(text.utf8)], name, bags)
  }

  private func read(_ files: [String: Data], _ path: String, _ bags: BagDataset? = nil) throws -> PredefinedFolds {
    try TemporaryFolder.use { folder in
      for (name, data) in files { try data.write(to: folder.appending(path: name)) }
      return try DatasetStore().folds(path, for: bags ?? self.bags(), relativeTo: [folder])
    }
  }

  private func complaint(_ text: String, _ bags: BagDataset? = nil) -> String {
    do {
      _ = try read(text, bags)
      return "nothing"
    } catch { return "\(error)" }
  }

  /// Returns a table with one line for each bag.
  private func table(_ header: String, _ row: (Int) -> String) -> String {
    header + "\n" + Self.names.indices.map { "\(Self.names[$0]),\(row($0))\n" }.joined()
  }

  /// Returns a JSON object with one text for each bag.
  private func object(_ value: (Int) -> String) -> String {
    "{" + Self.names.indices.map { "\"\(Self.names[$0])\": \(value($0))" }.joined(separator: ", ") + "}"
  }

  private func tests(_ found: PredefinedFolds) -> [[Int]] {
    (1...found.folds.repeats).flatMap { round in
      (1...found.folds.foldCount).map { found.folds.testBags(repeat: round, fold: $0) }
    }
  }

  @Test("The column that is called bag names bags, whatever an index counts; two of one rank are an error")
  func index() throws {
    let numbered = try bags(["2", "0", "3", "1"])
    for header in [",bag,fold", "id,slide_id,fold", "Unnamed: 0,name,fold"] {
      let found = try read(header + "\n0,2,0\n1,0,0\n2,3,1\n3,1,1\n", numbered)
      #expect(found.folds.assignment == [[1, 1, 2, 2]])
      #expect(found.notes.contains { $0.contains("names the bags") }, "\(found.notes)")
    }
    let tie = complaint("bag,slide,fold\n0,2,0\n1,0,0\n2,3,1\n3,1,1\n", numbered)
    #expect(tie.contains("both name bags of data set b"), "\(tie)")
  }

  @Test(
    "All of several splits are read",
    arguments: [
      "train_0,test_0,train_1,test_1\ns1,s7,s7,s1\ns2,s8,s8,s2\ns3,,s3,nan\ns4,,s4,\ns5,,s5,NaN\ns6,,s6,\n",
      #"{"train_0": ["s1","s2","s3","s4","s5","s6"], "test_0": ["s7","s8"], "#
        + #""train_1": ["s7","s8","s3","s4","s5","s6"], "test_1": ["s1","s2"], "seed": 3}"#,
      #"{"train": [["s1","s2","s3","s4","s5","s6"],["s7","s8","s3","s4","s5","s6"]], "test": [["s7","s8"],["s1","s2"]]}"#,
      #"{"n_splits": 2, "splits": [{"fold": 0, "train": ["s1","s2","s3","s4","s5","s6"], "test": ["s7","s8"], "#
        + #""test_auc": 0.9}, {"train": ["s3","s4","s5","s6","s7","s8"], "test": ["s1","s2"]}]}"#,
      "bag,test_0,test1\n"
        + (1...8).map { "s\($0),\($0 > 6 ? "True" : "False"),\($0 < 3 ? "True" : "False")\n" }.joined(),
      "bag,train_1,train_2\n" + (1...8).map { "s\($0),\($0 > 6 ? 0 : 1),\($0 < 3 ? 0 : 1)\n" }.joined(),
      "bag,fold,split\n"
        + (1...8).map { "s\($0),0,\($0 > 6 ? "test" : "train")\ns\($0),1,\($0 < 3 ? "test" : "train")\n" }.joined(),
    ])
  func several(text: String) throws { #expect(tests(try read(text)) == [[6, 7], [0, 1]]) }

  @Test("A line for each repetition and bag, records and columns as pandas writes them are tables")
  func tables() throws {
    let long =
      "bag,repeat,fold\n"
      + (0..<2).map { round in
        (1...8).map { "s\($0),\(round),\(($0 + round * ($0 / 3)) % 2)\n" }.joined()
      }.joined()
    #expect(try read(long).folds.repeats == 2)
    let records = "[" + (1...8).map { "{\"bag\": \"s\($0)\", \"fold\": \($0 % 2)}" }.joined(separator: ",") + "]"
    func column(_ value: (Int) -> String) -> String {
      "{" + (1...8).map { "\"\($0)\": \(value($0))" }.joined(separator: ",") + "}"
    }
    let columns = "{\"bag\": \(column { "\"s\($0)\"" }), \"fold\": \(column { String($0 % 2) })}"
    for text in [records, columns] {
      #expect(try read(text).folds.assignment == [[2, 1, 2, 1, 2, 1, 2, 1]])
    }
  }

  @Test("Columns of yes and no say which value is which part")
  func answers() throws {
    for (header, yes, note) in [
      ("is_test", ["False", "True"], "\"is_test\" True is test, all others are train"),
      ("is_train", ["1", "0"], "\"is_train\" 1 is train, all others are test"),
      ("test", ["no", "yes"], "\"test\" yes is test, all others are train"),
    ] {
      let found = try read(table("bag,\(header)") { yes[$0 < 6 ? 0 : 1] })
      #expect(tests(found) == [[6, 7]] && found.notes.contains { $0.contains(note) }, "\(found.notes)")
    }
  }

  @Test("Positions of bags that are no names are told, with the way to names")
  func positionsForNames() throws {
    for named in [try bags(), try bags((1...8).map(String.init))] {
      for text in [
        "[[0, 1], [2, 3], [4, 5], [6, 7]]", "{\"train\": [0, 1, 2, 3, 4, 5], \"test\": [6, 7]}",
        "{\"folds\": [[0, 1], [2, 3], [4, 5], [6, 7]]}",
      ] {
        let line = complaint(text, named)
        #expect(line.contains("has no bag \"0\"") && line.contains("names[index] of each position"), "\(line)")
      }
    }
    let other = complaint("[[\"s1\", \"s9\"], [\"s2\"], [\"s3\"]]")
    #expect(other.contains("has no bag \"s9\"") && !other.contains("names[index]"), "\(other)")
  }

  @Test("Numbers in lists are names, but where bags have the numbers of other positions for names")
  func numbersInLists() throws {
    let text = "[[0, 3], [1, 4], [2, 5]]"
    let quoted = "[[\"0\", \"3\"], [\"1\", \"4\"], [\"2\", \"5\"]]"
    let ordered = try bags((0..<6).map(String.init))
    #expect(try read(text, ordered).folds.assignment == [[1, 2, 3, 1, 2, 3]])
    let other = try bags(["3", "0", "1", "2", "5", "4"])
    #expect(try read(quoted, other).folds.assignment == [[1, 1, 2, 3, 3, 2]])
    for document in [text, "{\"folds\": \(text)}", "{\"train\": [0, 3, 1, 4], \"test\": [2, 5]}"] {
      let line = complaint(document, other)
      #expect(
        line.contains("may be names or positions") && line.contains("in quotation marks, such as [\"3\"]"), "\(line)")
    }
    // Names that are not positions are unambiguous.
    #expect(
      try read("[[10, 13], [11, 14], [12, 15]]", bags((10..<16).reversed().map(String.init))).folds.foldCount == 3)
    #expect(
      try read("{\"fold\": {\"3\": 0, \"0\": 0, \"1\": 1, \"2\": 1, \"5\": 2, \"4\": 2}}", other).folds.foldCount == 3)
  }

  @Test("A title above a table of folds is told, and how it is left out")
  func titles() throws {
    let rows = table("bag,fold") { String($0 % 3) }
    for text in [
      "my title\n" + rows, "Folds, 2024\n" + rows, "my title,\n" + rows, "my title\n" + rows.replacing(",", with: ";"),
    ] {
      let line = complaint(text)
      #expect(line.contains("line 1") && line.contains("tail -n +2 FILE"), "\(line)")
      #expect(try read("# " + text).folds.foldCount == 3)
    }
    // A column without a name, and a table without a header.
    #expect(try read(table(",fold") { String($0 % 3) }).folds.foldCount == 3)
  }

  @Test("A fold that is missing is none", arguments: ["NA", "nan", "", "None"])
  func missing(value: String) throws {
    let text = complaint(table("bag,fold") { $0 == 7 ? value : String($0 % 3) })
    #expect(text.contains("bag s8 has no fold"), "\(text)")
    let values = (0..<8).map { $0 == 7 ? value : String($0 % 3) }
    #expect(throws: FoldError.self) { try PredefinedFolds.given(columns: [values], source: "c", for: bags()) }
    let json = complaint("{\"fold\": " + object { $0 == 7 ? "null" : String($0 % 3) } + "}")
    #expect(json.contains("bag s8 has no fold"), "\(json)")
  }

  @Test(
    "Well-known pairs of words are a split, and said",
    arguments: [
      ("training_set", "test_set"), ("development", "holdout"), ("in-sample", "out-of-sample"),
      ("Train data", "external"),
      ("discovery", "replication"),
    ])
  func pairs(train: String, test: String) throws {
    let column = try read(table("bag,set") { $0 < 6 ? train : test })
    let lists = try read("{\"\(train)\": [\"s1\",\"s2\",\"s3\",\"s4\",\"s5\",\"s6\"], \"\(test)\": [\"s7\",\"s8\"]}")
    for found in [column, lists] {
      #expect(tests(found) == [[6, 7]] && found.folds.trainingBags(repeat: 1, fold: 1) == Array(0..<6))
    }
    #expect(column.notes.contains { $0.contains("is test") }, "\(column.notes)")
  }

  @Test(
    "Two other texts are folds or a split, nobody knows",
    arguments: [("tain", "tets"), ("True", "False"), ("A", "cohort two"), ("yes", "no"), ("healthy", "tumour")])
  func ambiguous(one: String, two: String) {
    for text in [
      table("bag,fold") { $0 % 3 == 0 ? one : two }, table("bag,other") { $0 % 3 == 0 ? one : two },
      object { $0 % 3 == 0 ? "\"\(one)\"" : "\"\(two)\"" },
      "{\"\(one)\": [\"s1\",\"s2\",\"s3\",\"s4\"], \"\(two)\": [\"s5\",\"s6\",\"s7\",\"s8\"]}",
    ] {
      let line = complaint(text)
      #expect(line.contains("two folds") && line.contains("train, val and test"), "\(line)")
    }
    let values = (0..<8).map { $0 % 3 == 0 ? one : two }
    #expect(throws: FoldError.self) { try PredefinedFolds.given(columns: [values], source: "c", for: bags()) }
  }

  @Test("True and False answer to the name of their column")
  func truths() throws {
    let found = try read(table("bag,is_test") { $0 > 5 ? "True" : "False" })
    #expect(tests(found) == [[6, 7]])
    var set = try bags()
    var options = ReadOptions.automatic
    options.columns.folds = ["name:is_test"]
    set.reading = Reading(options: options)
    let values = (0..<8).map { $0 > 5 ? "True" : "False" }
    let given = try PredefinedFolds.given(columns: [values], source: "column is_test", for: set)
    #expect(tests(given) == [[6, 7]])
  }

  @Test("Labels, ages and fractions are no folds")
  func noFolds() {
    for (text, part) in [
      (table("bag,diagnosis") { ["a", "b", "c"][$0 % 3] }, "is the name of labels"),
      (table("bag,label") { String($0 % 2 + 1) }, "is the name of labels"),
      (table("bag,age") { String(40 + $0) }, "which is not called fold"),
      (table("bag,fold") { String(Double($0 % 3) + 0.5) }, "fractions such as 0.5"),
      (table("bag,thing") { ["mild", "severe"][$0 % 2] }, "its values are the labels of the bags"),
    ] {
      let line = complaint(text)
      #expect(line.contains(part), "\(line)")
    }
    let fractions = (0..<8).map { String(Double($0) * 1.37) }
    #expect(throws: FoldError.self) { try PredefinedFolds.given(columns: [fractions], source: "q", for: bags()) }
  }

  @Test("Pairs of lists are splits where the second ones test each bag once, and otherwise ambiguous")
  func listsOfPairs() throws {
    func text(_ tested: [[Int]]) -> String {
      let all = tested.map { test in
        [(1...8).filter { !test.contains($0) }, test].map { "[" + $0.map { "\"s\($0)\"" }.joined(separator: ",") + "]" }
      }
      return "[" + all.map { "[" + $0.joined(separator: ",") + "]" }.joined(separator: ",") + "]"
    }
    #expect(tests(try read(text([[1, 2], [3, 4], [5, 6], [7, 8]]))) == [[0, 1], [2, 3], [4, 5], [6, 7]])
    let line = complaint(text([[1, 2], [2, 3], [5, 6]]))
    #expect(line.contains("pairs of lists may be train and test, or two folds"), "\(line)")
    let said = try read("{\"repetitions\": \(text([[1, 2, 3, 4], [1, 3, 5, 7]]))}")
    #expect(said.folds.repeats == 2 && said.folds.foldCount == 2)
  }

  @Test("A column of patients names patients, one of bags bags; where both fit and nothing says which it is an error")
  func patients() throws {
    let crossed = try bags(["1", "2", "3", "4"], groups: ["2", "1", "4", "3"])
    let rows = "1,train\n2,test\n3,train\n4,test\n"
    #expect(tests(try read("patient,split\n" + rows, crossed)) == [[0, 2]])
    #expect(tests(try read("slide_id,split\n" + rows, crossed)) == [[1, 3]])
    #expect(complaint("name,split\n" + rows, crossed).contains("names of bags and of groups too"))
    #expect(complaint("train,test\n1,2\n3,4\n", crossed).contains("names of bags and of groups too"))
    #expect(tests(try read("train_patients,test_patients\n1,2\n3,4\n", crossed)) == [[0, 2]])
  }

  @Test("Keys that say positions do not name bags")
  func positions() throws {
    let shuffled = try bags(["4", "2", "7", "1", "5", "3", "8", "6"])
    let text = #"{"train_idx": [3,4,5,6,7,8], "test_idx": [1,2]}"#
    #expect(complaint(text, shuffled).contains("says positions"))
    let names = text.replacing("_idx", with: "")
    #expect(tests(try read(names, shuffled)) == [[1, 3]])
  }

  @Test("One key twice is an error, not the last of both")
  func twice() {
    let line = complaint(#"{"fold": {"s1": 0, "s1": 1, "s2": 0}}"#)
    #expect(line.contains("a key that the object has not had yet"), "\(line)")
  }

  @Test("Tables of splits are read as tables of data are: comments, blanks, UTF-16, gzip; others are named")
  func files() throws {
    let plain = table("bag,fold") { String($0 % 2) }
    let folds = [[1, 2, 1, 2, 1, 2, 1, 2]]
    #expect(try read("# folds of mine\n" + plain).folds.assignment == folds)
    #expect(try read(plain.replacing(",", with: " ")).folds.assignment == folds)
    let utf16 = Data([0xff, 0xfe]) + Data(plain.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    #expect(try read(["f.csv": utf16], "f.csv").folds.assignment == folds)
    for (bytes, part) in [
      (Data("PAR1".utf8) + Data(repeating: 0, count: 60), "a Parquet file"),
      (Data([0x80, 4, 0x95]) + Data(repeating: 0, count: 20) + Data(".".utf8), "a Python pickle"),
      (Data([0x93]) + Data("NUMPY".utf8) + Data(repeating: 0, count: 60), "a file of arrays"),
    ] {
      #expect { try read(["f.csv": bytes], "f.csv") } throws: { "\($0)".contains(part) }
    }
  }

  @Test("Without a header the bags may stand in any column, and an unknown one is named")
  func headerless() throws {
    let turned = Self.names.indices.map { "\($0 % 4),\(Self.names[$0])\n" }.joined()
    #expect(try read(turned).folds.foldCount == 4)
    let line = complaint("s99,0\n" + Self.names.indices.map { "\(Self.names[$0]),\($0 % 3)\n" }.joined())
    #expect(line.contains("no bag \"s99\""), "\(line)")
  }
}
