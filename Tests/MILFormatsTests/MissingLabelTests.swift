import Foundation
import MILBags
import MILRecords
import TestSupport
import Testing
import UserInput

@testable import MILCatalogue
@testable import MILFormats

@Suite("Words in place of a label")
struct MissingLabelTests {
  /// Reads one bag for each label, in a text layout.
  private func read(
    _ labels: [String], as layout: LabelRuleTests.Layout, _ change: (inout ReadOptions) -> Void = { _ in }
  ) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(layout.text(labels).utf8), named: layout.file) {
      try BagReader.read($0, options: options)
    }
  }

  private func failure(
    _ labels: [String], as layout: LabelRuleTests.Layout, _ change: (inout ReadOptions) -> Void = { _ in }
  ) throws -> String {
    try #require(#expect(throws: ReadError.self) { try read(labels, as: layout, change) }).description
  }

  @Test(
    "A word that is never a class says that the label is missing, in every layout",
    arguments: [
      "TBD", "UNK", "unk", "n/d", "Not Available", "+nan", "(null)", "NaT", "not reported", "To be confirmed",
    ],
    LabelRuleTests.Layout.allCases)
  func certain(word: String, layout: LabelRuleTests.Layout) throws {
    for labels in [["1", "0", word], [word, "tumour", "normal"], ["1", word]] {
      let line = try failure(labels, as: layout)
      #expect(line.contains("which says that the bag's label is missing"), "\(line)")
      #expect(line.contains("--no-labels") && !line.contains("--task"), "\(line)")
    }
  }

  @Test("C's spellings of NaN are missing labels", arguments: ["1.#QNAN", "-1.#IND", "nan(ind)", "-nan"])
  func notANumber(word: String) throws {
    #expect(try failure(["1", "0", word], as: .csv).contains("label is missing"))
  }

  @Test(
    "A word that may be a class is a missing label beside two others, unless each label is a class",
    arguments: [
      "unknown", "Pending", "missing", "-", ".", "unlabelled", "not tested", "nd", "\u{2212}", "--", "not done",
    ],
    LabelRuleTests.Layout.allCases)
  func likely(word: String, layout: LabelRuleTests.Layout) throws {
    for labels in [["1", "0", word], [word, "tumour", "normal", "tumour"]] {
      let line = try failure(labels, as: layout)
      #expect(line.contains("label is missing") && line.contains("--task classes where it is a class"), "\(line)")
      #expect(try read(labels, as: layout) { $0.task = .classes }.dataset.targets.classCount == 3)
    }
  }

  @Test(
    "Beside one other label such a word may be either, and the error names the option",
    arguments: ["unknown", "pending", "-", "missing"], LabelRuleTests.Layout.allCases)
  func doubtful(word: String, layout: LabelRuleTests.Layout) throws {
    let line = try failure(["tumour", word], as: layout)
    #expect(line.contains("may say that the bag's label is missing, or be a class"), "\(line)")
    #expect(line.contains("--task classes") && line.contains("--no-labels"), "\(line)")
    #expect(try failure(["tumour", word], as: layout) { $0.positive = "tumour" }.contains("--task classes"))
    let both: (inout ReadOptions) -> Void = { ($0.positive, $0.task) = ("tumour", .classes) }
    #expect(try read(["tumour", word], as: layout, both).dataset.labels == [1, 0])
    #expect(try read(["tumour", word], as: layout) { $0.positive = word }.dataset.labels == [0, 1])
  }

  @Test("The two hyphens of a cancer atlas are a missing label")
  func atlas() throws {
    #expect(try failure(["1", "0", "'--"], as: .csv).contains("which says that the bag's label is missing"))
  }

  @Test("A minus sign is a class beside plus signs alone, not beside a name with one")
  func minus() throws {
    for labels in [["-", "CD4+", "CD8+"], ["-", "yes", "no"], ["-", "a+b", "c"]] {
      #expect(try failure(labels, as: .csv).contains("label is missing"), "\(labels)")
    }
    #expect(try read(["-", "++"], as: .csv) { $0.positive = "++" }.dataset.labels == [0, 1])
  }

  @Test("The error about an empty label names the option that leaves labels unread")
  func empty() throws {
    #expect(try failure(["1", "0", ""], as: .csv).contains("found an empty field, expected a label; bags without one"))
  }

  @Test("A word with a counterpart is a class, and none always is", arguments: LabelRuleTests.Layout.allCases)
  func classes(layout: LabelRuleTests.Layout) throws {
    #expect(try read(["+", "-", "-"], as: layout).dataset.labels == [1, 0, 0])
    #expect(try read(["-", "+", "++"], as: layout).dataset.targets.classCount == 3)
    #expect(try failure(["missing", "intact"], as: layout).contains("--positive NAME"))
    #expect(try read(["1", "0", "none"], as: layout).dataset.targets.classCount == 3)
    #expect(try read(["a", "b", "other", "indeterminate"], as: layout).dataset.targets.classCount == 4)
  }

  @Test("A word that a model knows as a class is one, and no other", arguments: LabelRuleTests.Layout.allCases)
  func known(layout: LabelRuleTests.Layout) throws {
    let asked = try read(["tumour", "unknown"], as: layout) { ($0.positive, $0.task) = ("tumour", .classes) }
    let options = try #require(asked.dataset.reading).options.remembered(features: asked.dataset.featureNames)
    #expect(try read(["unknown", "unknown"], as: layout) { $0 = options }.dataset.labels == [0, 0])
    let line = try failure(["tumour", "unknown"], as: layout) { $0.knownLabels = ["normal", "tumour"] }
    #expect(line.contains("label is missing"), "\(line)")
  }

  @Test("Instances whose label is such a word are not labelled, which is said with the option")
  func instances() throws {
    let words = ["1", "TBD", "0", "-", "0", "unknown"]
    let bags = ["a", "a", "b", "b", "c", "c"]
    func texts(_ labels: [String]) -> [String] {
      let rows = zip(bags, labels).enumerated()
      return [
        "bag,label,instance_label,f\n" + rows.map { "\($1.0),\($1.0 == "a" ? 1 : 0),\($1.1),\($0).5\n" }.joined(),
        "@relation r\n@attribute bag string\n@attribute instance_label string\n@attribute f real\n"
          + "@attribute class {0,1}\n@data\n"
          + rows.map { "\($1.0),'\($1.1)',\($0).5,\($1.0 == "a" ? 1 : 0)\n" }.joined(),
      ]
    }
    func load(_ text: String, negative: String? = nil) throws -> LoadedDataset {
      var options = ReadOptions.automatic
      options.negativeInstance = negative
      return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
    }
    for text in texts(words) {
      let loaded = try load(text)
      #expect(loaded.dataset.instanceLabels == [1, nil, 0, nil, 0, nil])
      #expect(
        loaded.lines.contains {
          $0.contains("3 instances with \"TBD\", \"-\" and \"unknown\" are not labelled")
            && $0.hasSuffix("(--positive-instance, --negative-instance)")
        }, "\(loaded.lines)")
    }
    for text in texts(["tumour", "none", "none", "none", "none", "none"]) {
      let line = try #require(#expect(throws: ReadError.self) { try load(text) }).description
      #expect(line.contains("the instance's label is missing") && line.contains("--negative-instance none"), "\(line)")
      #expect(try load(text, negative: "none").dataset.instanceLabels == [1, 0, 0, 0, 0, 0])
    }
    for text in texts(["1", "-1", "-1", "-1", "-1", "-1"]) {
      #expect(try load(text).dataset.instanceLabels == [1, nil, nil, nil, nil, nil])
      let loaded = try load(text, negative: "-1")
      #expect(loaded.dataset.instanceLabels == [1, 0, 0, 0, 0, 0])
      // A kept model knows the label, and needs no option.
      let options = try #require(loaded.dataset.reading).options.remembered(features: loaded.dataset.featureNames)
      #expect(options.negativeInstance == nil && options.knownInstanceLabels == ["-1", "1"])
      let again = try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
      #expect(again.dataset.instanceLabels == [1, 0, 0, 0, 0, 0])
      #expect(throws: ReadError.self) { try load(text, negative: "stroma") }
    }
    let alone = "bag,instance_label,f\na,1,5\na,-1,6\nb,-1,7\n"
    let line = try #require(#expect(throws: ReadError.self) { try load(alone) }).description
    #expect(line.contains("--negative-instance -1"), "\(line)")
    #expect(try load(alone, negative: "-1").dataset.labels == [1, 0])
  }

  @Test("Arrays follow the same rule", arguments: ["npz", "mat"])
  func arrays(kind: String) throws {
    func load(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> BagDataset {
      var options = ReadOptions.automatic
      change(&options)
      return try BagReader.read(Fixture.url("arrays/\(name).\(kind)"), options: options).dataset
    }
    func failure(_ name: String) throws -> String {
      try #require(#expect(throws: ReadError.self) { try load(name) }).description
    }
    #expect(try failure("words-certain").contains("\"n/d\", which says that the bag's label is missing"))
    let three = try failure("words-three")
    #expect(three.contains("\"unknown\", which says that the bag's label is missing"), "\(three)")
    #expect(try load("words-three") { $0.task = .classes }.targets.classCount == 3)
    #expect(try failure("words-two").contains("--task classes"))
    #expect(try load("words-present").labels == [1, 0, 0])
    guard kind == "npz" else { return }
    #expect(try load("words-instances").instanceLabels == [1, nil, 0, nil, 0, nil])
    let positive = try load("words-signed") { $0.positiveInstance = "1" }
    #expect(positive.instanceLabels == [1, nil, nil, nil, nil, nil])
    #expect(positive.reading?.lines.contains { $0.contains("--negative-instance") } == true)
    #expect(try load("words-signed") { $0.negativeInstance = "-1" }.instanceLabels == [1, 0, 0, 0, 0, 0])
  }

  @Test("A label table leaves out slides with such a word, and says the word")
  func tables() throws {
    try TemporaryFolder.use { place in
      for name in ["a", "b", "c", "d"] { try NumPyBytes.write([[1, 2], [3, 4]], to: place, "f/\(name).npy") }
      func load(_ table: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
        try Data(table.utf8).write(to: place.appendingPathComponent("l.csv"))
        var options = ReadOptions.automatic
        options.labels = place.appendingPathComponent("l.csv").path
        change(&options)
        return try DatasetStore(catalogue: .shipped()).load(place.appendingPathComponent("f").path, options: options)
      }
      let words = "slide_id,label\na,1\nb,0\nc,unknown\nd,TBD\n"
      let loaded = try load(words)
      #expect(loaded.dataset.bagNames == ["a", "b"] && loaded.dataset.labels == [1, 0])
      #expect(
        loaded.lines.contains {
          $0.contains("have no label in their line: c, d; \"TBD\", \"unknown\" say that it is missing")
            && $0.hasSuffix("(--task classes)")
        }, "\(loaded.lines)")
      let classes = try load(words) { $0.task = .classes }
      #expect(classes.dataset.bagNames == ["a", "b", "c"] && classes.dataset.targets.classCount == 3)
      let pair = "slide_id,label\na,tumour\nb,unknown\nc,tumour\nd,unknown\n"
      let one = #expect(throws: ReadError.self) { try load(pair) }
      #expect(one?.description.contains("--task classes where it is a class") == true)
      #expect(try load("slide_id,label\na,+\nb,-\nc,-\nd,+\n").dataset.labels == [1, 0, 0, 1])
    }
  }
}
