import Foundation
import MILResults
import Testing

@Suite("Cell summaries")
struct CellSummaryTests {
  @Test("A journal's summary agrees with NumPy and scikit-learn")
  func golden() throws {
    let records = try JournalSet<TrialRecord>(reading: [fixture("summary.jsonl")]).selected
    let expected = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: fixture("summary.json"))) as? [String: Any])
    let found = try #require(CellSummary.summaries(of: records).first)
    #expect(CellSummary.summaries(of: records).count == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(found)) as? [String: Any])
    #expect(expected.count == 24)
    for (name, value) in expected {
      if let text = value as? String {
        #expect(object[name] as? String == text)
      } else {
        #expect(isClose(object[name] as? Double, try #require(value as? Double)), "\(name)")
      }
    }
  }

  @Test("The order of the records changes nothing")
  func order() throws {
    let records = try JournalSet<TrialRecord>(reading: [fixture("summary.jsonl")]).selected
    #expect(CellSummary.summaries(of: records) == CellSummary.summaries(of: records.reversed()))
  }

  @Test("One repetition has no spread over repetitions, and its corrected standard error counts shared training bags")
  func oneRepeat() throws {
    let summary = try #require(
      CellSummary.summaries(of: [record(fold: 1, correct: [4]), record(fold: 2, correct: [2])]).first)
    #expect(summary.accuracy == 0.75)
    #expect(isClose(summary.accuracySDFolds, 0.125.squareRoot()))
    #expect(summary.accuracySDRepeats == nil)
    // SD folds sqrt(1/2 + 1/1) of two folds; sqrt(.75 x .25 / 8) of eight bags.
    #expect(isClose(summary.accuracyCorrectedStandardError, (0.125 * 1.5).squareRoot()))
    #expect(isClose(summary.accuracyBinomialStandardError, (0.75 * 0.25 / 8).squareRoot()))
    #expect(summary.bags == 8)
  }

  @Test("A model without epochs has its last accuracy as oracle")
  func noEpochs() throws {
    let summary = try #require(CellSummary.summaries(of: [record(correct: [3])]).first)
    #expect(summary.oracleAccuracy == summary.accuracy)
    #expect(summary.oracleCommonAccuracy == summary.accuracy)
    #expect(summary.oracleCommonEpoch == 1)
    #expect(summary.accuracySDFolds == nil)
  }

  @Test("Of equally good common epochs the earliest is named")
  func ties() throws {
    let records = [record(fold: 1, correct: [1, 3, 2, 3]), record(fold: 2, correct: [1, 2, 3, 2])]
    let summary = try #require(CellSummary.summaries(of: records).first)
    #expect(summary.oracleCommonEpoch == 2)
    #expect(summary.oracleCommonAccuracy == 0.625)
    #expect(summary.oracleAccuracy == 0.75)
  }

  @Test("A cell of failed trials has counts and no figures")
  func allFailed() throws {
    let records = [record(fold: 1, status: .failed), record(fold: 2, status: .diverged)]
    let summary = try #require(CellSummary.summaries(of: records).first)
    #expect((summary.trials, summary.finished, summary.diverged, summary.failed) == (2, 0, 1, 1))
    #expect(summary.accuracy == nil && summary.oracleAccuracy == nil && summary.auc == nil && summary.f1 == nil)
    #expect(summary.oracleCommonEpoch == nil && summary.seconds == nil && summary.parameters == nil)
    #expect(try JSONDecoder().decode(CellSummary.self, from: JSONEncoder().encode(summary)) == summary)
  }

  @Test("Scores that are no probabilities have neither log loss nor Brier score")
  func noProbabilities() throws {
    var scored = record()
    scored.scoresAreProbabilities = false
    let summary = try #require(CellSummary.summaries(of: [scored]).first)
    #expect(summary.logLoss == nil && summary.brier == nil)
    #expect(summary.auc == 1)
  }

  @Test("Data sets, models and protocols are summed up apart, in sorted order")
  func groups() {
    let records = [record(model: "b"), record(model: "a", protocol: "x"), record(dataset: "fox"), record(model: "a")]
    let keys = CellSummary.summaries(of: records).map(\.key)
    #expect(keys.map(\.dataset) == ["fox", "musk1", "musk1", "musk1"])
    #expect(keys.map(\.model) == ["attention", "a", "a", "b"])
    #expect(keys.map(\.protocol) == ["clean", "clean", "x", "clean"])
  }

  @Test("A run's summary is JSON with sorted keys")
  func runSummary() throws {
    let experiment = Experiment(
      name: "a/b", title: "Title", datasets: ["musk1"], models: [ExperimentModel(id: "attention")])
    let summary = RunSummary(
      experiment: experiment, ran: 1, skipped: 49, seconds: 0.5, journals: ["results/a/b/run.jsonl"],
      cells: CellSummary.summaries(of: [record()]))
    #expect(summary.expected == 50)
    let json = try summary.json()
    #expect(try JSONDecoder().decode(RunSummary.self, from: json) == summary)
    #expect(String(data: json, encoding: .utf8)?.contains("\"journals\" : [\n    \"results/a/b/run.jsonl\"") == true)
  }
}
