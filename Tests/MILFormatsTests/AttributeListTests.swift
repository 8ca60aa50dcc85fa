import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Lists and comments of ARFF and KEEL files")
struct AttributeListTests {
  private func read(_ text: String, _ options: ReadOptions = .automatic) throws -> LoadedDataset {
    try Fixture.withFile(Array(text.utf8), named: "bags.dat") { try BagReader.read($0, options: options) }
  }

  private func failure(_ text: String, _ options: ReadOptions = .automatic) throws -> String {
    try #require(#expect(throws: ReadError.self) { try read(text, options) }).description
  }

  @Test("Tabs separate bags and instances of a relational attribute, whatever commas its texts hold; weights are told")
  func relationalTabs() throws {
    let head =
      "@relation r\n@attribute id string\n@attribute bag relational\n@attribute f numeric\n@attribute g numeric\n"
      + "@end bag\n@attribute class {0,1}\n@data\n"
    for rows in [
      "a\t'1,2\\n3,4'\t1\nb\t'5,6'\t0\n", "a\t'1\\t2\\n3\\t4'\t1\nb\t'5\\t6'\t0\n", "a,'1 2\\n3 4',1\nb,'5 6',0\n",
    ] {
      let dataset = try read(head + rows).dataset
      #expect(dataset.instances.elements == [1, 2, 3, 4, 5, 6] && dataset.labels == [1, 0])
    }
    for rows in ["a,'1,2,{2}\\n3,4',1\nb,'5,6',0\n", "a,'1,2',1,{2}\nb,'5,6',0\n"] {
      let line = try failure(head + rows)
      #expect(line.contains("the weight of an instance") && line.contains("sed -E"), "\(line)")
    }
    let ends = try read(head + "a,'1,2,\\n3,4',1\nb,'5,6',0,\n").lines
    #expect(ends.contains { $0.contains("behind the last attribute of 1 of 3 instances") })
    #expect(ends.contains { $0.contains("behind the last attribute in 1 of 2 lines") })
  }

  private static func keel(_ lists: String) -> String {
    "@relation r\n@attribute id {a,b}\n@attribute f real\n@attribute cost real\n@attribute class {0,1}\n"
      + "@attribute grade {0,1}\n\(lists)@data\na,1,9,0,1\na,2,9,0,1\nb,3,9,1,0\n"
  }

  @Test("Inputs are the features, outputs the label, whatever else a KEEL file declares")
  func lists() throws {
    let loaded = try read(Self.keel("@inputs id, f\n@outputs grade\n"))
    #expect(loaded.dataset.featureNames == ["f"] && loaded.dataset.labels == [1, 0])
    #expect(loaded.lines.contains { $0.contains("\"cost\"") && $0.contains("not among the file's @inputs") })
    // Without a list of inputs, all attributes except the outputs are inputs.
    #expect(try read(Self.keel("@outputs grade\n")).dataset.featureNames == ["f", "cost"])
    var columns = CSVColumns(label: "class")
    columns.kept = ["cost"]
    let other = try read(Self.keel("@inputs f\n@outputs grade\n"), ReadOptions(columns: columns)).dataset
    #expect(other.labels == [0, 1] && other.featureNames == ["f", "cost"])
    columns = CSVColumns(hasLabels: false)
    #expect(
      try read(Self.keel("@outputs class, grade\n"), ReadOptions(columns: columns)).dataset.featureNames?.count == 2)
  }

  @Test("Lists that do not fit the attributes are refused")
  func wrongLists() throws {
    #expect(try failure(Self.keel("@outputs class, grade\n")).contains("--label-column"))
    #expect(try failure(Self.keel("@inputs f, csot\n@outputs grade\n")).contains("did you mean \"cost\"?"))
    #expect(try failure(Self.keel("@inputs f, grade\n@outputs grade\n")).contains("after one of them"))
  }

  private static let head = "@relation r % made by hand\n@attribute bag string\n@attribute f numeric % a length\n"
  private static let flat = head + "@attribute class {neg,pos} % of the bag\n@data\n"
  private static let relational =
    "@relation r\n@attribute id string\n@attribute bag relational\n@attribute f numeric\n@end bag % of a bag\n"
    + "@attribute class {neg,pos}\n@data\n"

  @Test("A comment behind a line of values is no part of them")
  func comments() throws {
    for text in [
      Self.flat + "a,1,pos % first\na,2,pos\t%second\nb,3,neg %\n% all of it\n",
      Self.flat + "{0 a, 1 1, 2 pos} % first\n{0 a, 1 2, 2 pos}\n{0 b, 1 3}\n",
      Self.relational + "a,'1\\n2',pos % first\nb,\"3\",neg\n", Self.relational + "a,'1 % one\\n2',pos\nb,'3',neg\n",
    ] {
      let dataset = try read(text).dataset
      #expect(dataset.labels == [1, 0] && dataset.instances.elements == [1, 2, 3] && dataset.bagNames == ["a", "b"])
    }
    #expect(try read(Self.flat + "'a%',1,pos\n'b % c',3,neg\n").dataset.bagNames == ["a%", "b % c"])
    let line = try failure(Self.flat + "a%b,1,pos\nb,3,neg\n")
    #expect(line.contains("line 6: found \"a%b\"") && line.contains("quotation marks"), "\(line)")
  }

  @Test("A bag in two rows of relational ARFF is refused with both lines, adjacent or not")
  func twoRows() throws {
    for rows in [
      "a,'1\\n2',pos\na,'4',pos\nb,'3',neg\n", "a,'1\\n2',pos\nb,'3',neg\n' a','4',pos\n",
      "7\t'1\\n2'\tpos\n8\t'3'\tneg\n7\t'4'\tpos\n",
    ] {
      let line = try failure(Self.relational + rows)
      #expect(line.contains("found a second row of bag") && line.contains("are in line 8"), "\(line)")
    }
    #expect(try read(Self.relational + "a,'1\\n2',pos\naa,'4',pos\nb,'3',neg\n").dataset.bagCount == 3)
  }

  @Test("A ? in place of a name says what is missing, and the way out")
  func missingNames() throws {
    for (text, part) in [
      (Self.flat + "a,1,pos\nb,3,?\n", "a label; bags without one are to be removed"),
      (Self.flat + "a,1,pos\n?,3,neg\n", "the id of the instance's bag"),
      (Self.relational + "a,'1',pos\nb,'3',?\n", "left unread by --no-labels"),
    ] {
      let line = try failure(text)
      #expect(line.contains("found \"?\"") && line.contains(part), "\(line)")
    }
  }

  @Test("A label that is none of those declared is refused with its line and these")
  func undeclared() throws {
    for (text, place) in [
      (Self.flat + "a,1,pos\nb,3,Neg\n", "line 7, field 3"), (Self.flat + "a,1,pos\n{0 b, 2 Neg}\n", "line 7, field 3"),
      (Self.relational + "a,'1',pos\nb,'3',Neg\n", "line 9, field 3"),
      (
        "@relation r\n@attribute bag {a,b}\n@attribute f real\n@attribute class {neg,pos}\n@inputs f\n@outputs class\n"
          + "@data\na,1,pos\nb,2,Neg\n", "line 9, field 4"
      ),
    ] {
      let line = try failure(text)
      #expect(line.contains(place.prefix(6)) && line.contains("\"Neg\""), "\(line)")
      #expect(line.contains("\"neg\", \"pos\"") && line.contains("(attribute \"class\")"), "\(line)")
    }
    let bags = "@relation r\n@attribute bag {a,b}\n@attribute f real\n@attribute class {0,1}\n@data\n"
    #expect(try failure(bags + "a,1,1\nc,2,0\n").contains("\"c\""))
    #expect(try read(bags + "a,1,1.0\nb,2,0\n").dataset.labels == [1, 0])
  }
}
