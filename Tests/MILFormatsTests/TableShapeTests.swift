import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Comments, separators and decimal marks of tables")
struct TableShapeTests {
  private static func read(_ text: String, _ options: ReadOptions = .automatic) throws -> LoadedDataset {
    try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  private static let values: [[Float]] = [[0.5, 1.25], [-2, 3], [1.5, 4]]
  private static let plain = "bag,label,f,g\na,1,0.5,1.25\na,1,-2,3\nb,0,1.5,4\n"

  @Test(
    "One table is read alike however it was written, and what was decided is said",
    arguments: [
      ("bag;label;f;g\na;1;0,5;1,25\na;1;-2;3\nb;0;1,5;4\n", ReadDecision.Subject.numbers),
      ("bag\tlabel\tf\tg\na\t1\t0,5\t1,25e0\na\t1\t-2,0\t3\nb\t0\t1,5\t4\n", .numbers),
      ("bag,label,f,g\na,1,\"0,5\",\"1,25\"\na,1,-2,3\nb,0,\"1,5\",4\n", .numbers),
      ("sep=;\r\nbag;label;f;g\r\na;1;0.5;1.25\r\na;1;-2;3\r\nb;0;1.5;4\r\n", .columns),
      ("\u{FEFF}sep=;\nbag;label;f;g\na;1;0,5;1,25\na;1;-2;3\nb;0;1,5;4\n", .numbers),
      ("# made today\n" + plain, .leftOut), ("% a\n%b,c\n\n" + plain + "# end\n", .leftOut),
      ("# bag,label,f,g\na,1,0.5,1.25\na,1,-2,3\nb,0,1.5,4\n", .columns),
      (
        "\"\",\"bag\",\"label\",\"f\",\"g\"\n\"1\",\"a\",1,0.5,1.25\n\"2\",\"a\",1,-2,3\n\"3\",\"b\",0,1.5,4\n",
        .leftOut
      ),
      ("\"bag\" \"label\" \"f\" \"g\"\n\"1\" \"a\" 1 0.5 1.25\n\"2\" \"a\" 1 -2 3\n\"3\" \"b\" 0 1.5 4\n", .leftOut),
      ("bag,label,f,g\n1,a,1,0.5,1.25\n2,a,1,-2,3\n3,b,0,1.5,4\n", .leftOut),
      ("bag  label f g\na    1  0.5   1.25\na 1\t-2 3 \nb 0 1.5 4\n", .columns),
      ("bag|label|f|g\na|1|0.5|1.25\na|1|-2|3\nb|0|1.5|4\n", .columns),
    ])
  func alike(text: String, subject: ReadDecision.Subject) throws {
    let dataset = try Self.read(text).dataset
    #expect(dataset.instances.elements == Self.values.flatMap(\.self))
    #expect(dataset.bagNames == ["a", "b"] && dataset.labels == [1, 0] && dataset.featureNames == ["f", "g"])
    #expect(dataset.reading?.decisions.contains { $0.subject == subject } == true)
  }

  @Test("A table in which points are the decimal marks keeps its commas in text")
  func points() throws {
    let dataset = try Self.read("bag;label;f\n\"x, y\";1;0.5\nz;0;1\n").dataset
    #expect(dataset.bagNames == ["x, y", "z"])
    #expect(dataset.reading?.decisions.contains { $0.subject == .numbers } == false)
  }

  @Test(
    "Marks of which two readings are plausible are refused with the way out",
    arguments: [
      ("bag;label;f\na;1;1,234\nb;0;2,345\n", nil, "--decimal comma"),
      ("bag,label,f\na,1,0,5\nb,0,1,5\n", ReadOptions.DecimalMark.comma, "separated by ; or tabs"),
      ("bag,label,f\na,1,0,5\na,1,1,5\n", nil, "decimal commas need ; or tabs"),
      ("bag;label;f\na;1;1.5\nb;0;2,5\n", .comma, "no points"),
      ("bag;label;f\na;1;0,5\nb;0;1,5\n", .point, "found \"0,5\""),
      ("bag,label,f\na,1,2\n#b,0,3\nc,0,4\n", nil, "which may be a comment or an instance"),
    ])
  func refused(text: String, mark: ReadOptions.DecimalMark?, part: String) throws {
    var options = ReadOptions.automatic
    options.decimalMark = mark
    let error = #expect(throws: ReadError.self) { try Self.read(text, options) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test("Commas are decimal marks of thousandths where the options say so")
  func asked() throws {
    var options = ReadOptions.automatic
    options.decimalMark = .comma
    let dataset = try Self.read("bag;label;f\na;1;1,234\nb;0;-,5\n", options).dataset
    #expect(dataset.instances.elements == [1.234, -0.5])
  }

  @Test("The faults of a table are told together, at most five of them by their places")
  func faults() throws {
    let lines = (0..<8).map { "a,1,\($0 == 3 ? "5" : "x\($0)")" }.joined(separator: "\n")
    let error = #expect(throws: ReadError.self) { try Self.read("bag,label,f\na,1,2\nb,0,1\n" + lines + "\na,1\n") }
    let text = try #require(error?.description)
    #expect(text.contains("line 4, field 3: found \"x0\"") && text.contains("the first of 8 faults"))
    #expect(text.contains("line 6, field 3: found \"x2\"") && !text.contains("x6"))
  }

  @Test("Columns with text, missing values and labels are told in one error, in each kind of table")
  func allFaults() throws {
    let head =
      "@relation r\n@attribute bag string\n@attribute label string\n@attribute f1 numeric\n"
      + "@attribute stain string\n@attribute 'the site' string\n@attribute f2 numeric\n@data\n"
    func rows(_ label: String, _ number: String) -> String {
      (0..<6).map { row in
        "s\(row / 2),\(row == 5 ? label : "\(row / 2 % 2)"),\(row == 4 ? number : "0.\(row)5"),HE,north,\(row).5\n"
      }.joined()
    }
    for start in ["bag,label,f1,stain,the site,f2\n", head] {
      let error = #expect(throws: ReadError.self) { try Self.read(start + rows("?", "nan")) }
      let said = try #require(error?.description)
      for part in ["found \"HE\"", "found \"north\"", "found \"nan\"", "found \"?\"", "the first of 1"] {
        #expect(said.contains(part), "\(said)")
      }
      #expect(
        said.contains(
          "2 columns have text in place of numbers, which --ignore-column stain --ignore-column 'the site'"),
        "\(said)")
      var options = ReadOptions.automatic
      options.columns.ignored = ["stain", "the site"]
      #expect(try Self.read(start + rows("0", "1"), options).dataset.featureCount == 2)
    }
  }

  @Test("Any change of a table is read or refused, and never ends the process")
  func mutated() throws {
    let seeds = [
      "# c\nsep=;\nbag;label;f\na;1;0,5\nb;0;1,5\n", "\"bag\" \"label\" \"f\"\n\"1\" \"a\" 1 0.5\n\"2\" \"b\" 0 1\n",
      "#bag|label|f\na|1|0.5\n%b|0|1\n",
    ]
    let bytes = Array("#%\"|;, \t\n\r0.".utf8)
    var read = 0
    for seed in seeds.map({ Array($0.utf8) }) {
      for place in seed.indices {
        for byte in bytes {
          var changed = seed
          changed[place] = byte
          if (try? Fixture.withFile(changed, { try BagReader.read($0) })) != nil { read += 1 }
        }
        _ = try? Fixture.withFile(Array(seed[..<place])) { try BagReader.read($0) }
      }
    }
    #expect(read > 0)
  }
}
