import Foundation
import MILBags
import MILFormats
import MILRecords
import TestSupport
import Testing
import UserInput

@Suite("What a label means")
struct LabelRuleTests {
  /// Reads one bag for each row with these labels, in a text layout.
  private func read(
    _ labels: [String], as layout: Layout = .csv, positive: String? = nil, known: [String]? = nil
  ) throws -> LoadedDataset {
    var options = ReadOptions(positive: positive)
    options.knownLabels = known
    return try Fixture.withFile(Array(layout.text(labels).utf8), named: layout.file) {
      try BagReader.read($0, options: options)
    }
  }

  /// Text layouts with names of labels.
  enum Layout: CaseIterable {
    case csv, arff, keel, sparse

    var file: String { self == .arff ? "bags.arff" : "bags.csv" }

    func text(_ labels: [String]) -> String {
      let rows = labels.enumerated()
      switch self {
      case .csv: return "bag,class,f\n" + rows.map { "b\($0),\($1),1\n" }.joined()
      case .keel:
        return "@relation r\n@attribute bag string\n@attribute f real\n@attribute class string\n@inputs f\n"
          + "@outputs class\n@data\n" + rows.map { "b\($0),1,'\($1)'\n" }.joined()
      case .arff:
        return "@relation r\n@attribute bag string\n@attribute f real\n@attribute class string\n@data\n"
          + rows.map { "b\($0),1,'\($1)'\n" }.joined()
      case .sparse: return rows.map { "0:b\($0):\($1.replacing(" ", with: "_")) 1:1\n" }.joined()
      }
    }
  }

  @Test("A label of ? is missing, and no class", arguments: [Layout.csv, .sparse])
  func questionMark(layout: Layout) throws {
    for labels in [["1", "0", "?"], ["?", "tumour", "normal", "tumour"]] {
      let error = #expect(throws: ReadError.self) { try read(labels, as: layout) }
      #expect(error?.description.contains("label is missing") == true, "\(error?.description ?? "")")
    }
  }

  private static let saidBySelves: [([String], [Int])] = [
    (["1", "0"], [1, 0]), (["1", "-1"], [1, 0]), (["0"], [0]), (["1"], [1]), (["2", "1"], [1, 0]),
    (["1", "2", "2.0"], [0, 1, 1]), (["3", "10"], [0, 1]), (["yes", "no"], [1, 0]),
    (["NEG", "Pos", "neg"], [0, 1, 0]),
    (["True", "False"], [1, 0]), (["+", "-"], [1, 0]), (["-", "+"], [0, 1]), (["musk", "non-musk"], [1, 0]),
    (["not a fox", "a fox"], [0, 1]), (["no_tumour", "tumour"], [0, 1]), (["tumour-free", "tumour"], [0, 1]),
    (["active", "inactive"], [1, 0]), (["normal", "abnormal"], [0, 1]), (["Healthy", "unhealthy"], [0, 1]),
    (["infected", "uninfected"], [1, 0]), (["her2+", "her2-"], [1, 0]), (["her2_positive", "her2_negative"], [1, 0]),
    (["negative", "non-negative"], [0, 1]), (["not false", "false"], [1, 0]), (["wt", "no_wt"], [0, 1]),
    (["mature", "immature"], [1, 0]), (["ctrl", "no ctrl"], [0, 1]), (["control group", "no control group"], [0, 1]),
    (["normal tissue", "abnormal tissue"], [0, 1]), (["with lesion", "without lesion"], [1, 0]),
    (["her2-negative", "her2"], [0, 1]), (["positive nodes", "no positive nodes"], [1, 0]),
    (["73211009000000001", "73211009000000002"], [0, 1]),
    (["Absent", "Present"], [0, 1]), (["HPV\u{2212}", "HPV+"], [0, 1]), (["HPV -", "HPV +"], [0, 1]),
    (["\u{2013}", "+"], [0, 1]), (["\u{2212}1", "1"], [0, 1]), (["her2(+)", "her2(-)"], [1, 0]),
    (["+ve", "-ve"], [1, 0]), (["free of tumor", "tumor"], [0, 1]), (["Tumor-Free", "tumor"], [0, 1]),
    (["No Tumor", "tumor"], [0, 1]), (["without metastasis", "metastasis"], [0, 1]),
    (["presence of lesion", "absence of lesion"], [1, 0]), (["positive for HPV", "negative for HPV"], [1, 0]),
    (["lesion not present", "lesion present"], [0, 1]), (["does respond", "does not respond"], [1, 0]),
    (["non\u{2011}tumour", "tumour"], [0, 1]),
  ]

  @Test(
    "Numbers and names that say it themselves are taken, and said, in every layout", arguments: saidBySelves,
    Layout.allCases)
  func said(_ pair: (texts: [String], labels: [Int]), layout: Layout) throws {
    let loaded = try read(pair.texts, as: layout)
    #expect(loaded.dataset.labels == pair.labels)
    #expect(loaded.dataset.reading?.decisions.contains { $0.subject == .labels && $0.option == "--positive" } == true)
  }

  private static let silentPairs = [
    ["cancer", "normal"], ["control", "case"], ["wildtype", "mutant"], ["other", "elephant"], ["benign", "malignant"],
    ["a", "b"], ["a"], ["positive", "sick"], ["1", "none"], ["0", "-1"], ["typical", "atypical"],
    ["use", "abuse"], ["use_case", "abuse_case"], ["with_labels", "without_labels"], ["ctrl", "case"],
    ["formed", "informed"], ["side", "inside"], ["ion", "union"], ["low", "high"],
    ["diagnosis_confirmed", "diagnosis_not_confirmed"], ["left", "right"],
  ]

  @Test("Other names need --positive, whichever comes first in the alphabet", arguments: silentPairs, Layout.allCases)
  func silent(labels: [String], layout: Layout) throws {
    for labels in [labels, labels.reversed()] {
      let error = #expect(throws: ReadError.self) { try read(labels, as: layout) }
      #expect(error?.description.contains("--positive NAME") == true)
      for (index, name) in labels.enumerated() {
        let loaded = try read(labels, as: layout, positive: name)
        #expect(loaded.dataset.labels == labels.indices.map { $0 == index ? 1 : 0 })
        #expect(loaded.classNames[1] == name)
      }
    }
  }

  @Test("Long numbers are told apart by their digits", arguments: Layout.allCases)
  func longNumbers(layout: Layout) throws {
    let labels = ["73211009000000001", "73211009000000002", "5"]
    #expect(try read(labels, as: layout).dataset.labels == [1, 2, 0])
    let loaded = try read(labels, as: layout, positive: "73211009000000001")
    #expect(loaded.dataset.labels == [1, 0, 0])
  }

  @Test("Three labels are classes, and with --positive one against the rest", arguments: Layout.allCases)
  func three(layout: Layout) throws {
    for labels in [["-1", "0", "1"], ["0", "1", "2"], ["a", "b", "c"]] {
      for shuffled in [labels, [labels[2], labels[0], labels[1], labels[0]]] {
        let classes = try read(shuffled, as: layout)
        #expect(classes.dataset.targets == .classes(shuffled.map { labels.firstIndex(of: $0) ?? 9 }, names: labels))
        #expect(classes.classNames == labels && classes.dataset.task is SeveralClasses)
        let order =
          labels[0] == "a"
          ? "names in alphabetical order: a, b, c" : "numbers ascending: " + labels.joined(separator: ", ")
        #expect(classes.lines.contains { $0.contains("3 classes, \(order) (--positive takes one against the rest)") })
        let options = try #require(classes.dataset.reading?.options)
        #expect(options.knownLabels == labels)
        // One of the classes alone is still that class if all are known.
        #expect(try read([labels[1]], as: layout, known: labels).dataset.targets == .classes([1], names: labels))
        #expect(throws: ReadError.self) { try read(["d"], as: layout, known: labels) }
      }
      let loaded = try read(labels, as: layout, positive: labels[1])
      #expect(loaded.dataset.labels == [0, 1, 0] && loaded.classNames == ["not \(labels[1])", labels[1]])
    }
    #expect(throws: ReadError.self) { try read(["0", "1"], as: layout, positive: "2") }
  }

  @Test("A number is one label however it is written")
  func numbers() throws {
    #expect(try read(["1", "+1.0", "0", "1e0", "00"]).dataset.labels == [1, 1, 0, 1, 0])
    #expect(try read(["1", "0"], positive: "0.0").dataset.labels == [0, 1])
  }

  @Test("Labels that a model knows mean what they mean there")
  func known() throws {
    #expect(try read(["1", "1"], known: ["1", "2"]).dataset.labels == [0, 0])
    #expect(try read(["cancer"], known: ["normal", "cancer"]).dataset.labels == [1])
    #expect(try read(["normal", "cancer"], known: ["normal", "cancer"]).classNames == ["normal", "cancer"])
    #expect(try read(["1", "0"], known: ["negative", "positive"]).dataset.labels == [1, 0])
    for labels in [["1", "0"], ["tumour"], ["normal", "tumour"]] {
      let error = #expect(throws: ReadError.self) { try read(labels, known: ["normal", "cancer"]) }
      #expect(error?.description.contains("--positive names") == true)
    }
    // A file of negative bags only, with the labels of another pair or in another letter case.
    for (label, positive) in [("0", "1"), ("-1", "1"), ("neg", "pos"), ("normal", "Cancer"), ("NORMAL", "cancer")] {
      let negative = try read([label, label], positive: positive, known: ["normal", "cancer"])
      #expect(negative.dataset.labels == [0, 0] && negative.classNames == ["normal", "cancer"])
    }
    for (label, positive) in [("0", "2"), ("1", "0"), ("a", "1"), ("0", "yes"), ("tumour", "sarcoma")] {
      #expect(throws: ReadError.self) { try read([label], positive: positive, known: ["normal", "cancer"]) }
    }
    let asked = try read(["1", "0"], positive: "1", known: ["normal", "cancer"])
    #expect(asked.dataset.labels == [1, 0] && asked.classNames == ["normal", "cancer"])
  }

  @Test("--positive does not turn round the labels of a model", arguments: Layout.allCases)
  func turned(layout: Layout) throws {
    let cases: [(labels: [String], positive: String, known: [String])] = [
      (["cancer", "normal"], "normal", ["normal", "cancer"]), (["1", "2"], "1", ["1", "2"]),
      (["yes", "no"], "no", ["no", "yes"]), (["NORMAL"], "normal", ["normal", "cancer"]),
      (["cancer", "benign"], "benign", ["normal", "cancer"]),
    ]
    for (labels, positive, known) in cases {
      let error = #expect(throws: ReadError.self) { try read(labels, as: layout, positive: positive, known: known) }
      #expect(error?.description.contains("a call without --positive") == true, "\(error?.description ?? "")")
    }
    var options = ReadOptions(positive: "b")
    (options.knownLabels, options.restLabels) = (["not a", "a"], ["b", "c"])
    let text = layout.text(["a", "b", "c"])
    #expect(throws: ReadError.self) {
      try Fixture.withFile(Array(text.utf8), named: layout.file) { try BagReader.read($0, options: options) }
    }
    // The model's own positive label contradicts nothing, and numbers of another coding are other labels.
    let same = try read(["cancer", "normal"], as: layout, positive: "CANCER", known: ["normal", "cancer"])
    #expect(same.dataset.labels == [1, 0])
    #expect(try read(["0", "1"], as: layout, positive: "1", known: ["1", "2"]).dataset.labels == [0, 1])
  }

  @Test("A file of negative bags of another name is read with the model's positive label", arguments: Layout.allCases)
  func onlyNegative(layout: Layout) throws {
    let known = ["normal", "cancer"]
    for labels in [["benign", "benign"], ["healthy", "normal"], ["benign", "control"]] {
      let loaded = try read(labels, as: layout, positive: "cancer", known: known)
      #expect(loaded.dataset.labels == [0, 0] && loaded.classNames == known)
      let error = #expect(throws: ReadError.self) { try read(labels, as: layout, known: known) }
      #expect(error?.description.contains("(cancer if none is)") == true, "\(error?.description ?? "")")
      let other = #expect(throws: ReadError.self) { try read(labels, as: layout, positive: "sarcoma", known: known) }
      #expect(other?.description.contains("--positive cancer, the model's") == true, "\(other?.description ?? "")")
    }
    #expect(throws: ReadError.self) { try read(["benign", "sarcoma"], as: layout, positive: "cancer", known: known) }
  }

  private func instances(_ rows: String, header: String = "bag,label,instance_label,f") throws -> LoadedDataset {
    try TextLayoutTests.read(header + "\n" + rows)
  }

  @Test("An instance's label that is -1 or empty is not known")
  func unlabelled() throws {
    #expect(try instances("a,1,1,5\na,1,-1,6\nb,0,0,7\n").dataset.instanceLabels == [1, nil, 0])
    #expect(try instances("a,1,1,5\na,1,,6\nb,0,0,7\n").dataset.instanceLabels == [1, nil, 0])
    #expect(try instances("a,1,1,5\na,1,-1,6\nb,0,-1,7\n").dataset.instanceLabels == [1, nil, nil])
    // If bags have the label -1, instances may have it.
    #expect(try instances("a,1,1,5\na,1,-1,6\nb,-1,-1,7\n").dataset.instanceLabels == [1, 0, 0])
    #expect(try instances("a,1,-1,5\nb,0,-1,7\n").dataset.instanceLabels == [nil, nil])
  }

  @Test("Labels of bags that are missing are the maximum over their instances, which is said")
  func derived() throws {
    let loaded = try instances("a,1,5\na,0,6\nb,0,7\n", header: "bag,instance_label,f")
    #expect(loaded.dataset.labels == [1, 0] && loaded.dataset.instanceLabels == [1, 0, 0])
    #expect(loaded.lines.contains { $0.contains("derived from those of instances") })
    #expect(try instances("a,1,5\na,,6\nb,0,7\n", header: "bag,instance_label,f").dataset.labels == [1, 0])
    #expect(throws: ReadError.self) { try instances("a,1,5\nb,-1,6\nb,0,7\n", header: "bag,instance_label,f") }
  }

  @Test("Labels of instances alone that are 1 and -1 are refused with the reading of -1")
  func minusOneAlone() throws {
    let table = Layout.csv.text(["1", "-1"]), attributes = Layout.arff.text(["1", "-1"])
    for (name, text) in [("b.csv", table), ("b.tsv", table.replacing(",", with: "\t")), ("b.arff", attributes)] {
      let error = #expect(throws: ReadError.self) {
        try Fixture.withFile(Array(text.replacing("class", with: "instance_label").utf8), named: name) {
          try BagReader.read($0)
        }
      }
      #expect(error?.description.contains("0 instead of -1 for a negative instance") == true, "\(name)")
    }
  }

  @Test("What was decided, given again as options, reads the same without a question")
  func again() throws {
    let text = "slide,diagnosis,x,y,f\ns1,normal,1,2,3\ns2,abnormal,4,5,6\n"
    try Fixture.withFile(Array(text.utf8)) { file in
      let columns = CSVColumns(bag: "slide", label: "diagnosis")
      let first = try BagReader.read(file, options: ReadOptions(columns: columns))
      let options = try #require(first.dataset.reading?.options)
      #expect(options.knownLabels == ["normal", "abnormal"] && first.dataset.featureNames == ["f"])
      let second = try BagReader.read(file, options: options)
      #expect(second.dataset == first.dataset && second.classNames == first.classNames)
      let decoded = try JSONDecoder().decode(ReadOptions.self, from: JSONEncoder().encode(options))
      #expect(decoded == options)
    }
  }

  @Test("Single letters of two pairs do not say which is positive", arguments: [["N", "T"], ["y", "f"], ["n", "t"]])
  func mixedLetters(labels: [String]) throws {
    let error = #expect(throws: ReadError.self) { try read(labels) }
    #expect(error?.description.contains("--positive NAME") == true)
    #expect(try read(["N", "Y"]).dataset.labels == [0, 1] && read(["T", "F"]).dataset.labels == [1, 0])
  }
}
