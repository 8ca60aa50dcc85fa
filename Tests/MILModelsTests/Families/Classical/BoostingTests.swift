import LinearAlgebra
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Boosted models")
struct BoostingTests {
  @Test("Test bags get the probabilities of scikit-learn's trees and of NumPy's stumps")
  func golden() throws {
    let golden = try GoldenBags.load("boosting")
    #expect(golden.scores.count == 5)
    for (id, expected) in golden.scores.sorted(by: { $0.key < $1.key }) {
      let scores = try golden.predicted(id)
      #expect(agree(scores.alone, expected, within: 2e-5), "\(id): \(scores.alone) \(expected)")
      #expect(scores.shared == scores.alone)
    }
  }

  @Test("Many values share bins of about as many rows, and thresholds lie between values")
  func bins() {
    let rows = Matrix((0..<100).map { [Double($0), 5] })
    let bins = BinnedFeatures(rows, limit: 4)
    #expect(bins.thresholds == [[24.5, 49.5, 74.5], []])
    #expect(bins.bins[0][24] == 0 && bins.bins[0][25] == 1 && bins.bins[0][99] == 3 && bins.bins[1][7] == 0)
    #expect(BinnedFeatures(rows, limit: 255).thresholds[0].count == 99)
  }

  @Test("The slope of the likelihood is that of its differences, and the line search ends at its root or its limit")
  func likelihood() {
    let boost = BoostedLikelihood(bags: [0..<2, 2..<3, 3..<5], labels: [1, 0, 1])
    let values = [0.3, -0.7, 0.2, 0.1, -1]
    let weights = boost.weights(values)
    for k in values.indices {
      var (up, down) = (values, values)
      up[k] += 1e-6
      down[k] -= 1e-6
      #expect(abs((boost.cost(down) - boost.cost(up)) / 2e-6 - weights[k]) < 1e-7)
    }
    #expect(boost.step(values, along: [1, 1, -1, 1, 1], atMost: 3) == 3)
    #expect(boost.step(values, along: [-1, -1, 1, -1, -1], atMost: 3) == 0)
    let step = boost.step(values, along: [1, 1, 1, 1, 1], atMost: 3)
    #expect(step > 0.01 && step < 2.9)
  }

  @Test("A stump that no feature allows is none")
  func constant() {
    #expect(StumpSearch(Matrix([[1, 2], [1, 2]])).best([1, -1]) == nil)
    #expect(StumpSearch(Matrix([[1, 2], [1, 3]])).best([1, -1]) == Stump(feature: 1, threshold: 2.5, sign: -1))
  }
}
