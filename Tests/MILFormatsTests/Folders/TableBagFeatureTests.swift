import Foundation
import LinearAlgebra
import MILBags
import TestSupport
import Testing
import UserInput

@testable import MILCatalogue
@testable import MILFormats

@Suite("Features of bags in the table of a folder")
struct TableBagFeatureTests {
  private static let table = """
    slide_id,case_id,label,age,gene_a,gene_b
    s1,p1,0,61,.5,1
    s2,p1,1,61,.25,2
    s3,p2,0,48,-3,3
    s4,p2,1,48,4,4
    s5,p3,0,70,5,5
    s6,p3,1,70,6,6

    """

  private static func load(
    _ names: [String], table: String = table, format: String = "npy", _ set: (inout ReadOptions) -> Void = { _ in }
  ) throws -> LoadedDataset {
    let files = try WrittenFolder.matrices(format) { bag in
      (0..<2 + bag % 2).map { WrittenFolder.values(bag, $0, width: 3) }
    }
    return try WrittenFolder.load(files, table: table) { options in
      options.columns.bagFeatures = names.isEmpty ? nil : names
      set(&options)
    }
  }

  private static func complaint(
    _ names: [String], table: String = table, _ set: (inout ReadOptions) -> Void = { _ in }
  ) -> String {
    do {
      _ = try load(names, table: table, set)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("Columns of the table come after the features of each instance, and the decision names them")
  func columns() throws {
    let plain = try Self.load([]).dataset
    let loaded = try Self.load(["gene_*", "age"])
    let bags = loaded.dataset
    #expect(plain.bagFeatureCount == 0 && plain.featureCount == 3)
    #expect(bags.bagFeatureCount == 3 && bags.featureCount == 6 && bags.labels == plain.labels)
    let own: [[Float]] = [[0.5, 1, 61], [0.25, 2, 61], [-3, 3, 48], [4, 4, 48], [5, 5, 70], [6, 6, 70]]
    for bag in 0..<6 {
      let (with, without) = try (bags.instances(ofBags: [bag]), plain.instances(ofBags: [bag]))
      #expect(with.rows == without.rows)
      for row in 0..<with.rows { #expect(with.row(row) == without.row(row) + own[bag]) }
    }
    #expect(
      loaded.lines.contains(
        "columns: \"gene_a\", \"gene_b\", \"age\" of l.csv describe the bag, and come last (--bag-features)"),
      "\(loaded.lines)")
    #expect(bags.reading?.options.columns.bagFeatures == ["gene_a", "gene_b", "age"])
    #expect(try bags.fingerprint != plain.fingerprint)
  }

  @Test("A column of 0 and 1 in the table does not leak the label, and a column of labels is found beside the features")
  func roles() throws {
    let table = "slide_id,grade,sex\n" + (1...6).map { "s\($0),\($0 % 2),\($0 % 2)\n" }.joined()
    let bags = try Self.load(["sex"], table: table).dataset
    #expect(bags.bagFeatureCount == 1 && bags.labels == [1, 0, 1, 0, 1, 0])
    #expect(Self.complaint(["grade"], table: table) == "nothing")
    #expect(Self.complaint(["label"]).contains("--bag-features label, a column of bags, labels, patients or folds"))
    #expect(Self.complaint(["slide_id"]).contains("--bag-features slide_id, a column of bags"))
  }

  @Test("A bag of a patient has the patient's features, which its slides share")
  func patients() throws {
    let table = Self.table.replacing("p1,1", with: "p1,0").replacing("p2,0", with: "p2,1").replacing(
      "p3,1", with: "p3,0")
    let bags = try Self.load(["age"], table: table) { $0.bagBy = .patient }.dataset
    #expect(bags.bagNames == ["p1", "p2", "p3"] && bags.bagFeatureCount == 1)
    #expect(try bags.instances(ofBags: [1]).row(4).last == 48)
    #expect(
      Self.complaint(["gene_b"], table: table) { $0.bagBy = .patient }
        .contains("found 1.0 and 2.0 in column gene_b for slides of patient p1"))
  }

  @Test("Fields without a number, missing columns and names of two columns are errors")
  func refusals() {
    let empty = Self.table.replacing("s3,p2,0,48", with: "s3,p2,0,")
    #expect(Self.complaint(["age"], table: empty).contains("line 4: found an empty field in column age"))
    let text = Self.table.replacing("s3,p2,0,48", with: "s3,p2,0,old")
    #expect(Self.complaint(["age"], table: text).contains("found \"old\" in column age, expected a number"))
    #expect(Self.complaint(["age", "weight"]).contains("--bag-features weight, and no such column"))
    #expect(Self.complaint(["weight"]).contains("columns of the table after --labels"))
    // A slide without a label is not a bag, so that its features do not matter.
    let unlabelled = Self.table.replacing("s3,p2,0,48", with: "s3,p2,,")
    #expect(Self.complaint(["age"], table: unlabelled) == "nothing")
  }

  @Test("A kept model finds its features of bags in a table without labels, or says that it needs one")
  func remembered() throws {
    let first = try Self.load(["age", "gene_a"]).dataset
    var known = try #require(first.reading).options.remembered(features: first.featureNames)
    known.knownFeatureCount = first.featureCount
    (known.labels, known.columns.hasLabels) = (nil, false)
    let table = "slide_id,gene_a,age\n" + (1...6).map { "s\($0),\($0),5\($0)\n" }.joined()
    let second = try Self.load([], table: table) { $0 = $0.filled(from: known) }.dataset
    #expect(second.bagFeatureCount == 2)
    #expect(try second.instances(ofBags: [2]).row(0).suffix(2) == [53, 3])
    let none = Self.complaint([], table: "slide_id\ns1\n") { $0 = known }
    #expect(none.contains("found no features of bags, of which the model knows 2") && none.contains("age, gene_a"))
  }

  @Test("Packed bags keep the features of bags")
  func packed() throws {
    let loaded = try Self.load(["age"])
    let bags = loaded.dataset
    try TemporaryFolder.use { place in
      let file = place.appending(path: "packed.safetensors")
      _ = try PackedBags.write(loaded, precision: .float32, source: "a test", to: file)
      let read = try DatasetStore(catalogue: .shipped()).load(file.path).dataset
      #expect(read.bagFeatureCount == 1 && read.featureCount == 4)
      #expect(try read.instances(ofBags: [3]) == bags.instances(ofBags: [3]))
      #expect(try read.fingerprint == bags.fingerprint)
      // A kept model knows the features by the names in the table.
      let known = try #require(bags.reading).options.remembered(features: nil)
      let kept = try DatasetStore(catalogue: .shipped()).load(file.path, options: known).dataset
      #expect(kept.bagFeatureCount == 1)
    }
  }
}
