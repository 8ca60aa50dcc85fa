import LinearAlgebra
import MILBags
import MILBenchTesting
import MILRecords
import Testing

@testable import MILModels

@Suite("Retrieval of training bags")
struct RetrievalTests {
  private struct Golden: Decodable {
    var instances: [[Float]]
    var sizes: [Int]
    var attention: [Double]
    var share, epsilon: Double
    var neighbours: Int
    var vectors, costs, retrieved: [[Double]]

    func bags() throws -> BagDataset {
      try BagDataset(
        name: "golden", instances: Matrix(instances),
        offsets: sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
        labels: sizes.indices.map { $0 % 2 })
    }
  }

  @Test("Vectors, costs and what is retrieved are those of NumPy with exact plans")
  func golden() throws {
    let golden: Golden = try GoldenBags.fixture("retrieval")
    let bags = try AttendedBags(golden.bags(), attention: golden.attention, share: golden.share)
    let work = TransportCost(epsilon: golden.epsilon, rounds: 500)
    for bag in 0..<bags.count {
      #expect(agree(bags.vectors.row(bag), golden.vectors[bag], within: 1e-9))
      let costs = try (0..<bags.count).map { try bags.cost(of: bag, onto: $0, of: bags, work) }
      #expect(agree(costs, golden.costs[bag], within: 1e-6), "\(bag): \(costs) \(golden.costs[bag])")
      let retrieved = try #require(bags.retrieved(golden.neighbours, by: costs, leaving: bag))
      #expect(agree(retrieved, golden.retrieved[bag], within: 1e-9))
    }
  }

  @Test(
    "Without any other bag nothing is retrieved, and without attention the most attended instances are kept all the same"
  )
  func extremes() throws {
    let bag = try BagDataset(name: "one", instances: Matrix([[1, 2], [3, 4]]), offsets: [0, 2], labels: [1])
    let alone = try AttendedBags(bag, attention: [0, 0], share: 0.1)
    #expect(alone.retrieved(3, by: [0], leaving: 0) == nil)
    #expect(alone.instances[0] == Matrix([[1, 2]]) && alone.shares[0] == [1])
  }

  @Test("The bags of least cost are those of the same group")
  func groups() throws {
    // Four groups of bags, each around its own corner.
    var (rows, labels): ([[Float]], [Int]) = ([], [])
    for bag in 0..<32 {
      let (first, second) = (bag % 2 == 0, bag % 4 < 2)
      let centre: [Float] = [first ? 2 : -2, second ? 2 : -2]
      for instance in 0..<3 { rows.append(centre.map { $0 + 0.05 * Float((bag * 7 + instance * 3) % 11 - 5) }) }
      labels.append(first == second ? 1 : 0)
    }
    let bags = try BagDataset(
      name: "corners", instances: Matrix(rows), offsets: Array(stride(from: 0, through: rows.count, by: 3)),
      labels: labels)
    let attended = try AttendedBags(bags, attention: rows.map { _ in 1.0 / 3 }, share: 1)
    for bag in 0..<bags.bagCount {
      let costs = try (0..<bags.bagCount).map {
        try attended.cost(of: bag, onto: $0, of: attended, TransportCost(epsilon: 0.1, rounds: 50))
      }
      let order = costs.indices.filter { $0 != bag }.sorted { costs[$0] < costs[$1] }
      #expect(order.prefix(3).allSatisfy { $0 % 4 == bag % 4 }, "\(bag): \(order.prefix(3))")
    }
  }
}
