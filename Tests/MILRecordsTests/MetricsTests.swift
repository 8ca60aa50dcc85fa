import Foundation
import MILRecords
import Testing

@Suite("Metrics")
struct MetricsTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Expected: Decodable, Sendable {
      let accuracy: Double?
      let balancedAccuracy: Double?
      let f1: Double?
      let auc: Double?
      let logLoss: Double?
      let brier: Double?
    }
    let name: String
    let labels: [Int]
    let scores: [Double]
    let threshold: Double
    let expected: Expected
    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: Data(contentsOf: fixture("metrics.json")))
  }

  @Test("Metrics agree with scikit-learn", arguments: try cases())
  func golden(_ example: Case) {
    let matrix = ConfusionMatrix(labels: example.labels, scores: example.scores, threshold: example.threshold)
    #expect(isClose(matrix.accuracy, example.expected.accuracy))
    #expect(isClose(matrix.balancedAccuracy, example.expected.balancedAccuracy))
    #expect(isClose(matrix.f1, example.expected.f1))
    #expect(isClose(Metrics.areaUnderCurve(labels: example.labels, scores: example.scores), example.expected.auc))
    guard example.expected.logLoss != nil else { return }
    #expect(isClose(Metrics.logLoss(labels: example.labels, probabilities: example.scores), example.expected.logLoss))
    #expect(isClose(Metrics.brierScore(labels: example.labels, probabilities: example.scores), example.expected.brier))
  }

  private struct Survival: Decodable {
    var times, risks: [Double]
    var events: [Bool]
    var concordance: Double
  }

  @Test("Concordance with ties and censoring agrees with scikit-survival")
  func concordance() throws {
    let cases = try JSONDecoder().decode([Survival].self, from: Data(contentsOf: fixture("concordance.json")))
    #expect(cases.count == 5)
    for one in cases {
      let found = Metrics.concordance(times: one.times, events: one.events, risks: one.risks)
      #expect(isClose(found, one.concordance))
    }
  }

  @Test("A score equal to the threshold is a positive call")
  func threshold() {
    let matrix = ConfusionMatrix(labels: [1, 0], scores: [0.5, 0.5], threshold: 0.5)
    #expect((matrix.truePositives, matrix.falsePositives) == (1, 1))
    #expect((matrix + matrix).bags == 4)
  }

  @Test("Without bags there are no metrics")
  func empty() {
    #expect(ConfusionMatrix().accuracy == nil)
    #expect(Metrics.areaUnderCurve(labels: [], scores: []) == nil)
    #expect(Metrics.logLoss(labels: [], probabilities: []) == nil)
  }

  @Test("The binomial error of .62 on 200 bags is .034, and there is none without bags or beyond 1")
  func binomial() throws {
    let error = try #require(BinomialError.standardError(accuracy: 0.62, bags: 200))
    #expect(abs(error - 0.034322005) < 1e-8)
    #expect(BinomialError.standardError(accuracy: 0.5, bags: 0) == nil)
    #expect(BinomialError.standardError(accuracy: 1.5, bags: 10) == nil)
  }
}

/// Returns whether both are nil, or equal except for rounding.
func isClose(_ left: Double?, _ right: Double?) -> Bool {
  guard let left, let right else { return left == nil && right == nil }
  return abs(left - right) <= 1e-12 * max(1, abs(right))
}
