import Foundation
import MILExperiments
import MILRecords
import TestSupport
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
    #expect(summary.leading.mean == 0.75)
    #expect(isClose(summary.leading.deviationOverFolds, 0.125.squareRoot()))
    #expect(summary.leading.deviationOverRepeats == nil)
    // SD folds sqrt(1/2 + 1/1) of two folds; sqrt(.75 x .25 / 8) of eight bags.
    #expect(isClose(summary.leading.correctedStandardError, (0.125 * 1.5).squareRoot()))
    #expect(isClose(summary.leading.binomialStandardError, (0.75 * 0.25 / 8).squareRoot()))
    #expect(summary.bags == 8)
  }

  @Test("A model without epochs has its last accuracy as oracle")
  func noEpochs() throws {
    let summary = try #require(CellSummary.summaries(of: [record(correct: [3])]).first)
    #expect(summary.leading.oracle == summary.leading.mean)
    #expect(summary.leading.oracleCommon == summary.leading.mean)
    #expect(summary.leading.oracleCommonEpoch == 1)
    #expect(summary.leading.deviationOverFolds == nil)
  }

  @Test("Of equally good common epochs the earliest is named")
  func ties() throws {
    let records = [record(fold: 1, correct: [1, 3, 2, 3]), record(fold: 2, correct: [1, 2, 3, 2])]
    let summary = try #require(CellSummary.summaries(of: records).first)
    #expect(summary.leading.oracleCommonEpoch == 2)
    #expect(summary.leading.oracleCommon == 0.625)
    #expect(summary.leading.oracle == 0.75)
  }

  @Test("A cell of failed trials has counts and no figures")
  func allFailed() throws {
    let records = [record(fold: 1, status: .failed), record(fold: 2, status: .diverged)]
    let summary = try #require(CellSummary.summaries(of: records).first)
    #expect((summary.trials, summary.finished, summary.diverged, summary.failed) == (2, 0, 1, 1))
    #expect(summary.figures.count == 20 && summary.figures.allSatisfy { $0.value == nil })
  }

  @Test("Scores that are no probabilities have neither log loss nor Brier score")
  func noProbabilities() throws {
    var scored = record()
    scored.scoresAreProbabilities = false
    let summary = try #require(CellSummary.summaries(of: [scored]).first)
    #expect(summary["logLoss"] == nil && summary["brier"] == nil)
    #expect(summary["auc"] == 1)
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
    #expect(String(data: json, encoding: .utf8)?.contains("\"journals\" : [\n    \"results/a/b/run.jsonl\"") == true)
  }

  /// Returns numbers of three bags for a fold, the error after each of two epochs, and one output for each bag.
  private func regression(fold: Int, _ outputs: [Double], errors: [Double]) -> TrialRecord {
    var trial = record(fold: fold)
    trial.bags.removeLast()
    trial.targets = .numbers([1, 2, 4])
    (trial.scores, trial.outputs, trial.correctByEpoch) = ([], outputs.map { [$0] }, [])
    (trial.scoresAreProbabilities, trial.valueByEpoch, trial.lossByEpoch) = (false, errors, [])
    return trial
  }

  @Test("A metric of another task is the leading one there, and the smaller value is the better where it says so")
  func otherTask() throws {
    var metric = Metric(id: "error", title: "mean absolute error") { outcomes in
      guard case .numbers(let numbers) = outcomes.targets else { return nil }
      return zip(outcomes.scores, numbers).map { ($0 - $1).magnitude }.reduce(0, +) / Double(numbers.count)
    }
    (metric.kinds, metric.better, metric.style) = ([.numbers], .smaller, .decimals(2))
    let records = [
      regression(fold: 1, [1, 2, 7], errors: [0.5, 1]), regression(fold: 2, [1, 2, 4], errors: [2, 0]),
    ]
    #expect(records.allSatisfy { $0.problem == nil })
    let summary = try #require(CellSummary.summaries(of: records, metrics: [.accuracy, metric]).first)
    #expect(summary.leadingMetric == metric && summary.metrics.isEmpty)
    #expect(summary.leading.mean == 0.5 && summary["error"] == 0.5 && summary["errorSDFolds"] != nil)
    #expect(summary.leading.oracle == 0.25 && summary["oracleError"] == 0.25)
    #expect(summary.leading.oracleCommon == 0.5 && summary.leading.oracleCommonEpoch == 2)
    #expect(summary.leading.binomialStandardError == nil && summary["errorOverBags"] == nil)
  }

  @Test("Results that are computed on all cores keep their order")
  func concurrency() {
    #expect(concurrentMap(1000) { $0 * $0 } == (0..<1000).map { $0 * $0 })
    #expect(concurrentMap(0) { $0 }.isEmpty)
  }
}
