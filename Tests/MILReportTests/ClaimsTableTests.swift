import MILExperiments
import MILRecords
import Testing

@testable import MILReport

@Suite("The table of claims")
struct ClaimsTableTests {
  private static func record(_ dataset: String, _ model: String, _ scores: [Double], parameters: Int) -> TrialRecord {
    var record = TrialRecord(
      experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: 1, foldsHash: "f", status: .finished, seed: "1", version: "1",
      core: "Haswell")
    record.bags = [0, 1, 2, 3]
    record.labels = [1, 1, 0, 0]
    record.scores = scores
    record.correctByEpoch = [3]
    record.seconds = 0.5
    record.parameters = parameters
    return record
  }

  private static let experiment: Experiment = {
    var experiment = Experiment(
      name: "test", title: "Test", datasets: ["near", "far"],
      models: [
        ExperimentModel(id: "a", label: "Model A"), ExperimentModel(id: "b"), ExperimentModel(id: "c"),
      ])
    experiment.folds = 2
    experiment.repeats = 1
    let auc = ClaimCondition(metric: "auc", comparison: .difference, model: "a", against: "b", atLeast: -0.3)
    let parameters = ClaimCondition(
      metric: "parameters", comparison: .ratio, model: "b", against: "a", atLeast: 5, atMost: 1000)
    let unrun = ClaimCondition(metric: "auc", comparison: .difference, model: "a", against: "c", atMost: 0)
    experiment.claims = [
      Claim(text: "a is near b", conditions: [auc]), Claim(text: "and smaller", conditions: [auc, parameters]),
      Claim(text: "c is best", conditions: [unrun]),
    ]
    return experiment
  }()

  private static let cells = CellSummary.summaries(of: [
    record("near", "a", [4, 2, 3, 1], parameters: 10), record("near", "b", [4, 3, 2, 1], parameters: 40),
    record("far", "a", [1, 2, 3, 4], parameters: 10), record("far", "b", [1, 4, 2, 3], parameters: 20),
  ])

  @Test("Each condition is a row with what was measured and the claim's answer")
  func rows() throws {
    let table = try #require(ClaimsTable(experiment: Self.experiment, cells: Self.cells)).table
    #expect(
      table.rows.map(\.cells) == [
        ["a is near b", "does not hold here", "auc: a − b", "at least −.300", "−.375", "−.500", "−.250", "2 of 2"],
        ["and smaller", "does not hold here", "auc: a − b", "at least −.300", "−.375", "−.500", "−.250", "2 of 2"],
        ["", "", "parameters: b / a", "5.000 to 1000.0", "3.000", "2.000", "4.000", "2 of 2"],
        ["c is best", "not run", "auc: a − c", "at most .000", "not run", "not run", "not run", "0 of 2"],
      ])
    #expect(table.rows.map(\.beginsSection) == [true, true, false, true])
    #expect(table.notes.last == "Data: near; far.")
  }

  @Test("Models are averaged over the data sets")
  func models() throws {
    let table = try #require(ClaimsTable(experiment: Self.experiment, cells: Self.cells)).models
    #expect(
      table.rows.map(\.cells) == [
        ["Model A", ".375", ".750", "10", ".500", "2 of 2", "2 of 4"],
        ["b", ".750", ".750", "30", ".500", "2 of 2", "2 of 4"],
        ["c", "not run", "not run", "not run", "not run", "0 of 2", "0 of 4"],
      ])
  }

  @Test("The expected trials cover the repetitions of the records")
  func repetitions() throws {
    let records = (1...3).map { round in
      var record = Self.record("near", "a", [4, 2, 3, 1], parameters: 10)
      record.repetition = round
      return record
    }
    let claims = ClaimsTable(
      experiment: Self.experiment, cells: CellSummary.summaries(of: records), records: records)
    #expect(try #require(claims).models.rows.map { $0.cells.last } == ["3 of 12", "0 of 12", "0 of 12"])
  }

  @Test("An experiment without claims has no such table")
  func none() {
    var experiment = Self.experiment
    experiment.claims = []
    #expect(ClaimsTable(experiment: experiment, cells: Self.cells) == nil)
  }
}
