import LinearAlgebra
import MILBags
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("The kernel of transport between bags")
struct TransportTests {
  private struct Cost: Decodable {
    var cost: Double
    var first, second: Int
  }

  @Test("Test bags get the scores of exact plans and machines with NumPy and scikit-learn")
  func golden() throws {
    let golden = try GoldenBags.load("transport")
    #expect(golden.scores.count == 2)
    for (id, expected) in golden.scores.sorted(by: { $0.key < $1.key }) {
      let scores = try golden.predicted(id)
      #expect(agree(scores.alone, expected, within: 1e-4), "\(id): \(scores.alone) \(expected)")
      #expect(agree(scores.shared, scores.alone, within: 1e-6))
    }
  }

  @Test("The cost of two bags is that of the exact plan, and is the same in both directions")
  func cost() throws {
    let golden = try GoldenBags.load("transport")
    let expected: Cost = try GoldenBags.fixture("transport")
    let bags = try golden.training
    let pair = try [expected.first, expected.second].map { try bags.instances(ofBags: [$0]) }
    let work = TransportCost(epsilon: 0.3, rounds: 300)
    let (there, back) = (try work.value(pair[0], pair[1]), try work.value(pair[1], pair[0]))
    #expect(abs(there - expected.cost) < 1e-6 && abs(back - there) < 1e-6)
  }

  @Test("Far bags have finite costs, and a bag of one instance has one plan")
  func extremes() throws {
    let work = TransportCost(epsilon: 1e-3, rounds: 50)
    let cost = work.cost(Matrix([[0, 1e6], [1e6, 0]]))
    #expect(abs(cost) < 1e-9)
    #expect(abs(work.cost(Matrix([[1, 3, 8]])) - 4) < 1e-9)
  }
}
