import MILExperiments
import MILRecords
import MILReport
import Testing
import UserInput

@Suite("Brief tables of a run")
struct SummaryTableTests {
  /// Returns the trials of a model on one data set: two repetitions of five folds of ten bags.
  private func trials(_ dataset: String, _ model: String, right: Int) -> [TrialRecord] {
    (1...2).flatMap { repetition in
      (1...5).map { fold in
        var record = TrialRecord(
          experiment: "small", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
          protocolSettings: #"{"folds":5}"#, repetition: repetition, fold: fold, foldsHash: "f", status: .finished,
          seed: "1", version: "1", core: "Haswell")
        record.bags = (0..<10).map { $0 + 10 * (fold - 1) }
        record.labels = (0..<10).map { $0 % 2 }
        record.scores = record.labels.enumerated().map { Double($0.offset < right ? $0.element : 1 - $0.element) }
        record.threshold = 0.5
        record.correctByEpoch = [right]
        return record
      }
    }
  }

  /// Returns a run of models with their right bags out of ten on each data set.
  private func run(_ right: [(model: String, right: [Int])], datasets: [String]) -> ReportedRun {
    let records = right.flatMap { model, right in
      zip(datasets, right).flatMap { trials($0, model, right: $1) }
    }
    let experiment = Experiment(
      name: "small", title: "Small", datasets: datasets, models: right.map { ExperimentModel(id: $0.model) })
    return ReportedRun(ComparisonTable(experiment: experiment, records: records), records)
  }

  @Test("Models are rows, best mean rank first, data sets are columns, and the best of each is marked")
  func byModel() throws {
    let run = run(
      [("poor", [5, 6, 9]), ("good", [8, 9, 7]), ("fair", [7, 7, 7])], datasets: ["one", "two", "three"])
    let table = try #require(run.summaries(within: 80).first)
    #expect(
      table.terminal == """
        Small, accuracy

        model   one   two  three  mean rank
        -----  ----  ----  -----  ---------
        good   .800  .900   .700       1.50
        fair   .700  .700   .700       2.17
        poor   .500  .600   .900       2.33

        """)
    let best = table.styled(within: nil).parts.filter { $0.style == .best }.map(\.text)
    #expect(best == ["good", ".800", ".900", "1.50", ".900"])
  }

  @Test("Where the data sets have no room, the three best models of each follow each other")
  func bestOfEach() throws {
    let datasets = (1...12).map { "dataset-\($0)" }
    let models = (1...5).map { (model: "model-\($0)", right: Array(repeating: $0 + 3, count: 12)) }
    let run = run(models, datasets: datasets)
    let table = try #require(run.summaries(within: 80).first)
    let lines = table.terminal.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 } && lines.count == 3 + 3 * 12, "\(table.terminal)")
    #expect(
      lines[3...5].map { $0.split(separator: " ") } == [
        ["dataset-1", "model-5", ".800"], ["dataset-1", "model-4", ".700"], ["dataset-1", "model-3", ".600"],
      ])
    #expect(table.styled(within: 80).parts.count { $0.style == .best } == 2 * 12)
    #expect(run.summaries(within: nil).first?.columns.count == 14)
  }

  @Test("A model without results on a data set has a dash there")
  func incomplete() throws {
    let run = run([("poor", [5]), ("good", [8, 9])], datasets: ["one", "two"])
    let table = try #require(run.summaries(within: 80).first)
    #expect(table.rows.map(\.cells).contains { $0.starts(with: ["poor", ".500", "–"]) })
  }
}
