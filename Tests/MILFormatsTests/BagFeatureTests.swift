import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import TestSupport
import Testing
import UserInput

@testable import MILFormats

@Suite("Features of bags")
struct BagFeatureTests {
  private static let table = """
    bag,label,age,f1,gene_a,f2,gene_b
    a,1,61,1.5,7,2,9
    b,0,48,2.5,8,3,4
    a,1,61,3.5,7,5,9

    """

  private static func read(_ names: [String]?, of text: String = table) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    options.columns.bagFeatures = names
    return try Fixture.withFile(Array(text.utf8), named: "bags.csv") { try BagReader.read($0, options: options) }
  }

  private static func complaint(_ names: [String], of text: String = table) -> String {
    let error = #expect(throws: ReadError.self) { try read(names, of: text) }
    return error?.description ?? ""
  }

  @Test("The named features come last, in their order, and the decision says so")
  func order() throws {
    let plain = try Self.read(nil).dataset
    #expect(plain.bagFeatureCount == 0 && plain.featureNames == ["age", "f1", "gene_a", "f2", "gene_b"])
    let loaded = try Self.read(["gene_*", "age"])
    let bags = loaded.dataset
    #expect(bags.bagFeatureCount == 3 && bags.featureNames == ["f1", "f2", "gene_a", "gene_b", "age"])
    #expect(bags.instances.elements == [1.5, 2, 7, 9, 61, 3.5, 5, 7, 9, 61, 2.5, 3, 8, 4, 48])
    #expect(
      loaded.lines.contains(
        "columns: 3 of 5 features describe the bag, and come last: \"gene_a\", \"gene_b\", \"age\" (--bag-features)"),
      "\(loaded.lines)")
    #expect(bags.reading?.options.columns.bagFeatures == ["gene_a", "gene_b", "age"])
    #expect(try bags.fingerprint != plain.fingerprint)
    // The names alone do not change the order of features that are last already.
    let last = try Self.read(["gene_b"]).dataset
    #expect(last.instances == plain.instances && last != plain)
    #expect(try last.fingerprint != plain.fingerprint)
  }

  @Test("Bags keep their features through folds, blinding, drawing and standardisation, and lose them with the columns")
  func kept() throws {
    let bags = try Self.read(["age", "gene_a"]).dataset
    #expect(bags.selecting(bags: [1]).bagFeatureCount == 2 && bags.withoutAnswers.bagFeatureCount == 2)
    #expect(bags.drawing(atMost: 1, seed: 3, numbers: [0, 1]).bagFeatureCount == 2)
    #expect(bags.replacing(instances: bags.instances).bagFeatureCount == 2)
    #expect(try bags.withEveryInstanceABag().bagFeatureCount == 2)
    #expect(try bags.relabelled([1, 0]).bagFeatureCount == 2)
    #expect(bags.selecting(features: [0, 1, 4]).bagFeatureCount == 1)
    #expect(bags.selecting(features: [4, 0, 1]).bagFeatureCount == 0)
    #expect(bags.selecting(features: [3, 4]).bagFeatureCount == 0)
    #expect(throws: DatasetError.self) { try bags.describingBags(by: 5) }
  }

  @Test("A kept model's file of the same kind is read alike, whatever the order of its columns")
  func remembered() throws {
    let loaded = try Self.read(["gene_*"])
    let options = try #require(loaded.dataset.reading).options.remembered(features: loaded.dataset.featureNames)
    let text = "gene_b,bag,f2,label,f1,age,gene_a\n1,c,2,1,3,4,5\n6,d,7,0,8,9,10\n"
    let second = try Fixture.withFile(Array(text.utf8), named: "bags.csv") {
      try BagReader.read($0, options: options)
    }.dataset
    #expect(second.bagFeatureCount == 2 && second.featureNames?.suffix(2) == ["gene_a", "gene_b"])
    // Options of an experiment and of a journal are JSON.
    let coded = try JSONDecoder().decode(ReadOptions.self, from: JSONEncoder().encode(options))
    #expect(coded.columns.bagFeatures == ["gene_a", "gene_b"])
    let without = String(decoding: try JSONEncoder().encode(ReadOptions.automatic), as: UTF8.self)
    #expect(!without.contains("bagFeatures"))
  }

  @Test("What cannot describe a bag is refused with the way out")
  func refusals() {
    let varying = Self.complaint(["f1"])
    #expect(varying.contains("column f1: found 1.5 and 3.5 in bag \"a\""), "\(varying)")
    #expect(varying.contains("without --bag-features it is a feature of instances"))
    let unknown = Self.complaint(["gene"])
    #expect(unknown.contains("no feature \"gene\"") && unknown.contains("--keep-column"), "\(unknown)")
    #expect(Self.complaint(["gena_a"]).contains("did you mean \"gene_a\"?"))
    #expect(Self.complaint(["zz*"]).contains("no feature \"zz*\""))
    let single = "bag,label,f,g\na,1,2,3\nb,0,4,5\n"
    #expect(Self.complaint(["*"], of: single).contains("for all 2 features"))
  }

  @Test("Features without names cannot be named")
  func unnamed() {
    var options = ReadOptions.automatic
    options.columns.bagFeatures = ["age"]
    let text = "0:a:1 1:1 4:2\n1:b:-1 2:1\n2:c:1 1:3 3:1\n3:d:-1 4:1\n"
    #expect {
      try Fixture.withFile(Array(text.utf8), named: "bags.svm") { try BagReader.read($0, options: options) }
    } throws: {
      "\($0)".contains("--bag-features, and features without names")
    }
  }
}
