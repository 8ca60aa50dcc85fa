import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Text layouts")
struct TextLayoutTests {
  /// The values that the script computed when it cut the excerpts.
  struct Excerpt: Decodable {
    let bags: [String]
    let offsets: [Int]
    let labels: [Int]
    let instanceLabels: [Int]?
    let rowSums: [Double]
    let columnSums: [Double]
  }

  static func read(
    _ text: String, named name: String = "bags.csv", format: BagFormat? = nil, columns: CSVColumns = .automatic,
    featureCount: Int? = nil
  ) throws -> LoadedDataset {
    try Fixture.withFile(Array(text.utf8), named: name) {
      try BagReader.read($0, format: format, columns: columns, featureCount: featureCount)
    }
  }

  @Test(
    "Excerpts hold the bags, labels and features that their script found",
    arguments: [
      ("newsgroups-excerpt.txt", BagFormat.newsgroups), ("newsgroups-excerpt-crlf.txt", .newsgroups),
      ("fox-excerpt.data", .keel),
    ])
  func excerpts(file: String, format: BagFormat) throws {
    let golden = try #require(try Fixture.json("text-excerpts.json", as: [String: Excerpt].self)[file])
    let loaded = try BagReader.read(Fixture.url(file))
    let dataset = loaded.dataset
    #expect(loaded.format == format && loaded.notes.isEmpty && loaded.dataset.reading != nil)
    #expect(dataset.bagNames == golden.bags && dataset.offsets == golden.offsets)
    #expect(dataset.labels == golden.labels && dataset.instanceLabels == golden.instanceLabels)
    try #require(dataset.featureCount == golden.columnSums.count && dataset.instanceCount == golden.rowSums.count)
    for (row, sum) in golden.rowSums.enumerated() {
      #expect(abs(dataset.instances.row(row).reduce(0) { $0 + Double($1) } - sum) < 1e-5)
    }
    for (column, sum) in golden.columnSums.enumerated() {
      #expect(abs(dataset.instances.column(column).reduce(0) { $0 + Double($1) } - sum) < 1e-5)
    }
  }

  @Test(
    "The musk excerpt is the same in every layout",
    arguments: [
      ("musk-excerpt-header.csv", BagFormat.csv), ("musk-excerpt-keel.dat", .keel), ("musk-excerpt-flat.arff", .arff),
      ("musk-excerpt.arff", .arff), ("musk-excerpt-sparse.arff", .arff), ("musk-excerpt.svm", .andrews),
    ])
  func musk(file: String, format: BagFormat) throws {
    let golden = try Fixture.json("musk-excerpt.json", as: MuskExcerpt.self)
    let loaded = try BagReader.read(Fixture.url(file))
    #expect(loaded.format == format)
    #expect(try loaded.dataset.fingerprint == golden.fingerprint)
    if file != "musk-excerpt-header.csv" {
      #expect(loaded.dataset.bagNames == golden.molecules)
    }
    if format != .andrews {
      #expect(loaded.dataset.featureNames == (1...166).map { "f\($0)" })
    }
    #expect(try BagReader.read(Fixture.url(file), format: format).dataset.fingerprint == golden.fingerprint)
  }

  @Test("A header's columns are found by their names; quoted fields may hold quotation marks and line ends")
  func header() throws {
    let loaded = try BagReader.read(Fixture.url("musk-excerpt-header.csv"))
    let dataset = loaded.dataset
    #expect(
      dataset.instanceLabels
        == (0..<dataset.bagCount).flatMap { bag in
          dataset[rowsOfBag: bag].map { _ in dataset.labels[bag] }
        })
    #expect(dataset.groups == dataset.bagNames.map { "patient \"\($0)\"; or\nwho" })
    #expect(
      loaded.lines.contains { $0.contains("\"instance_label\" is the instance label, \"Patient\" is the group") })
    #expect(loaded.lines.contains("labels: \"musk\" is positive, \"non-musk\" is negative (--positive)"))
  }

  private static let tables: [(String, CSVColumns)] = [
    ("bag,label,a,b\nx,1,2,3\nx,1,4,5\ny,0,6,7\n", CSVColumns.automatic),
    ("bag;label;a;b\r\nx;1;2;3\r\nx;1;4;5\r\ny;0;6;7", .automatic),
    ("Bag-ID\tY\ta\tb\nx\t1\t2\t3\nx\t1\t4\t5\ny\t-1\t6\t7\n", .automatic),
    ("a,class,b,bag_name\n2,true,3,x\n4,True,5,x\n6,false,7,y\n", .automatic),
    ("\"a\",\"b\",\"bag\",\"label\"\n\"2\",3,\"x\",\"1\"\n4,\" 5 \",\"x\",1\n6,7,y,\"0\"\n", .automatic),
    ("instance_id,bag,label,a,b\n9,x,1,2,3\n8,x,1,4,5\n7,y,0,6,7\n", .automatic),
    (",bag,label,0,1\n1,x,1,2,3\n2,x,1,4,5\n3,y,0,6,7\n", .automatic),
    ("slide,outcome,a,b\nx,1,2,3\nx,1,4,5\ny,0,6,7\n", CSVColumns(bag: "Slide", label: "outcome")),
    ("slide,outcome,a,b\nx,1,2,3\nx,1,4,5\ny,0,6,7\n", CSVColumns(bag: "1", label: "2")),
    ("2,x,3,1\n4,x,5,1\n6,y,7,0\n", CSVColumns(bag: "2", label: "4")),
    ("x,2,3,9,1\nx,4,5,9,1\ny,6,7,9,0\n", CSVColumns(bag: "1", label: "5", ignored: ["4"])),
    ("x, 2, 3, 1\nx, 4, 5, 1\ny, 6, 7, 0\n", .automatic),
    ("1;x;2;3\n1;x;4;5\n0;y;6;7\n", .automatic), ("1\tx\t2\t3\n1\tx\t4\t5\n0\ty\t6\t7\n", .automatic),
    ("label,bag,0,1\n1,x,2,3\n1,x,4,5\n0,y,6,7\n", .automatic),
  ]

  @Test(
    "Separators, line ends, order of columns and ways to name them do not matter",
    arguments: tables)
  func csv(text: String, columns: CSVColumns) throws {
    let dataset = try Self.read(text, columns: columns).dataset
    #expect(dataset.instances.elements == [2, 3, 4, 5, 6, 7])
    #expect(dataset.bagNames == ["x", "y"] && dataset.labels == [1, 0] && dataset.offsets == [0, 2, 3])
  }

  @Test("Group, instance label and ignored columns are no features, and folds keep groups together")
  func groups() throws {
    let text = "bag,label,w,who,a\n1,1,0,p,1\n1,1,1,p,2\n2,0,0,q,3\n3,0,0,p,4\n"
    let columns = CSVColumns(instanceLabel: "w", group: "who")
    let dataset = try Self.read(text, columns: columns).dataset
    #expect(dataset.instanceLabels == [0, 1, 0, 0] && dataset.groups == ["p", "q", "p"])
    #expect(dataset.featureNames == ["a"] && dataset.instances.elements == [1, 2, 3, 4])
    #expect(
      try Fixture.failure(reading: "bag,label,patient,a\n1,1,p,1\n1,1,q,2\n")
        == "bags.csv, line 3: found group \"q\" for bag 1, expected \"p\" as in the bag's first instance; --group-column "
        + "names another column, --ignore-column leaves this one out")
  }

  @Test("A table without header whose first column is a bag and whose last is a label is KEEL's")
  func keelOrCSV() throws {
    let keel = "1, 5, 1\n2, 6, 0\n3, 7, 0\n"
    #expect(try Self.read(keel).format == .keel)
    #expect(try Self.read(keel).dataset.bagNames == ["1", "2", "3"])
    #expect(try Self.read("1,1,1\n0,2,0\n1,3,1\n").format == .labelBagCSV)
    #expect(try Self.read(keel, format: .csv, columns: CSVColumns(bag: "1", label: "3")).dataset.labels == [1, 0, 0])
    // With two bags, either column could be the bag.
    #expect(throws: ReadError.self) { try Self.read("1, 5, 1\n2, 6, 0\n") }
  }

  @Test("Sparse text with queries has a bag a query; without bags, with indices from 0 or descending it is refused")
  func queries() throws {
    func read(_ text: String) throws -> LoadedDataset {
      try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0) }
    }
    let loaded = try read("1 qid:7 1:2.5 3:1\n1 qid:7 2:4\n-1 qid:9 1:1 # note\n")
    #expect(loaded.dataset.bagNames == ["7", "9"] && loaded.dataset.labels == [1, 0])
    #expect(loaded.dataset.instances.elements == [2.5, 0, 1, 0, 4, 0, 1, 0, 0])
    #expect(loaded.lines.contains { $0.contains("qid is the bag") })
    for (text, part) in [
      ("1 1:2.5 3:1\n-1 2:4\n", "a label and no bag"), ("1 qid:7 0:2 1:1\n", "zero_based=False"),
      ("0:a:1 0:2 1:1\n", "zero_based=False"), ("0:a:1 3:2 1:1\n", "the indices of a line ascend"),
    ] {
      let line = try #require(#expect(throws: ReadError.self) { try read(text) }).description
      #expect(line.contains(part) && line.contains("line 1"), "\(line)")
    }
  }

  @Test("Weka's bags, a flat table and a model's columns by name read alike, in any order")
  func relationalColumns() throws {
    let head =
      "@relation r\n@attribute id string\n@attribute bag relational\n@attribute f1 numeric\n@attribute f2 numeric\n"
    let text = head + "@end bag\n@attribute class {0,1}\n@data\na,\"1,2\\n3,4\",1\nb,\"5,6\",0\n"
    func read(_ text: String, _ options: ReadOptions = .automatic) throws -> BagDataset {
      try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }.dataset
    }
    let dataset = try read(text)
    var options = try #require(dataset.reading).options.remembered(features: dataset.featureNames)
    options.knownLabels = ["0", "1"]
    #expect(try read(text, options).instances == dataset.instances)
    let flat = try read("bag,f2,other,f1,label\na,2,9,1,1\na,4,9,3,1\nb,6,9,5,0\n", options)
    #expect(flat.featureNames == ["f2", "f1"] && flat.labels == [1, 0])
    let table = try read("bag,label,f2,f1\na,1,2,1\nb,0,6,5\n")
    var ofTable = try #require(table.reading).options.remembered(features: table.featureNames)
    ofTable.knownLabels = ["0", "1"]
    #expect(try read(text, ofTable).instanceCount == 3)
  }
}
