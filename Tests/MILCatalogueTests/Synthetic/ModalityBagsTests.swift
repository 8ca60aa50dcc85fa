import LinearAlgebra
import MILBags
import MILCatalogue
import Testing

@Suite("Made bags of two modalities")
struct ModalityBagsTests {
  private func bags(_ settings: String) throws -> BagDataset {
    let request = try #require(try SyntheticSets.request("synthetic/two-modalities[\(settings)]"))
    return try request.generator.makeBags(named: "made")
  }

  @Test("A bag is positive if it has witnesses and a marker, and its own features are the same in all instances")
  func blocks() throws {
    let bags = try bags("bags=40,bagFeatures=3,features=4,shift=50,effect=100")
    #expect(bags.featureCount == 7 && bags.bagFeatureCount == 3)
    #expect(bags.featureNames?.suffix(3) == ["bag_1", "bag_2", "bag_3"])
    let instances = try bags.matrix()
    var kinds: Set<[Bool]> = []
    for bag in 0..<bags.bagCount {
      let rows = bags[rowsOfBag: bag]
      for column in 4..<7 { #expect(rows.allSatisfy { instances[$0, column] == instances[rows.lowerBound, column] }) }
      let (witnesses, marker) = (rows.contains { instances[$0, 0] > 25 }, instances[rows.lowerBound, 4] > 50)
      #expect(bags.labels[bag] == (witnesses && marker ? 1 : 0))
      for row in rows {
        #expect(bags.instanceLabels?[row] == (instances[row, 0] > 25 && bags.labels[bag] == 1 ? 1 : 0))
      }
      kinds.insert([witnesses, marker])
    }
    #expect(kinds == [[true, true], [true, false], [false, true]])
  }

  @Test("The same parameters give the same bags, and another seed others")
  func seeds() throws {
    #expect(try bags("bags=20") == bags("bags=20") && bags("bags=20") != bags("bags=20,seed=2"))
    #expect(throws: DatasetError.self) { try bags("bagFeatures=0") }
  }
}
