import Foundation
import Testing

@testable import MILStatistics

@Suite("The Bayesian hierarchical comparison")
struct HierarchicalBayesTestTests {
  private struct Golden: Decodable {
    struct Dataset: Decodable {
      let differences: [Double]
      let testPerTraining: Double
    }
    let name: String
    let datasets: [Dataset]
    let aBetter, equal, bBetter: Double

    var folds: [FoldDifferences] {
      datasets.map { FoldDifferences($0.differences, testPerTraining: $0.testPerTraining) }
    }
  }

  private static func golden() throws -> [Golden] {
    try JSONDecoder().decode([Golden].self, from: Data(contentsOf: fixture("hierarchical.json")))
  }

  @Test("The probabilities agree with a dense integration in SciPy that a Gibbs sampler confirms")
  func golden() throws {
    let cases = try Self.golden()
    #expect(cases.count == 6)
    for golden in cases {
      let found = try #require(HierarchicalBayesTest(golden.folds, equivalence: 0.01))
      let errors = [
        found.aBetter - golden.aBetter, found.equal - golden.equal, found.bBetter - golden.bBetter,
      ].map(\.magnitude)
      #expect(errors.allSatisfy { $0 < 0.001 }, "\(golden.name): \(found), errors \(errors)")
      #expect((found.aBetter + found.equal + found.bBetter - 1).magnitude < 1e-12)
    }
  }

  @Test("Swapping the models mirrors the probabilities")
  func swapped() throws {
    for golden in try Self.golden() {
      let mirrored = golden.folds.map { fold in
        FoldDifferences(fold.differences.map { -$0 }, testPerTraining: fold.testPerTraining)
      }
      let one = try #require(HierarchicalBayesTest(golden.folds, equivalence: 0.01))
      let other = try #require(HierarchicalBayesTest(mirrored, equivalence: 0.01))
      #expect((one.aBetter - other.bBetter).magnitude < 1e-9 && (one.equal - other.equal).magnitude < 1e-9)
    }
  }

  @Test("More data sets that agree make the answer surer, and a wider region of equivalence makes equality likelier")
  func certainty() throws {
    let fold = [0.05, 0.02, 0.04, 0.06, 0.01, 0.03, 0.05, 0.04, 0.02, 0.03]
    func result(_ count: Int, _ equivalence: Double) throws -> HierarchicalBayesTest {
      // The same differences in another order, a little higher on each data set.
      let sets = (0..<count).map { set in
        FoldDifferences(fold.map { $0 + 0.001 * Double(set) }, testPerTraining: 1 / 9)
      }
      return try #require(HierarchicalBayesTest(sets, equivalence: equivalence))
    }
    let (few, many) = (try result(3, 0.01), try result(12, 0.01))
    #expect(few.aBetter > 0.5 && many.aBetter > few.aBetter && many.aBetter > 0.9)
    #expect(try result(12, 0.1).equal > 0.9)
  }

  @Test("Models that never differ are practically equal, and constant differences keep their mean")
  func noSpread() throws {
    func sets(_ difference: Double) -> [FoldDifferences] {
      Array(repeating: FoldDifferences(Array(repeating: difference, count: 10), testPerTraining: 1 / 9), count: 8)
    }
    let none = try #require(HierarchicalBayesTest(sets(0), equivalence: 0.01))
    #expect(none.equal > 0.8 && (none.aBetter - none.bBetter).magnitude < 1e-9)
    let some = try #require(HierarchicalBayesTest(sets(-0.2), equivalence: 0.01))
    #expect(some.bBetter > 0.95)
  }

  @Test("Fewer than three data sets with three folds, and no region of equivalence, have no answer")
  func tooFew() {
    let set = FoldDifferences([0.1, 0.2, 0.1], testPerTraining: 0.5)
    let short = FoldDifferences([0.1, 0.2], testPerTraining: 0.5)
    #expect(HierarchicalBayesTest([set, set], equivalence: 0.01) == nil)
    #expect(HierarchicalBayesTest([set, set, short], equivalence: 0.01) == nil)
    #expect(HierarchicalBayesTest([set, set, set], equivalence: 0) == nil)
    #expect(HierarchicalBayesTest([set, set, set], equivalence: 0.01) != nil)
    let broken = FoldDifferences([0.1, .nan, 0.1], testPerTraining: 0.5)
    #expect(HierarchicalBayesTest([set, set, broken], equivalence: 0.01) == nil)
  }

  @Test("The prior of the degrees of freedom has mass 1")
  func prior() {
    let mass = MeansDistribution.all.reduce(0) { $0 + exp($1.logPrior) }
    #expect((mass - 1).magnitude < 1e-3, "\(mass)")
  }
}
