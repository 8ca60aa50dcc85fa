import MILRecords
import TestSupport
import Testing

@Suite("Comparison with a reference run")
struct ReferenceComparisonTests {
  private func record(fold: Int, scores: [Double], configuration: String = "{}") -> TrialRecord {
    var record = TrialRecord(
      experiment: "e", dataset: "d", dataHash: "h", model: "m", configuration: configuration, protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1", version: "1",
      core: "c")
    record.bags = Array(scores.indices)
    record.labels = scores.map { _ in 1 }
    record.scores = scores
    record.correctByEpoch = [0]
    return record
  }

  @Test("equal scores are called identical")
  func identical() {
    let records = [record(fold: 1, scores: [0.2, 0.7]), record(fold: 2, scores: [0.4])]
    let comparison = ReferenceComparison(records, with: records)
    #expect(comparison.shared == 2 && comparison.identical == 2 && comparison.decisions == 3)
    #expect(comparison.sentence == "all 2 trials give the reference run's scores, bit for bit")
  }

  @Test("differences and changed decisions are counted")
  func different() {
    let comparison = ReferenceComparison(
      [record(fold: 1, scores: [0.2, 0.7]), record(fold: 2, scores: [0.4])],
      with: [record(fold: 1, scores: [0.2, 0.45]), record(fold: 2, scores: [0.4])])
    #expect(comparison.identical == 1 && comparison.changedDecisions == 1)
    #expect(abs(comparison.largestDifference - 0.25) < 1e-12)
  }

  @Test("trials that were run differently are not compared")
  func otherConfiguration() {
    let comparison = ReferenceComparison(
      [record(fold: 1, scores: [0.2])], with: [record(fold: 1, scores: [0.2], configuration: "{\"epochs\":2}")])
    #expect(comparison.shared == 0 && comparison.sentence == nil)
  }
}
