import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Damaged text")
struct DamagedTextTests {
  @Test(
    "A changed text gives a sound data set or one clear line, in its own layout and in every other",
    arguments: [
      ("newsgroups-excerpt.txt", 2000), ("fox-excerpt.data", 2000), ("musk-excerpt-header.csv", 2000),
      ("musk-excerpt-keel.dat", 2000), ("musk-excerpt-flat.arff", 2000), ("musk-excerpt.arff", 2000),
      ("musk-excerpt-sparse.arff", 2000), ("musk-excerpt.svm", 2000), ("musk-excerpt.csv", 1000),
      ("musk-excerpt.data", 1000),
    ])
  func mutations(name: String, count: Int) throws {
    let original = try Fixture.bytes(name)
    var mutator = TextMutator(generator: RandomGenerator(seed: 17))
    let forced: [BagFormat?] = [.labelBagCSV, .c45, .newsgroups, .andrews, .keel, .arff, .csv]
    var refused = 0
    try Fixture.withFile([], named: name) { file in
      for round in 0..<count {
        let bytes = mutator.mutate(original)
        try Data(bytes).write(to: file)
        let format = round % 4 == 0 ? forced[round / 4 % forced.count] : nil
        do {
          let dataset = try BagReader.read(file, format: format).dataset
          #expect(dataset.instances.count <= bytes.count / 2 + (8 << 20))
          let areFinite = dataset.instances.elements.allSatisfy { $0.isFinite }
          #expect(areFinite)
        } catch let error where error is ReadError || error is DatasetError {
          refused += 1
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
    #expect(refused > count / 4 && refused < count)
  }

  @Test("Small texts made of marks alone are read or refused in every layout")
  func marks() throws {
    var generator = RandomGenerator(seed: 18)
    let marks = [
      "\"", "'", ",", "\n", "{", "}", "%", "@", "@data\n", "@attribute a {0,1}\n", "\\", ":", "1", "0", " ", "?",
    ]
    let formats: [BagFormat] = [.labelBagCSV, .c45, .newsgroups, .andrews, .keel, .arff, .csv]
    try Fixture.withFile([]) { file in
      for _ in 0..<3000 {
        let text = (0..<generator.integer(below: 24)).map { _ in marks[generator.integer(below: marks.count)] }.joined()
        try Data(text.utf8).write(to: file)
        do {
          let dataset = try BagReader.read(file, format: formats[generator.integer(below: formats.count)]).dataset
          #expect(dataset.instanceCount > 0)
        } catch let error where error is ReadError || error is DatasetError {
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
  }
}

@Suite("Full text files", .enabled(if: Fixture.dataFolder != nil))
struct FullTextTests {
  private func load(_ path: String, columns: CSVColumns = .automatic) throws -> BagDataset {
    try BagReader.read(#require(Fixture.dataFolder).appendingPathComponent(path), format: nil, columns: columns).dataset
  }

  @Test("KEEL's fox has the bags of the MAT-file, its ids being their numbers less 1")
  func fox() throws {
    let keel = try load("fox/fox.data")
    let mat = try load("fox/fox.mat")
    #expect(keel.bagCount == 200 && keel.instanceCount == 1320 && keel.featureCount == 230)
    let order = try (0..<200).map { number in try #require(keel.bagNames.firstIndex(of: String(number))) }
    #expect(try keel.selecting(bags: order).fingerprint == mat.fingerprint)
  }

  @Test("The text of each newsgroup has the instances of its CSV, and a positive instance in each positive bag")
  func newsgroups() throws {
    let tasks = try Catalogue.shipped().sets.filter { set in set.files.contains { $0.name.hasPrefix("newsgroups/") } }
    #expect(tasks.count == 20)
    for task in tasks {
      let text = try load("newsgroups/\(task.name.replacingOccurrences(of: ".", with: "_")).txt.gz")
      let csv = try load(#require(task.files.first { $0.name.hasSuffix(".csv") }).name)
      #expect(text.instances == csv.instances && text.offsets == csv.offsets && text.bagNames == csv.bagNames)
      let instanceLabels = try #require(text.instanceLabels)
      for bag in 0..<text.bagCount {
        #expect(text.labels[bag] == instanceLabels[text[rowsOfBag: bag]].compactMap(\.self).max())
        #expect(text.labels[bag] <= csv.labels[bag])
      }
    }
  }

  @Test("The table of UCSB's labels has the corrected labels of its bags")
  func labels() throws {
    var columns = CSVColumns(group: "image")
    columns.kept = ["circulated_label"]
    let table = try load("ucsb_breast_cancer/bag_labels.csv", columns: columns)
    let bags = try load("ucsb_breast_cancer/ucsb_breast_cancer.csv.gz")
    #expect(table.labels == bags.labels && table.bagNames == bags.bagNames)
    #expect(table.featureNames == ["circulated_label"] && table.groups?.count == 58)
    let differing = table.labels.indices.count { Float(table.labels[$0]) != table.instances[$0, 0] }
    #expect(differing == 52)
    let error = #expect(throws: ReadError.self) { try load("pbc_cell_shape/pbc_cell_shape.csv") }
    #expect(error?.description.contains("found no bag column among the columns Label, ImageSize") == true)
  }
}
