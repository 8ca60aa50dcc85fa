import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Names that a kept model knows")
struct KnownNamesTests {
  private func read(
    _ text: String, _ options: ReadOptions = .automatic, named file: String = "bags.csv"
  ) throws -> BagDataset {
    try Fixture.withFile(Array(text.utf8), named: file) { try BagReader.read($0, options: options) }.dataset
  }

  /// Returns the options that a model stores after training on a set.
  private func remembered(_ dataset: BagDataset) throws -> ReadOptions {
    try #require(dataset.reading).options.remembered(features: dataset.featureNames)
  }

  private func failure(_ text: String, _ options: ReadOptions) throws -> String {
    try #require(#expect(throws: ReadError.self) { try read(text, options) }).description
  }

  /// Returns bags of one row with these labels in four layouts.
  private static func layouts(_ labels: [String]) -> [String] {
    let rows = labels.enumerated()
    let relation = "@relation r\n@attribute id string\n@attribute bag relational\n@attribute f numeric\n@end bag\n"
    return [
      "bag,label,f\n" + rows.map { "b\($0),\($1),\($0)\n" }.joined(),
      rows.map { "\($1),b\($0),\($0)\n" }.joined(),
      relation + "@attribute class string\n@data\n" + rows.map { "b\($0),'\($0)',\($1)\n" }.joined(),
      rows.map { "0:b\($0):\($1) 1:\($0)\n" }.joined(),
    ]
  }

  @Test("A model of one label against several knows the several by name, and takes no other for them", arguments: 0..<4)
  func rest(layout: Int) throws {
    func text(_ labels: [String]) -> String { Self.layouts(labels)[layout] }
    let options = try remembered(read(text(["a", "b", "c", "a"]), ReadOptions(positive: "a")))
    #expect(options.restLabels == ["b", "c"] && options.knownLabels == ["not a", "a"])
    #expect(try read(text(["c", "b", "c"]), options).labels == [0, 0, 0])
    #expect(try read(text(["B", "a", "c"]), options).labels == [0, 1, 0])
    for (labels, stranger) in [(["d", "a", "d", "a"], "d"), (["b", "c", "e", "c"], "e")] {
      let line = try failure(text(labels), options)
      #expect(line.contains("label \"\(stranger)\""), "\(line)")
      #expect(line.contains("\"b\", \"c\" (negative) and \"a\" (positive)") && line.contains("--positive"), "\(line)")
    }
    var asked = options
    asked.positive = "d"
    #expect(try read(text(["d", "b", "d"]), asked).labels == [1, 0, 1])
    // A label that is the model's keeps its meaning.
    #expect(throws: ReadError.self) { try read(text(["d", "a", "d"]), asked) }
    let again = try JSONDecoder().decode(ReadOptions.self, from: JSONEncoder().encode(options))
    #expect(again == options)
  }

  @Test("Features with names that go to a model without are said to be taken by their order")
  func order() throws {
    let options = try remembered(read("1,a,1,2\n1,a,2,3\n0,b,3,4\n"))
    let here = try read("bag,label,g,f\na,1,1,2\nb,0,3,4\n", options)
    #expect(here.featureNames == ["g", "f"])
    let lines = try #require(here.reading).lines
    #expect(lines.contains { $0.contains("\"g\", \"f\", are taken for its features by their order") })
    #expect(
      try #require(read("1,a,1,2\n0,b,3,4\n", options).reading).lines.allSatisfy { !$0.contains("by their order") })
  }

  @Test("A kept model's features are not to be dropped, which is what a missing value says")
  func missing() throws {
    let options = try remembered(read("bag,label,f,g\na,1,1,2\nb,0,3,4\n"))
    let line = try failure("bag,label,f,g\na,1,1,NA\nb,0,3,4\n", options)
    #expect(
      line.contains("--missing drop-instances leaves its instance out") && !line.contains("drop-columns"), "\(line)")
  }

  @Test("Labels of instances mean what they mean to the model, in files with some of them")
  func instances() throws {
    var options = ReadOptions.automatic
    options.positiveInstance = "tumour"
    let header = "bag,label,instance_label,f\n"
    let known = try remembered(read(header + "a,1,tumour,1\na,1,fat,2\nb,0,stroma,3\nb,0,,4\n", options))
    #expect(try read(header + "c,0,fat,1\nc,0,stroma,2\n", known).instanceLabels == [0, 0])
    #expect(try read(header + "c,1,tumour,1\nc,1,,2\n", known).instanceLabels == [1, nil])
    let line = try failure(header + "c,0,bone,1\n", known)
    #expect(line.contains("label \"bone\" of instances") && line.contains("--positive-instance"), "\(line)")
    // If -1 is a label of instances in the model, it is one in a file of positive bags only.
    let signed = try remembered(read(header + "a,1,1,1\na,1,-1,2\nb,-1,-1,3\n"))
    #expect(try read(header + "c,1,1,1\nc,1,-1,2\n", signed).instanceLabels == [1, 0])
  }

  @Test("Positions of a table without header say nothing of the arrays or names of another file")
  func positions() throws {
    let rows = [("a", "1"), ("a", "1"), ("b", "0"), ("c", "0")].enumerated()
    let options = try remembered(
      read(
        rows.map { "\($1.1),\($1.0),\($0),\($0 * 2 % 3)\n" }.joined(),
        ReadOptions(columns: CSVColumns(bag: "2", label: "1"))))
    #expect(options.columns.bag == "#2" && options.columns.label == "#1")
    let named = try read("f,g,bag,label\n5,6,a,1\n7,8,b,0\n", options)
    #expect(named.labels == [1, 0] && named.instances.elements == [5, 6, 7, 8])
    #expect(try BagReader.read(Fixture.url("arrays/natural.npz"), options: options).dataset.bagCount == 12)
  }

  private static func flat(_ list: String, _ rows: String) -> String {
    "@relation r\n@attribute bag string\n@attribute colour \(list)\n@attribute f numeric\n@attribute class {0,1}\n@data\n"
      + rows
  }

  private static func relational(_ list: String, _ rows: String) -> String {
    "@relation r\n@attribute id string\n@attribute bag relational\n@attribute colour \(list)\n@attribute f numeric\n"
      + "@end bag\n@attribute class {0,1}\n@data\n" + rows
  }

  private static let kinds: [(training: String, test: String, stranger: String)] = [
    (
      flat("{red,green,blue}", "a,red,1,1\na,blue,2,1\nb,green,3,0\n"),
      flat("{blue,red,green}", "c,blue,1,1\nd,red,2,0\nd,green,3,0\n"),
      flat("{blue,pink}", "c,blue,1,1\nd,pink,2,0\n")
    ),
    (
      relational("{red,green,blue}", "a,'red,1\\nblue,2',1\nb,'green,3',0\n"),
      relational("{blue,red,green}", "c,'blue,1',1\nd,'red,2\\ngreen,3',0\n"),
      relational("{blue,pink}", "c,'blue,1',1\nd,'pink,2',0\n")
    ),
    (
      flat("{red,green,blue}", "a,red,1,1\na,blue,2,1\nb,green,3,0\n"),
      "bag,class,f,colour\nc,1,1,blue\nd,0,2,red\nd,0,3,green\n", "bag,class,f,colour\nc,1,1,blue\nd,0,2,pink\n"
    ),
    (
      flat("{red,green,blue}", "a,red,1,1\na,blue,2,1\nb,green,3,0\n"),
      // A sparse line omits the first name of its own list.
      flat("{blue,red,green}", "{0 c, 2 1, 3 1}\n{0 d, 1 red, 2 2}\n{0 d, 1 green, 2 3}\n"),
      flat("{pink,blue}", "{0 c, 2 1, 3 1}\n")
    ),
  ]

  @Test("Names that are values of features keep the model's numbers, whatever list a file declares", arguments: kinds)
  func nominals(kind: (training: String, test: String, stranger: String)) throws {
    let trained = try read(kind.training)
    #expect((0..<3).map { trained.instances[$0, 0] } == [0, 2, 1])
    let options = try remembered(trained)
    #expect(options.nominals == ["colour": ["red", "green", "blue"]])
    let test = try read(kind.test, options)
    let place = try #require(test.featureNames?.firstIndex(of: "colour"))
    #expect((0..<3).map { test.instances[$0, place] } == [2, 0, 1])
    #expect(test.reading?.lines.contains { $0.contains("as in the model") } == true)
    let line = try failure(kind.stranger, options)
    #expect(line.contains("\"pink\"") && line.contains("\"red\", \"green\", \"blue\""), "\(line)")
  }

  @Test("A feature of numbers in the model may be a list of numbers here, and no list of names")
  func otherKinds() throws {
    let options = try remembered(read("bag,label,f,colour\na,1,1,0\nb,0,2,5\n"))
    let test = try read(Self.flat("{5,0}", "c,5,1,1\nd,0,2,0\n"), options)
    #expect((0..<2).map { test.instances[$0, 0] } == [5, 0])
    let line = try failure(Self.flat("{red,blue}", "c,red,1,1\nd,blue,2,0\n"), options)
    #expect(line.contains("attribute \"colour\"") && line.contains("in the training bags of the model"), "\(line)")
    // Files of versions without names are read as before.
    var older = options
    older.nominals = nil
    #expect(try read(Self.flat("{red,blue}", "c,red,1,1\nd,blue,2,0\n"), older).instances[1, 0] == 1)
  }
}
