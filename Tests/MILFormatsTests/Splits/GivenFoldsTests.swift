import Foundation
import LinearAlgebra
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Splits of the user's own")
struct GivenFoldsTests {
  /// Eight bags, s1 to s8, every second one positive.
  private func bags(
    _ names: [String] = (1...8).map { "s\($0)" }, groups: [String]? = nil
  ) throws -> BagDataset {
    try BagDataset(
      name: "b", instances: Matrix<Float>(rows: names.count, columns: 1), offsets: Array(0...names.count),
      labels: names.indices.map { $0 % 2 }, bagNames: names, groups: groups)
  }

  private func read(
    _ files: [String: String], _ path: String? = nil, _ bags: BagDataset? = nil
  ) throws -> PredefinedFolds {
    let folder = FileManager.default.temporaryDirectory.appending(path: "splits-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    let store = try DatasetStore()
    return try store.folds(path ?? files.keys.sorted()[0], for: bags ?? self.bags(), relativeTo: [folder])
  }

  private func complaint(_ text: String, _ bags: BagDataset? = nil) -> String {
    do {
      _ = try read(["f.csv": text], nil, bags)
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  private func parts(_ found: PredefinedFolds, _ round: Int = 1, _ fold: Int = 1) -> [[Int]] {
    [found.folds.trainingBags(repeat: round, fold: fold), found.folds.testBags(repeat: round, fold: fold)]
  }

  @Test("-1 is a bag that no fold tests, beside names as beside numbers", arguments: [",", ";", "\t"])
  func untested(separator: String) throws {
    for names in [["a", "b", "c"], ["1", "2", "3"], ["f1", "f2", "f3"]] {
      let values = ["-1", names[0], names[1], names[2], names[0], names[1], names[2], "-1"]
      let lines = ["bag,fold"] + values.enumerated().map { "s\($0 + 1),\($1)" }
      let found = try read(["f.csv": lines.map { $0.replacing(",", with: separator) + "\n" }.joined()])
      #expect(found.folds.foldCount == 3)
      #expect(parts(found) == [[0, 2, 3, 5, 6, 7], [1, 4]])
      #expect(found.notes.contains { $0.contains("2 of 8 bags are never tested") }, "\(found.notes)")
      let column = try PredefinedFolds.given(columns: [values], source: "column fold", for: bags())
      #expect(column.folds.assignment == found.folds.assignment)
    }
    let missing = complaint("bag,fold\n" + (1...8).map { "s\($0),\($0 == 3 ? "" : "f\($0 % 3)")\n" }.joined())
    #expect(missing.contains("bag s3 has no fold") && missing.contains("or -1 for a bag"), "\(missing)")
  }

  @Test(
    "A split into train, val and test is one fold, whatever its layout",
    arguments: [
      ",train,val,test\n0,s1,s6,s7\n1,s2,,s8\n2,s3,,\n3,s4,,\n4,s5,,\n",
      ",train,val,test\ns1,True,False,False\ns2,True,False,False\ns3,True,False,False\ns4,True,False,False\n"
        + "s5,True,False,False\ns6,False,True,False\ns7,False,False,True\ns8,False,False,True\n",
      "bag_name,split\ns8,test\ns7,test\ns6,val\ns5,train\ns4,train\ns3,train\ns2,train\ns1,train\n",
      "train_slide_path,train_label,val_slide_path,val_label,test_slide_path,test_label\n"
        + "/a/s1.pt,0,/a/s6.pt,1,/a/s7.pt,0\n/a/s2.pt,1,,,/a/s8.pt,1\n/a/s3.pt,0\n/a/s4.pt,1\n/a/s5.pt,0\n",
      "{\"train\": [\"s1\",\"s2\",\"s3\",\"s4\",\"s5\"], \"val\": [\"s6\"], \"test\": [\"s7\",\"s8\"]}",
      "{\"splits\": [{\"train_patients\": [\"s1\",\"s2\",\"s3\",\"s4\",\"s5\"], \"valid\": [\"s6\"], "
        + "\"test_patients\": [\"s7\",\"s8\"]}]}",
    ])
  func fixed(text: String) throws {
    let found = try read(["f.csv": text])
    #expect(found.folds.scheme == .given && found.folds.foldCount == 1 && found.folds.repeats == 1)
    #expect(parts(found) == [[0, 1, 2, 3, 4], [6, 7]])
    #expect(found.notes.contains { $0.contains("1 bag under val is neither trained on nor tested") })
    #expect(found.folds.source?.contains("SHA-256") == true)
  }

  @Test(
    "A line a bag with a fold is a partition, whatever the numbers begin with and the lines' order",
    arguments: [
      "bag,fold\ns1,1\ns2,1\ns3,1\ns4,1\ns5,2\ns6,2\ns7,2\ns8,2\n",
      "image_id,label,fold\ns8,x,1\ns7,x,1\ns6,x,1\ns5,x,1\ns4,x,0\ns3,x,0\ns2,x,0\ns1,x,0\n",
      "slide;cv\ns1;a\ns2;a\ns3;a\ns4;a\ns5;b\ns6;b\ns7;b\ns8;b\n",
      "s1,1\ns2,1\ns3,1\ns4,1\ns5,2\ns6,2\ns7,2\ns8,2\n",
      "repetition,fold,bag,name,label\n1,1,9,s1,0\n1,1,9,s2,1\n1,1,9,s3,0\n1,1,9,s4,1\n1,2,9,s5,0\n1,2,9,s6,1\n"
        + "1,2,9,s7,0\n1,2,9,s8,1\n",
    ])
  func partition(text: String) throws {
    let found = try read(["f.csv": text])
    #expect(found.folds.assignment == [[1, 1, 1, 1, 2, 2, 2, 2]])
    #expect(found.folds.leftOut == nil && parts(found, 1, 2) == [[0, 1, 2, 3], [4, 5, 6, 7]])
  }

  @Test("What folds export wrote names bags by their names, where others have the numbers of their places for these")
  func exported() throws {
    let names = (1...8).map(String.init)
    let lines = names.indices.map { "1,\($0 / 4 + 1),\($0),\(names[$0]),\($0 % 2)" }
    let found = try read(
      ["f.csv": "repetition,fold,bag,name,label\n" + lines.joined(separator: "\n") + "\n"], nil, bags(names))
    #expect(found.folds.assignment == [[1, 1, 1, 1, 2, 2, 2, 2]])
  }

  @Test("A column a repetition gives repetitions; -1 is trained on in every fold")
  func repetitions() throws {
    let found = try read([
      "f.csv": "bag,fold_1,fold_2\n"
        + (1...8).map { "s\($0),\($0 % 2),\($0 < 3 ? -1 : $0 % 3 % 2)" }.joined(separator: "\n")
    ])
    #expect(found.folds.assignment == [[2, 1, 2, 1, 2, 1, 2, 1], [0, 0, 1, 2, 1, 1, 2, 1]])
    #expect(parts(found, 2, 2) == [[0, 1, 2, 4, 5, 7], [3, 6]])
  }

  @Test("Splits with overlapping test bags are repetitions of one fold, disjoint ones folds of one repetition")
  func several() throws {
    func split(_ test: Int...) -> String {
      ",train,test\n" + (1...8).map { test.contains($0) ? ",,s\($0)" : ",s\($0)," }.joined(separator: "\n")
    }
    let overlapping = [
      "splits_0.csv": split(1, 2), "splits_1.csv": split(2, 3), "splits_10.csv": split(5, 6),
      "splits_2.csv": split(7, 8), "splits_0_descriptor.csv": "no split",
    ]
    for path in [".", "splits_*.csv"] {
      let found = try read(overlapping, path)
      #expect(found.folds.repeats == 4 && found.folds.foldCount == 1)
      #expect((1...4).map { found.folds.testBags(repeat: $0, fold: 1) } == [[0, 1], [1, 2], [6, 7], [4, 5]])
      #expect(found.notes.contains { $0.contains("1 of 8 bags are never tested") })
      #expect(found.notes.contains { $0.contains("4 repetitions of one fold each") })
    }
    let disjoint = try read(["splits_0.csv": split(1, 2), "splits_1.csv": split(3, 4)], ".")
    #expect(disjoint.folds.repeats == 1 && disjoint.folds.foldCount == 2 && disjoint.folds.leftOut == nil)
    #expect(throws: FoldError.self) { try read(["splits_0.csv": split(1), "splits_1.csv": split(1)], ".") }
  }

  @Test(
    "What does not fit is told with bag, file, line and the way out",
    arguments: [
      (",train,val,test\n0,s1,s6,s7\n1,s2,,s99\n", ["f.csv, line 3, column test", "no bag \"s99\"", "the nearest is"]),
      (
        ",train,val,test\n0,s1,s6,s7\n1,s2,,s1\n",
        ["f.csv, line 3", "bag s1 is in test, and in train in line 2", "remove"]
      ),
      (",train,test\n0,s1,s7\n1,s2,s8\n", ["bag s3 of data set b is in no part, nor are 3 others", "under val"]),
      (",train,test\n0,s1,s7\n1,s1,s8\n", ["f.csv, line 3", "bag s1 is listed under train twice"]),
      ("bag,fold\ns1,1\ns2,2\n", ["bag s3 of data set b has no line", "5 others"]),
      ("bag,fold\ns1,1\ns1,2\n", ["f.csv, line 3", "bag s1 is in fold \"2\", and in \"1\" in line 2"]),
      ("bag,fold\ns1,1\ns77,2\n", ["f.csv, line 3", "no bag \"s77\""]),
      ("bag,size\nx,1\ny,2\n", ["no column names bags of data set b"]),
      ("bag,fold\n" + (1...8).map { "s\($0),1\n" }.joined(), ["all bags are in one fold"]),
    ])
  func mistakes(text: String, expected: [String]) {
    let complaint = complaint(text)
    for part in expected { #expect(complaint.contains(part), "\(complaint)") }
    #expect(!complaint.contains("\n"))
  }

  @Test("A group on both sides of a split is refused in every layout")
  func groups() throws {
    let grouped = try bags(groups: ["p1", "p1", "p2", "p2", "p3", "p3", "p4", "p4"])
    let texts = [
      ",train,test\n0,s1,s2\n1,s3,\n2,s4,\n3,s5,\n4,s6,\n5,s7,\n6,s8,\n",
      "bag,split\n" + (1...8).map { "s\($0),\($0 == 2 ? "test" : "train")\n" }.joined(),
      "bag,fold\n" + (1...8).map { "s\($0),\($0 % 2)\n" }.joined(),
    ]
    for text in texts {
      #expect(complaint(text, grouped).contains("group p1 is parted"), "\(complaint(text, grouped))")
    }
    // Names of groups represent all their bags.
    let found = try read(["f.csv": "patient,split\np1,test\np2,train\np3,train\np4,train\n"], nil, grouped)
    #expect(parts(found) == [[2, 3, 4, 5, 6, 7], [0, 1]])
  }

  @Test(
    "Lists of names of groups are said to be such",
    arguments: [
      "f.csv": ",train,val,test\n0,p1,p2,p4\n1,p3,,\n",
      "f.json": "{\"train\": [\"p1\", \"p3\"], \"val\": [\"p2\"], \"test\": [\"p4\"]}",
    ])
  func listedGroups(name: String, text: String) throws {
    let grouped = try bags(groups: ["p1", "p1", "p2", "p2", "p3", "p3", "p4", "p4"])
    let found = try read([name: text], nil, grouped)
    #expect(parts(found) == [[0, 1, 4, 5], [6, 7]])
    #expect(found.notes.contains { $0.contains("the file names groups") }, "\(found.notes)")
    let plain = try read(
      [name: text.replacing("\"p", with: "\"s").replacing(",p", with: ",s")], nil, bags(["s1", "s2", "s3", "s4"]))
    #expect(!plain.notes.contains { $0.contains("the file names groups") })
  }

  @Test("Numbers as pandas writes them in columns with blanks are the bags' names")
  func pandas() throws {
    let found = try read(
      ["f.csv": ",train,val,test\n0,11,13.0,14.0\n1,12,,\n"], nil, bags(["11", "12", "13", "14"]))
    #expect(parts(found) == [[0, 1], [3]])
  }

  @Test("Given folds survive their file, with what they leave out; other bags are refused them")
  func file() throws {
    let set = try bags()
    let found = try read(["f.csv": ",train,val,test\n0,s1,s6,s7\n1,s2,,s8\n2,s3,,\n3,s4,,\n4,s5,,\n"])
    let folder = FileManager.default.temporaryDirectory.appending(path: "splits-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: folder) }
    try found.folds.write(to: folder)
    #expect(try FoldAssignment.read(from: folder, for: set) == found.folds)
    let again = try DatasetStore().folds(folder.path, for: set)
    #expect(again.folds.hash == found.folds.hash)
    let others = try bags((1...8).map { "t\($0)" })
    #expect(throws: FoldError.self) { try DatasetStore().folds(folder.path, for: others) }
  }

  @Test("Columns of the data give the folds that a file with them gives")
  func columns() throws {
    let values = ["1", "1", "1", "1", "2", "2", "2", "2"]
    let found = try PredefinedFolds.given(columns: [values], source: "column fold of b.csv", for: bags())
    #expect(found.folds.assignment == [[1, 1, 1, 1, 2, 2, 2, 2]])
    let roles = ["train", "train", "train", "val", "val", "train", "test", "test"]
    let split = try PredefinedFolds.given(columns: [roles], source: "column split", for: bags())
    #expect(parts(split) == [[0, 1, 2, 5], [6, 7]])
    #expect(throws: FoldError.self) {
      try PredefinedFolds.given(columns: [["1"] + Array(repeating: "", count: 7)], source: "c", for: bags())
    }
  }

  @Test("Leave-one-out tests each bag alone, or each group where bags have them")
  func leaveOneOut() throws {
    let store = try DatasetStore()
    let single = try store.folds("loo", for: bags())
    #expect(single.folds.assignment == [Array(1...8)] && single.folds.scheme == .leaveOneOut)
    let grouped = try store.folds("leave-one-out", for: bags(groups: ["q", "p", "q", "p", "r", "r", "r", "r"]))
    #expect(grouped.folds.assignment == [[1, 2, 1, 2, 3, 3, 3, 3]])
    #expect(grouped.notes.contains { $0.contains("leave-one-group-out: 3 folds") })
    #expect(throws: FoldError.self) { try store.folds("loo", for: bags(groups: Array(repeating: "p", count: 8))) }
  }

  @Test(
    "One column of 1 and 0 answers to its name",
    arguments: [("train", "1"), ("is_train", "1"), ("training", "1.0"), ("in_test", "0"), ("is_test", "0")])
  func answers(name: String, ofTraining: String) throws {
    let other = ofTraining.hasPrefix("1") ? "0" : "1"
    let rows = (1...8).map { "s\($0),\($0 <= 6 ? ofTraining : other)\n" }.joined()
    let found = try read(["f.csv": "bag,\(name)\n" + rows])
    #expect(found.folds.foldCount == 1 && parts(found) == [[0, 1, 2, 3, 4, 5], [6, 7]])
  }

  @Test("Numbers under split, set or the like may be folds or parts", arguments: ["split", "set", "phase", "mode"])
  func numberedParts(name: String) {
    let two = (1...8).map { "s\($0),\($0 % 2)\n" }.joined()
    let three = (1...8).map { "s\($0),\($0 % 3)\n" }.joined()
    for rows in [two, three] {
      let text = complaint("bag,\(name)\n" + rows)
      #expect(text.contains("may be folds or train and test") && text.contains("a column called fold"), "\(text)")
    }
    #expect(complaint("bag,fold\n" + three) == "nothing")
    #expect(complaint("bag,\(name)\n" + (1...8).map { "s\($0),\($0 % 4)\n" }.joined()) == "nothing")
  }

  @Test("Numbers without a title may be folds or parts as those under split may, in JSON and in a table")
  func untitled() throws {
    let pairs = (1...8).map { ("s\($0)", $0 % 2) }
    let json = "{" + pairs.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    let table = pairs.map { "\($0),\($1)\n" }.joined()
    for text in [json, table, "bag,split_1\n" + table, "bag,other\n" + table] {
      let line = complaint(text)
      #expect(line.contains("the numbers 0 and 1 may be folds or train and test") && line.contains("fold"), "\(line)")
    }
    for text in ["{\"fold\": \(json)}", "bag,fold\n" + table, "bag,rep1\n" + table, table.replacing(",0", with: ",2")] {
      #expect(complaint(text) == "nothing")
    }
    let columns = [pairs.map { String($0.1) }]
    #expect(throws: FoldError.self) { try PredefinedFolds.given(columns: columns, source: "column 4", for: bags()) }
  }

  @Test("Numbers of a column that the user names as one of folds are folds, unless it is called as parts are")
  func asked() throws {
    func given(_ title: String, _ values: (Int) -> Int) throws -> PredefinedFolds {
      var set = try bags()
      var options = ReadOptions.automatic
      options.columns.folds = [title]
      set.reading = Reading(options: options)
      return try .given(columns: [(0..<8).map { String(values($0)) }], source: "c", for: set)
    }
    for title in ["name:r1", "name:other", "#4"] {
      #expect(try given(title) { $0 / 4 }.folds.assignment == [[1, 1, 1, 1, 2, 2, 2, 2]])
      #expect(try given(title) { $0 % 3 }.folds.foldCount == 3)
    }
    for title in ["name:split", "name:set"] {
      let error = #expect(throws: FoldError.self) { try given(title) { $0 / 4 } }
      #expect(error.map { "\($0)" }?.contains("may be folds or train and test") == true)
    }
  }

  @Test("Which bags are tested is said where a file does not say it in words")
  func said() throws {
    let rows = (1...8).map { "s\($0),\($0 <= 6 ? 1 : 0)\n" }.joined()
    #expect(
      try read(["f.csv": "bag,train\n" + rows]).notes.contains { $0.contains("in no part, 2 of them, are tested") })
    let val = "bag,split\n" + (1...8).map { "s\($0),\($0 <= 6 ? "train" : "val")\n" }.joined()
    #expect(try read(["f.csv": val]).notes.contains("bags under val are tested, since none is under test"))
    let columns = [(1...8).map { $0 <= 6 ? "1" : "0" }]
    var set = try bags()
    var options = ReadOptions.automatic
    options.columns.folds = ["name:is_train"]
    set.reading = Reading(options: options)
    let given = try PredefinedFolds.given(columns: columns, source: "column is_train", for: set)
    #expect(given.notes.contains("1 under is_train is train, 0 is test") && parts(given)[1] == [6, 7])
  }

  @Test("Schemes say by what their bags are told, which they do not name")
  func schemes() throws {
    let text = #"{"schemes": [{"name": "a", "assignment": [[1, 1, 1, 1, 2, 2, 2, 2]]}]}"#
    #expect(try read(["f.json": text]).notes.contains { $0.contains("its k-th bag is the k-th of data set b") })
    let numbered = try read(["f.json": text], nil, bags(["8", "7", "6", "5", "4", "3", "2", "1"]))
    #expect(numbered.notes.contains { $0.contains("its k-th bag is the one called k, counted from 1") })
    #expect(numbered.folds.assignment == [[2, 2, 2, 2, 1, 1, 1, 1]])
  }

  @Test("Bags under val are tested where the list of test bags is empty")
  func emptyTest() throws {
    let found = try read(["f.csv": ",train,val,test\n0,s1,s7,\n1,s2,s8,\n2,s3,,\n3,s4,,\n4,s5,,\n5,s6,,\n"])
    #expect(parts(found) == [[0, 1, 2, 3, 4, 5], [6, 7]])
    let json = try read(["f.json": #"{"train": ["s1","s2","s3","s4","s5","s6"], "val": ["s7","s8"], "test": []}"#])
    #expect(parts(json) == [[0, 1, 2, 3, 4, 5], [6, 7]])
  }

  @Test(
    "Folds in JSON are lists of the bags that each tests, by number or name, or the fold of each bag",
    arguments: [
      #"[["s1", "s4"], ["s2", "s5", "s7"], ["s3", "s6", "s8"]]"#,
      #"{"folds": [["s1", "s4"], ["s2", "s5", "s7"], ["s3", "s6", "s8"]]}"#,
      #"{"0": ["s1", "s4"], "1": ["s2", "s5", "s7"], "2": ["s3", "s6", "s8"]}"#,
      #"{"fold_10": ["s3", "s6", "s8"], "fold_9": ["s2", "s5", "s7"], "fold_1": ["s1", "s4"]}"#,
      #"{"fold": {"s1": 0, "s2": 1, "s3": 2, "s4": 0, "s5": 1, "s6": 2, "s7": 1, "s8": 2}}"#,
      #"{"s1": 1, "s2": 2, "s3": 3, "s4": 1, "s5": 2, "s6": 3, "s7": 2, "s8": 3}"#,
      #"{"s1": "a", "s2": "b", "s3": "c", "s4": "a", "s5": "b", "s6": "c", "s7": "b", "s8": "c"}"#,
    ])
  func jsonFolds(text: String) throws {
    let found = try read(["f.json": text])
    #expect(found.folds.foldCount == 3 && found.folds.repeats == 1)
    #expect((1...3).map { parts(found, 1, $0)[1] } == [[0, 3], [1, 4, 6], [2, 5, 7]])
  }

  @Test("Splits in JSON may stand under names of their own, and words in place of folds are a split")
  func jsonSplits() throws {
    let named =
      #"{"fold0": {"train": ["s1","s2","s3","s4"], "test": ["s5","s6","s7","s8"]}, "#
      + #""fold1": {"train": ["s5","s6","s7","s8"], "test": ["s1","s2","s3","s4"]}}"#
    let found = try read(["f.json": named])
    #expect(parts(found, 1, 1) == [[0, 1, 2, 3], [4, 5, 6, 7]] && parts(found, 1, 2)[1] == [0, 1, 2, 3])
    let words = (1...8).map { "\"s\($0)\": \"\($0 <= 6 ? "train" : "test")\"" }.joined(separator: ", ")
    #expect(parts(try read(["f.json": "{\(words)}"])) == [[0, 1, 2, 3, 4, 5], [6, 7]])
  }

  @Test("JSON that can be read in two ways, or tells no bags, is refused with what would do")
  func jsonRefusals() {
    for (text, part) in [
      (#"[["s1","s2","s3","s4"],["s5","s6","s7","s8"]]"#, "two lists may be two folds or train and test"),
      ("[0, 1, 0, 1, 0, 1, 0, 1]", "a list that names no bags or parts"),
      ("[[[0,1],[2,3]],[[2,3],[0,1]]]", "repetition 1, fold 1, entry 1"),
      ("[[0,1,2],[3,4,5],[6,7]]", "no bag \"0\""),
      (#"[["s1"],["s2"],["s3"]]"#, "bag s4 of data set b is in no fold"),
      (#"[["s1","s2","s3"],["s4","s5","s1"],["s6","s7","s8"]]"#, "bag s1 is there already, in fold 1, entry 1"),
      (#"{"s1": 0, "s2": 1}"#, "bag s3 of data set b is in no fold"),
      (#"{"s1": 0.5}"#, "a split without lists of bags"),
    ] {
      do {
        _ = try read(["f.json": text])
        Issue.record("\(text) was read")
      } catch { #expect("\(error)".contains(part) && "\(error)".contains("f.json"), "\(error)") }
    }
  }

  @Test("A table with another label of a bag than the data set's is of other bags")
  func contraryLabels() throws {
    let rows = (1...8).map { "s\($0),\($0 % 2),\($0 % 4)\n" }.joined()
    let line = complaint("bag,label,fold\n" + rows)
    #expect(line.contains("line 2") && line.contains("bag s1 has label 1, and 0 in data set b"), "\(line)")
    let right = (1...8).map { "s\($0),\(1 - $0 % 2),\($0 % 4)\n" }.joined()
    #expect(complaint("bag,label,fold\n" + right) == "nothing")
  }
}
