import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import MILRecords
import TestSupport
import Testing
import UserInput

@Suite("Text readers")
struct TextReaderTests {
  @Test(
    "Every layout of the musk excerpt gives the same data set",
    arguments: [
      ("musk-excerpt.csv", BagFormat.labelBagCSV), ("musk-excerpt.csv.gz", .labelBagCSV), ("musk-excerpt.data", .c45),
      ("musk-excerpt-little.mat", .prtools), ("musk-excerpt-big.mat", .prtools), ("musk-excerpt-packed.mat", .prtools),
    ])
  func layouts(file: String, format: BagFormat) throws {
    let golden = try Fixture.json("musk-excerpt.json", as: MuskExcerpt.self)
    let loaded = try BagReader.read(Fixture.url(file))
    #expect(loaded.format == format)
    #expect(loaded.sha256 == SHA256.hexDigest(of: try Fixture.bytes(file)))
    let dataset = loaded.dataset
    #expect(dataset.offsets == golden.offsets)
    #expect(dataset.labels == golden.labels)
    #expect(dataset.featureCount == 166)
    #expect(
      (0..<dataset.instanceCount).map { dataset.instances.row($0).reduce(0, +) } == golden.rowSums.map(Float.init))
    #expect((0..<166).map { dataset.instances.column($0).reduce(0, +) } == golden.columnSums.map(Float.init))
    #expect(try dataset.fingerprint == golden.fingerprint)
    #expect(dataset.name == String(file.prefix { $0 != "." }))
    if format == .c45 || file.contains("little") { #expect(dataset.bagNames == golden.molecules) }
    #expect(try BagReader.read(Fixture.url(file), name: "other", format: format).dataset.name == "other")
  }

  @Test("A column y is the label, but beside an x a coordinate")
  func coordinates() throws {
    func read(_ text: String) throws -> BagDataset {
      try Fixture.withFile(Array(text.utf8), named: "bags.csv") { try BagReader.read($0).dataset }
    }
    #expect(try read("bag,y,f\na,1,7\nb,0,8\n").labels == [1, 0])
    let placed = try read("bag,label,x,y\na,1,7,5\nb,0,8,6\n")
    #expect(placed.featureCount == 2 && placed.labels == [1, 0])
  }

  @Test("Line ends, blanks, blank lines, a byte order mark and a trailing comma do not matter")
  func tolerance() throws {
    let plain = "1,a,1.5,-2\n1,a,3,4e1\n0,b,5,.5\n"
    let variants = [
      plain.replacingOccurrences(of: "\n", with: "\r\n"), plain.replacingOccurrences(of: "\n", with: "\r"),
      "\n \n" + plain + "\n\n", "\u{FEFF}" + plain, String(plain.dropLast()),
      plain.replacingOccurrences(of: ",", with: " ,\t"), plain.replacingOccurrences(of: "\n", with: ",\n"),
      plain.replacingOccurrences(of: "0,b", with: "-1,b").replacingOccurrences(of: "1,a", with: "+1.0,a"),
    ]
    func read(_ text: String) throws -> BagDataset {
      try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0).dataset }
    }
    let expected = try read(plain)
    #expect(expected.instances.elements == [1.5, -2, 3, 40, 5, 0.5])
    #expect(expected.labels == [1, 0])
    #expect(expected.bagNames == ["a", "b"])
    for variant in variants { #expect(try read(variant) == expected, "\(variant.debugDescription)") }
  }

  @Test("Rows of a bag that do not follow each other are gathered in order of first appearance")
  func gathering() throws {
    let text = "0,y,1\n1,x,2\n0,y,3\n0,z,4\n1,x,5\n0,y,6\n"
    let dataset = try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0).dataset }
    #expect(dataset.bagNames == ["y", "x", "z"])
    #expect(dataset.labels == [0, 1, 0])
    #expect(dataset.offsets == [0, 3, 5, 6])
    #expect(dataset.instances.elements == [1, 3, 6, 2, 5, 4])
  }

  @Test(
    "Bad lines are refused with line, field, what was found and what was expected",
    arguments: [
      (
        "1,1,2,3\n1,1,2,nan\n",
        "bags.csv, line 2, field 4: found \"nan\", expected a finite number; --ignore-column 4 leaves the column out; --missing drop-instances, drop-columns or mean where values are missing"
      ),
      (
        "1,1,2,3\n\n1,1,inf,3\n",
        "bags.csv, line 3, field 3: found \"inf\", expected a finite number; --ignore-column 3 leaves the column out; --missing-code inf with --missing drop-instances, drop-columns or mean where infinity stands for a missing value"
      ),
      (
        "1,1,2,3\n1,1,,3\n",
        "bags.csv, line 2, field 3: found \"\", expected a finite number; --ignore-column 3 leaves the column out; --missing drop-instances, drop-columns or mean where values are missing"
      ),
      (
        "1,1,2,1e999\n",
        "bags.csv, line 1, field 4: found \"1e999\", expected a finite number; --ignore-column 4 leaves the column out"
      ),
      (
        "1,1,2,1e39\n",
        "bags.csv, line 1, field 4: found \"1e39\", expected a number within the range of single precision, up to 3.4e38; --ignore-column 4 leaves the column out"
      ),
      (
        "1,1,2,3\n1,1,2\n",
        "bags.csv, line 2: found 3 fields, expected 4 as in the first line; an empty field needs its separator; a line that is no instance is left out by sed '2d' FILE"
      ),
      (
        "1,1,2,3\n1,1,2,3,4,5\n",
        "bags.csv, line 2: found 6 fields, expected 4 as in the first line; decimal commas need ; or tabs between fields; a field that holds the separator needs quotation marks"
      ),
      (
        "1,1,2,3\n1,1,2,3x\n",
        "bags.csv, line 2, field 4: found \"3x\", expected a finite number; --ignore-column 4 leaves the column out"
      ),
      (
        "1,1,2\n0,1,2\n",
        "bags.csv, line 2: found label 0 for bag 1, expected 1 as in the bag's first instance; labels of instances are named by --instance-label-column"
      ),
      (
        "1,,2\n",
        "bags.csv, line 1, field 2: found an empty field, expected a bag id in each line; pandas' ffill() fills the cells that a spreadsheet merged"
      ),
      ("", "bags.csv: found no lines, expected lines of bag label, bag id and features"),
    ])
  func refusals(text: String, line: String) throws {
    #expect(try Fixture.failure(reading: text, format: .labelBagCSV) == line)
  }

  @Test("An unknown layout is refused with the known ones; what is quoted stays on one line")
  func unknownLayout() throws {
    let line = try Fixture.failure(reading: "hello\u{7}world\n")
    for format in [BagFormat.labelBagCSV, .c45] { #expect(line.contains(format.id)) }
    #expect(line.hasPrefix("bags.csv, line 1: found \"hello\\u{07}world\""))
  }

  @Test("C4.5 classes may be several, and a molecule has one")
  func classes() throws {
    let bags = try Fixture.withFile(Array("a,a1,5,1.\nb,b1,5,0.\nc,c1,5,2.\n".utf8)) {
      try BagReader.read($0, format: .c45)
    }
    #expect(bags.dataset.targets == .classes([1, 0, 2], names: ["0", "1", "2"]))
    #expect(
      try Fixture.failure(reading: "a,a1,5,1.\na,a2,5,0.\n")
        == "bags.csv, line 2: found label 0 for bag a, expected 1 as in the bag's first instance; labels of instances are named "
        + "by --instance-label-column")
  }

  @Test("Files that are no files are refused")
  func noFile() throws {
    try Fixture.withFile([]) { file in
      for url in [
        file.deletingLastPathComponent(), file.appendingPathExtension("none"), URL(fileURLWithPath: "/dev/zero"),
      ] {
        #expect(throws: ReadError.self) { try BagReader.read(url) }
      }
    }
  }
}
