import Foundation
import MILExperiments
import MILRecords
import TestSupport
import Testing

@Suite("Which records make a table")
struct RecordSelectionTests {
  /// Returns records of some folds of a model, with their own seed and folds.
  private func run(
    _ model: String = "attention", folds: ClosedRange<Int> = 1...4, repetition: Int = 1, seed: Int = 2018,
    assignment: String = "f1", data: String = "d1", configuration: String = "{}", scheme: String = "stratified"
  ) -> [TrialRecord] {
    folds.map { fold in
      var made = record(model: model, repetition: repetition, fold: fold)
      made.protocolSettings = #"{"folds":4,"scheme":"\#(scheme)","seed":\#(seed),"standardisation":"none"}"#
      (made.foldsHash, made.dataHash, made.configuration) = (assignment, data, configuration)
      return made
    }
  }

  private func sentences(_ selection: RecordSelection) -> [String] { selection.leftOut.map(\.sentence) }

  @Test("After a changed seed and half of a run, the table has that half, and says what it left out")
  func halfRun() {
    let old = run(assignment: "old")
    let new = run(folds: 1...2, seed: 7, assignment: "new")
    let selection = RecordSelection(old + new)
    #expect(selection.records == new)
    #expect(
      sentences(selection) == [
        "left out: 4 records of attention on musk1, clean, made with seed 2018 in place of 7"
      ])
  }

  @Test("Trials by two builds of a model that is not released do not make one cell")
  func otherCode() {
    func by(_ code: String, _ records: [TrialRecord]) -> [TrialRecord] {
      records.map { record in
        var record = record
        record.code = code
        return record
      }
    }
    let (old, new) = (by("old", run()), by("new", run(folds: 1...2)))
    let selection = RecordSelection(old + run("constant") + new)
    #expect(selection.records == new + run("constant"))
    #expect(
      sentences(selection) == ["left out: 4 records of attention on musk1, clean, made by other code"])
  }

  @Test("What an experiment's file states counts, wherever it stands")
  func stated() {
    let now = run(folds: 1...2, seed: 7, assignment: "new")
    let stale = run(assignment: "old")
    var experiment = Experiment(name: "x", title: "X", datasets: ["musk1"], models: [])
    (experiment.folds, experiment.seed) = (4, 7)
    let selection = RecordSelection(now + stale, isPreferred: experiment.states)
    #expect(selection.records == now)
    #expect(selection.leftOut.map(\.count) == [4])
    // Other folds or published ones are not those of the file.
    experiment.folds = 5
    #expect(!experiment.states(now[0]))
    (experiment.folds, experiment.foldScheme) = (4, "lamda-10x10")
    #expect(!experiment.states(now[0]))
  }

  @Test("A data set that could not be had is told, until there are records of it")
  func unavailable() throws {
    let missing = TrialRecord(
      experiment: "x", dataset: "fox", dataHash: "", model: "attention", configuration: "{}", protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: 1, foldsHash: "", status: .unavailable, message: "no file",
      seed: "0", version: "1", core: "")
    #expect(missing.problem == nil)
    let selection = RecordSelection(run() + [missing])
    #expect(selection.unavailable == ["fox": "no file"] && selection.records == run() && selection.leftOut.isEmpty)
    let later = RecordSelection([record(dataset: "fox"), missing])
    #expect(later.unavailable.isEmpty && later.records.map(\.status) == [.finished])
  }

  @Test("All models of a table are tested on the same folds in each repetition")
  func sameFolds() {
    let selection = RecordSelection(
      run("a", assignment: "old") + run("b", assignment: "old") + run("a", repetition: 2, assignment: "second")
        + run("a", assignment: "new"))
    #expect(selection.records.map(\.model) == Array(repeating: "a", count: 8))
    #expect(Set(selection.records.map(\.foldsHash)) == ["new", "second"])
    // The older records of a had the folds of b, and were left out with these.
    #expect(
      sentences(selection) == [
        "left out: 4 records of a on musk1, clean, made on other folds",
        "left out: 4 records of b on musk1, clean, made on other folds",
      ])
  }

  @Test("Models that deal bags in other ways, such as those of another protocol, stay beside each other")
  func schemes() {
    let records = run("a", assignment: "f1") + run("b", assignment: "f2", scheme: "plain")
    let selection = RecordSelection(records)
    #expect(selection.records == records && selection.leftOut.isEmpty)
  }

  @Test("Records of other data, another configuration or other folds are left out with the reason")
  func reasons() {
    let last = run()
    #expect(sentences(RecordSelection(run(data: "d0") + last)).first?.hasSuffix("made from other data") == true)
    #expect(
      sentences(RecordSelection(run(configuration: #"{"epochs":5,"trunk":{"rate":0.5}}"#) + last)).first?
        .hasSuffix("made with epochs 5 in place of not set, trunk.rate 0.5 in place of not set") == true)
    #expect(
      sentences(RecordSelection(run(assignment: "f0") + last)).first?.hasSuffix("made on other folds") == true)
    for selection in [RecordSelection(run(data: "d0") + last), RecordSelection(run(assignment: "f0") + last)] {
      #expect(selection.records == last)
    }
  }

  @Test("Cells tell what was left out of them")
  func cells() {
    let selection = RecordSelection(run(seed: 1) + run(seed: 2, assignment: "g"))
    let cells = CellSummary.summaries(of: selection.records, leftOut: selection.leftOut)
    #expect(cells.map(\.trials) == [4] && cells.map { $0.leftOut?.map(\.count) } == [[4]])
    #expect(CellSummary.summaries(of: selection.records).map(\.leftOut) == [nil])
  }
}
