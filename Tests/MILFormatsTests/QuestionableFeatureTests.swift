import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Features that look as if they were none")
struct QuestionableFeatureTests {
  /// Six bags of two or three instances, of which the even ones are positive, with noise and one more feature.
  private static let sizes = [2, 3, 3, 2, 2, 3]

  private static func rows(_ feature: (_ bag: Int, _ place: Int, _ row: Int) -> String) -> [[String]] {
    let noise = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]
    let places = (1...6).flatMap { bag in (0..<sizes[bag - 1]).map { (bag, $0) } }
    return places.enumerated().map { row, place in
      ["s\(place.0)", "\(1 - place.0 % 2)", "\(noise[row]).5", feature(place.0, place.1, row)]
    }
  }

  private static func layouts(_ rows: [[String]]) -> [(text: String, feature: String)] {
    let flat =
      "@relation r\n@attribute bag string\n@attribute class {0,1}\n@attribute f real\n@attribute g real\n@data\n"
    return [
      ("bag,label,f,g\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined(), "g"),
      (flat + rows.map { $0.joined(separator: ",") + "\n" }.joined(), "g"),
      (rows.map { "\($0[1]),\($0[0]),\($0[2]),\($0[3])\n" }.joined(), "#4"),
      (rows.map { "0:\($0[0]):\($0[1]) 1:\($0[2]) 2:\($0[3])\n" }.joined(), "#2"),
    ]
  }

  private static func lines(_ text: String, format: BagFormat? = nil) throws -> [String] {
    try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, format: format) }.lines
  }

  private static let kinds: [(String, String)] = [
    ("counts the instances of each bag", "place"), ("counts the instances of each bag", "place1"),
    ("counts the rows of the file", "row"), ("is the size of each bag", "size"),
    ("is a number of each bag", "number"), ("is a number of each bag", "descending"),
    ("says the label of each bag", "label"),
    ("says a label of each instance", "witness"), ("says a label of each instance", "inverse"),
  ]

  private static func value(_ kind: String, _ bag: Int, _ place: Int, _ row: Int) -> String {
    let isWitness = bag % 2 == 0 && place == bag % 4 / 2
    return switch kind {
    case "place": "\(place)"
    case "place1": "\(place + 1)"
    case "row": "\(row)"
    case "size": "\(sizes[bag - 1])"
    case "number": "\(bag * bag)"
    case "descending": "\(100 - bag)"
    case "label": "\(1 - bag % 2)"
    case "witness": isWitness ? "1" : "0"
    case "inverse": isWitness ? "-1" : "1"
    default: "0"
    }
  }

  @Test(
    "Numbers of folds under a name of a repetition are noted, with the option that takes them",
    arguments: ["r1", "r_2", "rep1", "repeat_0", "run1", "k1"])
  func folds(name: String) throws {
    func said(_ value: (_ bag: Int, _ row: Int) -> String) throws -> Bool {
      let rows = Self.rows { bag, _, row in value(bag, row) }
      return try Self.lines("bag,label,f,\(name)\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined()).contains {
        $0.contains("feature \(name) is the same small whole number") && $0.contains("--fold-column")
      }
    }
    #expect(try said { bag, _ in "\(bag % 3)" })
    #expect(try said { bag, _ in "\(1 + bag / 4)" })
    // Measurements, numbers that are not counts, and numbers that differ within a bag.
    #expect(try !said { bag, _ in "\(bag % 3).5" })
    #expect(try !said { bag, _ in "\(bag % 3 * 10)" })
    #expect(try !said { _, row in "\(row % 3)" })
  }

  @Test("Labels, numbers and counters as features are noted, in each layout by what leaves them out", arguments: kinds)
  func noted(sentence: String, kind: String) throws {
    for (text, feature) in Self.layouts(Self.rows { Self.value(kind, $0, $1, $2) }) {
      let lines = try Self.lines(text)
      #expect(
        lines.contains { $0.contains("feature \(feature) \(sentence)") && $0.hasSuffix("(--ignore-column)") },
        "\(kind): \(lines)")
      #expect(lines.count { $0.hasSuffix("(--ignore-column)") } == 1, "\(lines)")
    }
  }

  @Test("A whole number of each bag that several bags share is noted as a group, in each layout")
  func groups() throws {
    for (text, feature) in Self.layouts(Self.rows { bag, _, _ in "\(bag / 3)" }) {
      // Without a header, the column is refused unless the format is given.
      let line = try Self.lines(text, format: feature == "#4" ? .labelBagCSV : nil).first {
        $0.contains("bags share it as they share a group such as a patient")
      }
      #expect(line?.contains("feature \(feature) is the same whole number") == true, "\(text)")
      // Sparse text has no columns.
      #expect(line?.contains("--ignore-column") == true && line?.contains("--group-column") == (feature != "#2"))
    }
    for feature in [{ (bag: Int, row: Int) in "\(bag / 3).5" }, { bag, row in "\(bag / 3 + row % 2)" }] {
      for (text, _) in Self.layouts(Self.rows { bag, _, row in feature(bag, row) }) {
        #expect(try Self.lines(text).allSatisfy { !$0.contains("bags share it") })
      }
    }
  }

  @Test("Features that are none of these are not noted")
  func silent() throws {
    for feature in [
      { (bag: Int, place: Int, row: Int) in "\(row * 7 % 13)" }, { bag, _, _ in "\(bag * 5 % 7)" },
      { bag, place, _ in bag == 2 && place == 0 ? "1" : "0" },
      { bag, place, _ in bag == 3 || bag % 2 == 0 && place == 0 ? "1" : "0" },
    ] as [(Int, Int, Int) -> String] {
      for (text, _) in Self.layouts(Self.rows(feature)) {
        let lines = try Self.lines(text)
        #expect(!lines.contains { $0.hasSuffix("(--ignore-column)") }, "\(lines)")
      }
    }
  }

  @Test("What single precision takes away is noted: values too small, and values too near to each other")
  func precision() throws {
    for (text, feature) in Self.layouts(Self.rows { _, _, row in row == 4 ? "1e-50" : "\(row * 7 % 13)" }) {
      #expect(try Self.lines(text).contains { $0.contains("feature \(feature) has values so small that they are 0") })
    }
    for (text, feature) in Self.layouts(Self.rows { _, _, row in "1000000000.\(row)" }).prefix(3) {
      #expect(try Self.lines(text).contains { $0.contains("feature \(feature) has different values that are one") })
    }
    for (text, feature) in Self.layouts(Self.rows { _, _, row in row == 4 ? "8e38" : "1" }) {
      let line = try #require(#expect(throws: ReadError.self) { try Self.lines(text) }).description
      #expect(line.contains("\"8e38\"") || line.contains(":8e38\""), "\(feature): \(line)")
      #expect(line.contains("range of single precision, up to 3.4e38"), "\(line)")
    }
    for name in [
      "precision.npz", "precision.mat", "precision-fortran.npz", "precision-cube.npz", "precision-cube.mat",
    ] {
      let lines = try BagReader.read(Fixture.url("arrays/" + name)).lines
      #expect(lines.contains { $0.contains("feature X:2 has values so small that they are 0") }, "\(name): \(lines)")
      #expect(lines.contains { $0.contains("feature X:3 has different values that are one") }, "\(name): \(lines)")
    }
    let whole = try BagReader.read(Fixture.url("arrays/precision-whole.npz")).lines
    #expect(whole.contains { $0.contains("feature X:3 has different values that are one") }, "\(whole)")
    for name in ["large.npz", "large.mat", "large-cube.npz", "large-cells.mat"] {
      let line = try #require(#expect(throws: ReadError.self) { try BagReader.read(Fixture.url("arrays/" + name)) })
      #expect(line.description.contains("8e+38") && line.description.contains("range of single precision"), "\(line)")
    }
  }

  @Test("Blanks around ids and labels are no part of them, in every layout, and what they would part is said")
  func blanks() throws {
    let csv = "bag,label,f\ns1,pos,1\n\"s1 \",\"pos \",2\ns2,neg,3\n"
    let arff =
      "@relation r\n@attribute bag string\n@attribute f real\n@attribute class string\n@data\ns1,1,pos\n's1 ',2,'pos '\ns2,3,neg\n"
    for text in [csv, csv.replacing("\"", with: ""), arff] {
      try Fixture.withFile(Array(text.utf8)) { file in
        let loaded = try BagReader.read(file)
        #expect(loaded.dataset.bagNames == ["s1", "s2"] && loaded.dataset.labels == [1, 0])
        #expect(loaded.lines.contains { $0.contains("blanks around ids") && $0.contains("s1") }, "\(loaded.lines)")
      }
    }
    for name in ["blanks.npz", "blanks.mat"] {
      let loaded = try BagReader.read(Fixture.url("arrays/" + name))
      #expect(loaded.dataset.bagNames == ["s1", "s2", "s3"] && loaded.dataset.labels == [1, 0, 0])
      // Texts in MAT-files are padded with blanks, which have no meaning.
      let isSaid = loaded.lines.contains { $0.contains("blanks around ids") && $0.contains("s1") }
      #expect(isSaid == (name == "blanks.npz"), "\(loaded.lines)")
    }
    // Blanks that distinguish nothing need no message.
    #expect(try !Self.lines("bag,label,f\ns1 ,1,1\ns1 ,1,2\ns2 ,0,3\n").contains { $0.contains("blanks around") })
  }

  @Test("Ids with blanks on different sides are one bag, which is said, in every layout")
  func sides() throws {
    let csv = "bag,label,f\n 1,1,1\n1 ,1,2\n2,0,3\n"
    let arff =
      "@relation r\n@attribute bag string\n@attribute f real\n@attribute class {0,1}\n@data\n' 1',1,1\n'1 ',2,1\n2,3,0\n"
    for text in [
      csv, csv.replacing(",", with: ";"), csv.replacing(" 1,", with: "\" 1\","), arff,
      "1, 1,1\n1,1 ,2\n0,2,3\n0,3,4\n",
    ] {
      let loaded = try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0) }
      #expect(loaded.dataset.bagNames.prefix(2) == ["1", "2"], "\(text)")
      #expect(loaded.lines.contains { $0.contains("blanks around ids") && $0.contains("one bag, 1") }, "\(text)")
    }
    // The same side in all rows of a bag distinguishes nothing, in the first line as below.
    for text in ["bag,label,f\n 1,1,1\n 1,1,2\n2,0,3\n", "1 ,1,4.5\n1 ,1,2.5\n2,0,3.5\n3,0,3.5\n"] {
      #expect(try !Self.lines(text).contains { $0.contains("blanks around") }, "\(text)")
    }
  }

  @Test("Values of sparse text that are one in single precision are noted")
  func sparsePrecision() throws {
    let text = (0..<12).map { "\($0 / 3 % 2) qid:\($0 / 3) 1:\(1_000_000_000 + $0) 2:\($0).5\n" }.joined()
    let loaded = try Fixture.withFile(Array(text.utf8), named: "bags.txt") { try BagReader.read($0) }
    #expect(
      loaded.lines.contains { $0.contains("has different values that are one in single precision") }, "\(loaded.lines)")
  }

  @Test("Ids in scientific notation are noted")
  func notation() throws {
    #expect(try Self.lines("bag,label,f\n1e3,1,1\n1000,0,2\n").contains { $0.contains("1e3 and 1000 are two bags") })
    let lines = try Self.lines("bag,label,f\n1.23457E+11,1,1\n1.23458E+11,0,2\n")
    #expect(lines.contains { $0.contains("1.23457E+11 is a number in scientific notation") }, "\(lines)")
    #expect(try !Self.lines("bag,label,f\n12e4,1,1\n3f,0,2\n").contains { $0.contains("scientific") })
  }
}
