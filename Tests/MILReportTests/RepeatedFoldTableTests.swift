import MILExperiments
import MILRecords
import MILReport
import Testing

@Suite("One fold tested in place of all, as a table")
struct RepeatedFoldTableTests {
  @Test("A cell shows all folds, and the range of what one fold would have given")
  func cells() {
    let records = [[4, 0], [2, 3]].enumerated().flatMap { repetition, folds in
      folds.enumerated().map { fold, right in
        var record = TrialRecord(
          experiment: "test", dataset: "musk1", dataHash: "d", model: "a", configuration: "{}", protocol: "clean",
          protocolSettings: "{}", repetition: repetition + 1, fold: fold + 1, foldsHash: "f", status: .finished,
          seed: "1", version: "1", core: "Haswell")
        record.bags = [0, 1, 2, 3]
        record.labels = [1, 1, 0, 0]
        record.scores = [1, 1, 1, 1]
        record.correctByEpoch = [right]
        return record
      }
    }
    let experiment = Experiment(
      name: "test", title: "Test", datasets: ["musk1"], models: [ExperimentModel(id: "a"), ExperimentModel(id: "b")])
    let table = RepeatedFoldTable(ComparisonTable(experiment: experiment, records: records), records: records).table
    // All folds: 1, 0, .5, .75. One fold: 1 and .75, or 0 and .5.
    #expect(
      table.rows.map(\.cells) == [
        [
          "musk1", "a", "not published", ".563", ".427", ".563", ".250", ".875", ".188", ".125", ".250",
        ]
      ])
  }
}
