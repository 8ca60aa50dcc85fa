import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILRecords
import Testing

@Suite("Made survival times")
struct SurvivalBagsTests {
  private func bags(_ settings: String) throws -> BagDataset {
    let request = try #require(try SyntheticSets.request("synthetic/survival[\(settings)]"))
    return try request.generator.makeBags(named: "made")
  }

  /// Returns the concordance of the mean of the first feature.
  private func concordance(_ bags: BagDataset) throws -> Double {
    guard case .survival(let times, let events) = bags.targets else { return .nan }
    let instances = try bags.matrix()
    let risks = (0..<bags.bagCount).map { bag in
      let rows = bags[rowsOfBag: bag]
      return rows.reduce(0) { $0 + Double(instances[$1, 0]) } / Double(rows.count)
    }
    return try #require(Metrics.concordance(times: times, events: events, risks: risks))
  }

  @Test("The true risk has the concordance that the formula gives, with and without censoring")
  func known() throws {
    // Returns the mean of 1 / (1 + exp(-effect |d|)), d from N(0, 2), by the midpoint rule.
    func expected(_ effect: Double) -> Double {
      let step = 0.001
      return stride(from: step / 2, to: 12, by: step).reduce(0) { sum, d in
        sum + step * exp(-d * d / 4) / Double.pi.squareRoot() / (1 + exp(-effect * d))
      }
    }
    #expect(abs(expected(1.5) - 0.787) < 0.001)
    // Over 800 bags, the standard deviation is .009 (simulation: Fixtures/survival.py).
    for effect in [0.5, 1.5] {
      let found = try concordance(bags("bags=800,bagSize=3,features=2,censoring=0,effect=\(effect)"))
      #expect(abs(found - expected(effect)) < 0.035, "\(effect): \(found)")
    }
    let censored = try bags("bags=800,bagSize=3,features=2")
    guard case .survival(_, let events) = censored.targets else { return }
    // In the simulation, the result is .797 with 300 bags, and .29 of the bags are censored.
    #expect(abs(try concordance(censored) - 0.797) < 0.035)
    #expect(abs(Double(events.count { !$0 }) / 800 - 0.29) < 0.06)
    #expect(abs(try concordance(bags("bags=800,bagSize=3,features=2,effect=0")) - 0.5) < 0.05)
  }

  @Test("The same parameters give the same bags, and another seed others")
  func seeds() throws {
    #expect(try bags("bags=20") == bags("bags=20") && bags("bags=20") != bags("bags=20,seed=2"))
    #expect(throws: DatasetError.self) { try bags("censoring=-1") }
  }
}
