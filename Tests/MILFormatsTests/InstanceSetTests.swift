import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import TestSupport
import Testing
import UserInput

@testable import MILFormats

@Suite("Two sets of instances")
struct InstanceSetTests {
  private static let table = """
    bag,label,stain,f1,age,f2
    a,1,0,1.5,61,2
    b,0,1,2.5,48,3
    a,1,1,3.5,61,5
    b,0,0,4.5,48,6

    """

  private static func read(_ set: String?, of text: String = table, bagFeatures: [String]? = nil) throws
    -> LoadedDataset
  {
    var options = ReadOptions.automatic
    (options.columns.set, options.columns.bagFeatures) = (set, bagFeatures)
    return try Fixture.withFile(Array(text.utf8), named: "bags.csv") { try BagReader.read($0, options: options) }
  }

  private static func complaint(_ set: String, of text: String = table, bagFeatures: [String]? = nil) -> String {
    let error = #expect(throws: ReadError.self) { try read(set, of: text, bagFeatures: bagFeatures) }
    return error?.description ?? ""
  }

  @Test("The named feature becomes the last one of instances, before those of bags, and the decision says so")
  func order() throws {
    let loaded = try Self.read("stain", bagFeatures: ["age"])
    let bags = loaded.dataset
    #expect(bags.featureNames == ["f1", "f2", "stain", "age"] && bags.setFeature == 2 && bags.bagFeatureCount == 1)
    #expect(bags.instances.elements == [1.5, 2, 0, 61, 3.5, 5, 1, 61, 2.5, 3, 1, 48, 4.5, 6, 0, 48])
    #expect(
      loaded.lines.contains(
        "columns: \"stain\" divides instances into two sets: 2 with 0 in the first, 2 with 1 in the second (--set-column)"
      ),
      "\(loaded.lines)")
    let plain = try Self.read(nil, bagFeatures: ["age"]).dataset
    #expect(plain.setFeature == nil && plain.featureNames == ["stain", "f1", "f2", "age"])
    #expect(try bags.fingerprint != bags.dividingInstances(false).fingerprint)
    #expect(try bags != bags.dividingInstances(false))
  }

  @Test("Bags keep their sets through folds, blinding, drawing and relabelling, and lose them with the column")
  func kept() throws {
    let bags = try Self.read("stain").dataset
    #expect(bags.selecting(bags: [1]).hasTwoSets && bags.withoutAnswers.hasTwoSets)
    #expect(bags.drawing(atMost: 1, seed: 3, numbers: [0, 1]).hasTwoSets)
    #expect(bags.replacing(instances: bags.instances).hasTwoSets)
    #expect(try bags.withEveryInstanceABag().hasTwoSets && bags.relabelled([1, 0]).hasTwoSets)
    #expect(bags.selecting(features: [1, 3]).setFeature == 1)
    #expect(bags.selecting(features: [3, 1]).setFeature == nil && bags.selecting(features: [3]).setFeature == nil)
    #expect(bags.selecting(features: [0, 1, 2]).setFeature == nil)
  }

  @Test("Standardisation leaves the feature as it is")
  func standardisation() throws {
    let bags = try Self.read("stain").dataset
    let standardised = try Standardiser(fittedTo: bags).apply(to: bags.instances)
    #expect((0..<4).map { standardised[$0, 3] } == (0..<4).map { bags.instances[$0, 3] })
    #expect((0..<4).map { standardised[$0, 0] } != (0..<4).map { bags.instances[$0, 0] })
    // Also if the training bags have one set alone.
    let one = try Standardiser(fittedTo: bags.selecting(bags: [0]).withEveryInstanceABag().selecting(bags: [0]))
    #expect(one.apply(to: bags.instances)[1, 3] == 1)
  }

  @Test("In a file for a kept model, sets and features of bags come last, whatever the order of its columns")
  func remembered() throws {
    let loaded = try Self.read("stain", bagFeatures: ["age"])
    let options = try #require(loaded.dataset.reading).options.remembered(features: loaded.dataset.featureNames)
    let text = "age,bag,f2,label,stain,f1\n1,c,2,1,1,4\n6,d,7,0,0,9\n"
    let second = try Fixture.withFile(Array(text.utf8), named: "bags.csv") {
      try BagReader.read($0, options: options)
    }.dataset
    #expect(second.setFeature == 2 && second.featureNames == ["f2", "f1", "stain", "age"])
    // Its bags may be of one set alone.
    let single = "age,bag,f2,label,stain,f1\n1,c,2,1,1,4\n6,d,7,0,1,9\n"
    let one = try Fixture.withFile(Array(single.utf8), named: "bags.csv") {
      try BagReader.read($0, options: options)
    }.dataset
    #expect(one.setFeature == 2 && one.instances[1, 2] == 1)
    let coded = try JSONDecoder().decode(ReadOptions.self, from: JSONEncoder().encode(options))
    #expect(coded.columns.set == "stain")
    let without = String(decoding: try JSONEncoder().encode(ReadOptions.automatic), as: UTF8.self)
    #expect(!without.contains("\"set\""))
  }

  @Test("What cannot divide instances is refused with the way out")
  func refusals() {
    let other = Self.complaint("f1")
    #expect(other.contains("column f1: found 1.5") && other.contains("0 for instances of the first set"), "\(other)")
    #expect(Self.complaint("stian").contains("did you mean \"stain\"?"))
    let ofBags = Self.complaint("stain", bagFeatures: ["stain", "age"])
    #expect(ofBags.contains("one value in all instances of a bag"), "\(ofBags)")
    let constant = Self.table.replacingOccurrences(of: ",0,1,2.5", with: ",0,0,2.5")
      .replacingOccurrences(of: ",1,1,3.5", with: ",1,0,3.5")
    #expect(
      Self.complaint("stain", of: constant).contains("found 0 in all instances"),
      "\(Self.complaint("stain", of: constant))")
    let only = Self.complaint("f", of: "bag,label,f\na,1,0\na,1,1\nb,0,0\nb,0,1\n")
    #expect(only.contains("the only feature of instances"), "\(only)")
  }
}
