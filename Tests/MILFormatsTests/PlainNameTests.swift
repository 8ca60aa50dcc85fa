import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import MILRecords
import TestSupport
import Testing
import UserInput

@Suite("Ids and labels as they are written")
struct PlainNameTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  private func failure(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> String {
    try #require(#expect(throws: ReadError.self) { try load(text, change) }).description
  }

  @Test("Decimal commas are those of features; ids, labels and groups keep theirs")
  func commas() throws {
    let text = "bag;patient;label;f\n1,1;2,5;1;0,5\n1,1;2,5;1;0,75\n1,10;2,50;0;1,25\n"
    let loaded = try load(text)
    #expect(loaded.dataset.bagNames == ["1,1", "1,10"] && loaded.dataset.groups == ["2,5", "2,50"])
    #expect(loaded.dataset.instances.elements == [0.5, 0.75, 1.25])
    #expect(loaded.lines.contains { $0.contains("features are written with a decimal comma") })
    // Points and commas in ids say nothing about the format of numbers.
    #expect(try load("bag;label;f\n1.1;1;0,5\n2.1;0;1,5\n").dataset.bagNames == ["1.1", "2.1"])
    let points = try load("bag;label;f\n1,1;1;0.5\n2,1;0;1.5\n")
    #expect(points.dataset.bagNames == ["1,1", "2,1"] && points.lines.allSatisfy { !$0.contains("decimal comma") })
    let whole = try load("bag;label;f\n1,1;1;5\n2,1;0;15\n")
    #expect(whole.dataset.bagNames == ["1,1", "2,1"] && whole.lines.allSatisfy { !$0.contains("decimal comma") })
  }

  @Test("Ids that are one number with a comma and with a point are several bags, and that is said")
  func decimalCommas() throws {
    for (one, two) in [("1,5", "1.5"), ("2", "2,0"), ("1,50", "1,5")] {
      let loaded = try load("bag;label;f\n\(one);1;1\n\(two);0;2\n")
      #expect(loaded.dataset.bagNames == [one, two])
      #expect(loaded.lines.contains { $0.contains("\(one) and \(two) are two bags, though both are one number") })
    }
    let others = try load("bag;label;f\n1,5;1;1\n1,6;0;2\n1,5,0;0;2\n")
    #expect(others.lines.allSatisfy { !$0.contains("one number") })
  }

  @Test("Ids that look alike in characters of other scripts or widths are several bags, and that is said")
  func lookalikes() throws {
    for (one, two) in [("s1", "\u{455}1"), ("b1", "b\u{ff11}"), ("A", "\u{391}")] {
      let loaded = try load("bag,label,f\n\(one),1,1\n\(two),0,2\n")
      #expect(loaded.dataset.bagCount == 2)
      #expect(loaded.lines.contains { $0.contains("ids that look alike") && $0.contains("\(one) and \(two)") })
    }
    let loaded = try load("bag,label,f\n\u{e9}1,1,1\ne1,0,2\n")
    #expect(!loaded.lines.contains { $0.contains("look alike") })
  }

  @Test("Ids of which tables show the same text are refused, a control character alone is not")
  func controlCharacters() throws {
    for (one, two) in [("z\u{2407}", "z\u{7}"), ("a\u{1b}", "a\u{241b}"), ("b[U+0085]", "b\u{85}")] {
      for header in ["bag,label,f\n", "bag\tlabel\tf\n"] {
        let separator = header.contains("\t") ? "\t" : ","
        let rows = ["\(one),1,1", "\(two),0,2"].map { $0.replacing(",", with: separator) + "\n" }
        let line = try failure(header + rows.joined())
        #expect(line.contains("which tables show alike"), "\(line)")
      }
    }
    #expect(try load("bag,label,f\nz\u{7},1,1\ny,0,2\n").dataset.bagNames == ["z\u{7}", "y"])
  }

  @Test("Places have decimal commas as features do, in tables with and without header, quoted or not")
  func commasOfPlaces() throws {
    let named = try load("bag;label;x;y;f\na;1;0,5;1,5;2,5\nb;0;3,5;4,5;5,5\n").dataset
    #expect(named.places?.map { [$0.x, $0.y] } == [[0.5, 1.5], [3.5, 4.5]])
    for text in [
      "1;a;0,5\n1;a;0,25\n0;b;1,5\n", "1,a,\"0,5\"\n1,a,\"0,25\"\n0,b,\"1,5\"\n", "1\ta\t0,5\n1\ta\t0,25\n0\tb\t1,5\n",
    ] {
      #expect(try load(text).dataset.instances.elements == [0.5, 0.25, 1.5])
    }
    let targets = try load("bag;label;f\na;1,5;0,5\nb;2,25;1,5\n") { $0.task = .number }
    #expect(targets.dataset.targets == .numbers([1.5, 2.25]))
    #expect(targets.lines.contains { $0.contains("features and targets are written with a decimal comma") })
    let floats = try load("bag;label;f\na;1,0;0,5\nb;0,0;1,5\n")
    #expect(floats.dataset.labels == [1, 0] && floats.classNames == ["0", "1"])
  }

  @Test(
    "Characters that cannot be seen make no other bag, and that is said",
    arguments: ["s1\u{a0}", "\u{feff}s1", "s\u{200b}1", "s1\u{202f}", "\u{2060}s1", "s\u{ad}1"])
  func unseen(id: String) throws {
    let relation = "@relation r\n@attribute bag string\n@attribute f numeric\n@attribute class {0,1}\n@data\n"
    for text in [
      "bag,label,f\ns1,1,1\n\(id),1,2\ns2,0,3\n", "1,s1,1\n1,\(id),2\n0,s2,3\n",
      relation + "s1,1,1\n'\(id)',2,1\ns2,3,0\n", "1:s1:1 1:1\n2:\(id):1 1:2\n3:s2:0 1:3\n",
    ] {
      let loaded = try load(text)
      #expect(loaded.dataset.bagNames == ["s1", "s2"] && loaded.dataset.instanceCount == 3)
      #expect(loaded.lines.contains { $0.hasPrefix("encoding: ids and labels are taken as they look") })
    }
  }

  @Test("No-break spaces are blanks within ids, labels, groups and names of columns")
  func noBreak() throws {
    let text =
      "bag,la\u{200b}bel,patient,\u{feff}f\u{a0}\na b,1,p,1\na\u{a0}b,1\u{a0},p\u{a0},2\nc,0,q,3\n"
    let loaded = try load(text)
    #expect(loaded.dataset.bagNames == ["a b", "c"] && loaded.dataset.labels == [1, 0])
    #expect(loaded.dataset.groups == ["p", "q"] && loaded.dataset.featureNames == ["f"])
    #expect(loaded.lines.contains { $0.hasPrefix("encoding: names of columns are taken as they look") })
    #expect(try load("bag,label,f\né,1,1\nâ,0,2\n").lines.allSatisfy { !$0.hasPrefix("encoding") })
    #expect(try failure("bag,label,f\na,1,1\n\u{a0},0,2\n").contains("an empty bag id"))
  }

  @Test("All ways of writing one number that are several bags are listed")
  func spellings() throws {
    let lines = try load("bag,label,f\n1,1,1\n1.0,0,2\n01,1,3\n2,0,4\n2.0,1,5\n3,0,5\n").lines
    let line = try #require(lines.first { $0.contains("compared as text") })
    #expect(line.contains("1, 1.0 and 01 are 3 bags, 2 and 2.0 are two bags") && !line.contains("3,"), "\(line)")
  }

  @Test("A field without anything behind the last column is said, on all lines or some")
  func emptyEnds() throws {
    let all = try load("bag,label,f\na,1,1,\na,1,2,\nb,0,3,\n")
    #expect(all.lines.contains { $0.contains("an empty field behind the last column in 3 of 3 lines") })
    let some = try load("1,a,1\n1,a,2,\n0,b,3\n")
    #expect(some.lines.contains { $0.contains("in 1 of 3 lines") } && some.dataset.instances.elements == [1, 2, 3])
    let relation = "@relation r\n@attribute bag string\n@attribute f numeric\n@attribute class {0,1}\n@data\n"
    #expect(
      try load(relation + "a,1,1,\nb,2,0\n").lines.contains { $0.contains("behind the last attribute in 1 of 2") })
    #expect(try load("bag,label,f\na,1,1\nb,0,3\n").lines.allSatisfy { !$0.contains("empty field") })
  }

  @Test("A header that stands again among the instances is told, and how it is left out")
  func headerAgain() throws {
    for (text, line) in [
      ("bag,label,f\na,1,1\nb,0,2\nbag,label,f\nc,1,3\n", 4),
      ("bag;label;0;1;2\na;1;1;2;3\nbag;label;0;1;2\nb;0;1;2;3\n", 3),
    ] {
      let found = try failure(text)
      #expect(found.contains("line \(line): found the header again") && found.contains("awk"), "\(found)")
    }
    #expect(try load("bag,label,f\nbag,1,1\nb,0,2\n").dataset.bagNames == ["bag", "b"])
  }

  @Test("Lines of empty fields, as spreadsheets write, are left out and said")
  func emptyLines() throws {
    for text in ["bag;label;f\na;1;1\n;;\nb;0;2\n;;\n", "1,a,1\n,,\n0,b,2\n,,\n"] {
      let loaded = try load(text)
      #expect(loaded.dataset.instances.elements == [1, 2] && loaded.dataset.bagNames == ["a", "b"])
      #expect(loaded.lines.contains { $0.contains("2 lines of empty fields") })
    }
    #expect(try failure("bag,label,f\na,1,1\n,1,2\nb,0,2\n").contains("ffill()"))
  }

  @Test(
    "Fields that are no numbers say what they are",
    arguments: [("\"[1, 2]\"", "a list in one field"), ("\u{2212}3", "U+2212"), ("\"1,000.5\"", "between thousands")])
  func fields(field: String, words: String) throws {
    #expect(try failure("bag,label,f\na,1,\(field)\nb,0,2\n").contains(words))
  }

  @Test("Errors of spreadsheets are missing values", arguments: ["#DIV/0!", "#N/A", "#VALUE!", "#REF!"])
  func errors(field: String) throws {
    let text = "bag,label,f,g\na,1,1,\(field)\nb,0,2,3\n"
    #expect(try failure(text).contains("--missing drop-instances"))
    #expect(try load(text) { $0.missing = .dropColumns }.dataset.featureNames == ["f"])
    #expect(try failure("bag,label,f\n\"\(field)\",1,1\nb,0,2\n").contains("the bag's id is missing"))
  }

  @Test("Rows without content whose id is -1 are refused, with content they are said")
  func padding() throws {
    for text in [
      "bag,label,f,g\n0,1,1,2\n0,1,3,4\n1,0,5,6\n-1,0,0,0\n-1,0,0,0\n",
      "1,0,1,2\n1,0,3,4\n0,1,5,6\n0,-1,0,0\n0,-1,0,0\n0,2,3,4\n",
    ] {
      let line = try failure(text)
      #expect(line.contains("0 throughout") && line.contains("padding") && line.contains("bag >= 0"), "\(line)")
    }
    let noise = try load("bag,label,f,g\n0,1,1,2\n1,0,5,6\n-1,0,0,1\n")
    #expect(noise.lines.contains { $0.contains("the id -1 beside ids from 0 on is taken for a bag") })
    #expect(try load("bag,label,f,g\na,1,1,2\nb,0,5,6\n-1,0,0,0\n").dataset.bagCount == 3)
  }

  @Test("Bags that end in rows as of padding are said")
  func paddedEnds() throws {
    let zeros = try load("bag,label,f,g\na,1,1,2\na,1,0,0\nb,0,5,6\nb,0,0,0\nc,1,3,4\nc,1,1,2\nc,1,7,2\n")
    #expect(zeros.lines.contains { $0.contains("2 bags end in rows that hold one number throughout") })
    let twice = try load("bag,label,f,g\na,1,1,2\na,1,1,2\nb,0,5,6\nb,0,5,6\nc,1,3,4\nc,1,1,2\n")
    #expect(twice.lines.contains { $0.contains("all bags have 2 instances, of which 2 end in one row twice") })
    let inner = try load("bag,label,f,g\na,1,0,0\na,1,1,2\nb,0,5,6\nb,0,0,0\nc,1,3,4\nc,1,0,0\n")
    #expect(inner.lines.allSatisfy { !$0.contains("padding") })
  }
}
