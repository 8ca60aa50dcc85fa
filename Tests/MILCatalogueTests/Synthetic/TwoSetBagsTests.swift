import LinearAlgebra
import MILBags
import MILCatalogue
import Testing

@Suite("Made bags of two sets, and of several sites")
struct TwoSetBagsTests {
  private func bags(_ name: String) throws -> BagDataset {
    let request = try #require(try SyntheticSets.request(name))
    return try request.generator.makeBags(named: "made")
  }

  @Test("A bag is positive if both of its sets have witnesses")
  func sets() throws {
    let bags = try bags("synthetic/two-sets[bags=40,features=3,shift=50]")
    #expect(bags.featureCount == 4 && bags.hasTwoSets && bags.setFeature == 3)
    #expect(bags.featureNames?.last == "set")
    let instances = try bags.matrix()
    var kinds: Set<[Bool]> = []
    for bag in 0..<bags.bagCount {
      let rows = bags[rowsOfBag: bag]
      let found = [Float(0), 1].map { set in rows.contains { instances[$0, 3] == set && instances[$0, 0] > 25 } }
      #expect([Float(0), 1].allSatisfy { set in rows.contains { instances[$0, 3] == set } })
      #expect(bags.labels[bag] == (found == [true, true] ? 1 : 0))
      for row in rows {
        #expect(bags.instanceLabels?[row] == (instances[row, 0] > 25 && bags.labels[bag] == 1 ? 1 : 0))
      }
      kinds.insert(found)
    }
    #expect(kinds == [[true, true], [true, false], [false, true]])
  }

  @Test("A set alone has its instances in the same order, and no feature of sets")
  func alone() throws {
    let both = try bags("synthetic/two-sets[bags=8,features=3]")
    let instances = try both.matrix()
    for (set, name) in ["first", "second"].enumerated() {
      let one = try bags("synthetic/two-sets[bags=8,features=3,sets=\(name)]")
      #expect(one.featureCount == 3 && !one.hasTwoSets && one.labels == both.labels)
      let rows = (0..<instances.rows).filter { instances[$0, 3] == Float(set) }
      #expect(try one.matrix() == instances.selectingRows(at: rows).selectingColumns([0, 1, 2]))
    }
    #expect(throws: DatasetError.self) { try bags("synthetic/two-sets[sets=third]") }
  }

  @Test("Sites are groups of unequal size with both labels, and differ by an offset of their own")
  func sites() throws {
    let bags = try bags("synthetic/sites[bags=60,sites=4,features=2]")
    let groups = try #require(bags.groups)
    let sizes = Dictionary(grouping: groups) { $0 }.mapValues(\.count)
    #expect(sizes == ["site 1": 28, "site 2": 14, "site 3": 10, "site 4": 8])
    for (site, count) in sizes {
      #expect(groups.indices.count { groups[$0] == site && bags.labels[$0] == 1 } == count / 2)
    }
    // Without a shift of witnesses, what differs from no offset is the offset.
    let moved = try self.bags("synthetic/sites[bags=60,sites=4,features=2,siteShift=3]").matrix()
    let still = try self.bags("synthetic/sites[bags=60,sites=4,features=2,siteShift=0]").matrix()
    for site in sizes.keys {
      let rows = groups.indices.filter { groups[$0] == site }.flatMap { Array(bags[rowsOfBag: $0]) }
      let offsets = rows.map { moved[$0, 0] - still[$0, 0] }
      #expect(offsets.allSatisfy { abs($0 - offsets[0]) < 1e-4 } && abs(offsets[0]) > 1e-3)
    }
    #expect(throws: DatasetError.self) { try self.bags("synthetic/sites[bags=10,sites=6]") }
  }
}
