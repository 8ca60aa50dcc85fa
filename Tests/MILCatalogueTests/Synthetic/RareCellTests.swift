import LinearAlgebra
import MILBags
import MILCatalogue
import Testing

@Suite("Bags with a rare class")
struct RareCellTests {
  /// Returns instances whose only feature is their number: 60 common ones of two classes, then 20 rare ones, in two
  /// splits.
  private func cells() throws -> LabelledInstances {
    try LabelledInstances(
      name: "cells", features: Matrix(rows: 80, columns: 1, elements: (0..<80).map(Float.init)),
      classes: (0..<80).map { $0 < 30 ? 0 : $0 < 60 ? 2 : 1 }, classNames: ["first", "rare", "second"],
      split: (0..<80).map { $0 % 2 == 0 ? "train" : "test" })
  }

  private func request(_ change: (inout RareCellBags) -> Void = { _ in }) -> RareCellBags {
    var request = RareCellBags()
    request.rareClass = "rare"
    request.bags = 40
    request.bagSize = BagSizes(5...8)
    request.evidence = 0.3
    request.pools = 4
    change(&request)
    return request
  }

  @Test("Every second bag holds the stated share of rare instances, none comes twice in a bag")
  func evidence() throws {
    let made = try request().makeBags(named: "r", from: cells())
    let labels = try #require(made.instanceLabels)
    #expect(made.bagCount == 40 && made.positiveBagCount == 20 && made.name == "r")
    for bag in made.labels.indices {
      let rows = made[rowsOfBag: bag]
      let numbers = rows.map { Int(made.instances[$0, 0]) }
      #expect((5...8).contains(rows.count) && Set(numbers).count == rows.count)
      let share = Int((0.3 * Double(rows.count)).rounded())
      #expect(labels[rows].compactMap(\.self).reduce(0, +) == (bag % 2 == 0 ? share : 0))
      #expect(zip(numbers, labels[rows]).allSatisfy { ($0 >= 60) == ($1 == 1) })
    }
    #expect(Set(made.labels.indices.map { made[sizeOfBag: $0] }) == [5, 6, 7, 8])
    #expect(try made == request().makeBags(named: "r", from: cells()))
    #expect(try made.instances != request { $0.seed = 2 }.makeBags(named: "r", from: cells()).instances)
  }

  @Test("Pools share no instance, are the groups, and hold bags of both labels; one pool has no groups")
  func pools() throws {
    let made = try request().makeBags(named: "r", from: cells())
    let groups = try #require(made.groups)
    var owners: [Int: String] = [:]
    for bag in made.labels.indices {
      for row in made[rowsOfBag: bag] {
        let number = Int(made.instances[row, 0])
        #expect(owners[number, default: groups[bag]] == groups[bag])
        owners[number] = groups[bag]
      }
    }
    for pool in ["pool 1", "pool 2", "pool 3", "pool 4"] {
      let labels = made.labels.indices.filter { groups[$0] == pool }.map { made.labels[$0] }
      #expect(labels.count == 10 && labels.reduce(0, +) == 5)
    }
    #expect(try request { $0.pools = 1 }.makeBags(named: "r", from: cells()).groups == nil)
  }

  @Test("A split restricts what is drawn")
  func splits() throws {
    let made = try request { ($0.split, $0.pools) = ("test", 1) }.makeBags(named: "r", from: cells())
    #expect(made.instances.elements.allSatisfy { Int($0) % 2 == 1 })
  }

  @Test("A positive bag holds at least one rare instance, and a share of 1 nothing else")
  func extremes() throws {
    let little = try request { ($0.evidence, $0.bagSize) = (0.01, BagSizes(5...5)) }.makeBags(named: "r", from: cells())
    #expect(little.instanceLabels?.compactMap(\.self).reduce(0, +) == 20)
    let full = try request { ($0.evidence, $0.bagSize) = (1, BagSizes(5...5)) }.makeBags(named: "r", from: cells())
    #expect(full.instanceLabels?.compactMap(\.self).reduce(0, +) == 100)
  }

  @Test(
    "What the source cannot give is refused with what it has",
    arguments: [
      ("rareClass", "rear", "no class \"rear\"; the nearest names are rare"),
      ("split", "val", "cells has no instances of split \"val\", expected test or train or all"),
      (
        "evidence", "1",
        "a positive bag of 8 takes 8 instances of class rare, but a pool (of 4) holds 5, "
          + "expected smaller bags, less evidence or fewer pools"
      ),
      (
        "bagSize", "16",
        "a negative bag of 16 takes 16 instances of other classes, but a pool (of 4) holds 15, "
          + "expected smaller bags, less evidence or fewer pools"
      ),
      ("evidence", "0", "parameter \"evidence\" is 0.0, expected a share above 0, at most 1"),
      ("bags", "1", "parameter \"bags\" is 1, expected 2 to 10000000"),
      ("pools", "0", "parameter \"pools\" is 0, expected 1 to 1000000"),
    ])
  func refusals(parameter: String, value: String, problem: String) throws {
    let error = #expect(throws: DatasetError.self) {
      var parameters = ["rareClass": "rare", "bags": "40", "bagSize": "5-8", "evidence": "0.3", "pools": "4"]
      parameters[parameter] = value
      let text = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      let request = try #require(try SyntheticSets.request("rare-cells[\(text)]"))
      _ = try request.generator.makeBags(named: "r") { _ in try cells() }
    }
    #expect(error?.problem == problem)
  }
}
