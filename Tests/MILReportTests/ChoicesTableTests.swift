import MILExperiments
import MILRecords
import MILReport
import Testing

@Suite("What fits chose")
struct ChoicesTableTests {
  private func record(
    _ model: String, fold: Int, chosen: String?, configuration: String = "{}"
  ) -> TrialRecord {
    var record = TrialRecord(
      experiment: "test", dataset: "musk1", dataHash: "d", model: model, configuration: configuration,
      protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1", version: "1",
      core: "Haswell")
    record.notes["chosen"] = chosen
    return record
  }

  private func table(of records: [TrialRecord]) -> ChoicesTable? {
    let experiment = Experiment(
      name: "test", title: "Test", datasets: ["musk1"],
      models: [ExperimentModel(id: "b[c=1/2]", label: "B"), ExperimentModel(id: "a")])
    return ChoicesTable(ComparisonTable(experiment: experiment, records: records), records: records)
  }

  @Test("Each parameter has a row with its values, the most often chosen first")
  func counting() throws {
    let chosen = ["c=1,layers=8-4", "c=2,layers=8-4", "c=2,layers=16", "c=1,layers=8-4", "c=10,layers=8-4"]
    let records = chosen.enumerated().map { record("b[c=1/2]", fold: $0 + 1, chosen: $1) }
    let choices = try #require(table(of: records + [record("a", fold: 1, chosen: nil)]))
    #expect(
      choices.table.rows.map(\.cells) == [
        ["musk1", "B", "c", "1: 2, 2: 2, 10: 1"], ["musk1", "B", "layers", "8-4: 4, 16: 1"],
      ])
    #expect(
      choices.numbers.rows.map(\.cells) == [
        ["musk1", "b[c=1/2]", "clean", "c", "1", "2"], ["musk1", "b[c=1/2]", "clean", "c", "2", "2"],
        ["musk1", "b[c=1/2]", "clean", "c", "10", "1"], ["musk1", "b[c=1/2]", "clean", "layers", "8-4", "4"],
        ["musk1", "b[c=1/2]", "clean", "layers", "16", "1"],
      ])
  }

  @Test("A parameter with one value alone was not chosen")
  func fixed() throws {
    let configuration = #"{"machine":{"c":"1/2","gamma":"auto"}}"#
    let records = [record("b[c=1/2]", fold: 1, chosen: "c=1,gamma=auto", configuration: configuration)]
    #expect(try #require(table(of: records)).table.rows.map(\.cells) == [["musk1", "B", "c", "1: 1"]])
  }

  @Test("There is no table where nothing was chosen")
  func nothing() { #expect(table(of: [record("a", fold: 1, chosen: nil)]) == nil) }
}
