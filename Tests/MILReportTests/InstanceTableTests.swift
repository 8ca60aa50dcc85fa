import MILExperiments
import MILRecords
import MILReport
import Testing

@Suite("What models say about instances")
struct InstanceTableTests {
  private func record(
    _ model: String, fold: Int, _ result: InstanceResult?, dataset: String = "made"
  ) -> TrialRecord {
    var record = TrialRecord(
      experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1", version: "1",
      core: "Haswell")
    record.instances = result
    return record
  }

  private func table(of records: [TrialRecord]) -> InstanceTable? {
    let experiment = Experiment(
      name: "test", title: "Test", datasets: ["made", "other"],
      models: [ExperimentModel(id: "a", label: "A"), ExperimentModel(id: "b", label: "B"), ExperimentModel(id: "c")])
    return InstanceTable(ComparisonTable(experiment: experiment, records: records), records: records)
  }

  private func result(_ kind: InstanceResult.Kind, right: Bool, example: Bool = false) -> InstanceResult {
    let values = right ? [0.1, 0.9] : [0.9, 0.1]
    var result = InstanceResult(kind: kind, bags: [([0, 1], values)])
    if example { result.example = .init(bag: 4, name: "b5", score: 0.8, values: values, labels: [0, 1]) }
    return result
  }

  @Test("Each model has a row with the mean over its trials, and what its numbers are")
  func rows() throws {
    let instances = try #require(
      table(of: [
        record("a", fold: 1, result(.weights, right: true, example: true)),
        record("a", fold: 2, result(.weights, right: false)),
        record("b", fold: 1, result(.scores, right: true, example: true)), record("c", fold: 1, nil),
      ]))
    #expect(
      instances.table.rows.map(\.cells) == [
        ["made", "A", "weights", ".500", ".707", "2", "2"], ["made", "B", "scores", "1.000", "–", "1", "1"],
      ])
    #expect(instances.numbers.rows.map { $0.cells[0...4].joined(separator: " ") }.last == "made b clean scores 1.0")
    // The figure is that of the better model, and its caption says so.
    let figure = try #require(instances.figures.first)
    #expect(instances.figures.count == 1 && figure.name == "instances-made")
    #expect(figure.caption.contains("bag b5") && figure.caption.contains("by B, the model with the largest"))
    #expect(figure.caption.contains("Instance scores: "))
  }

  @Test("Over data sets, the means of models that were run on all of them are ranked")
  func overview() throws {
    let wrong = result(.weights, right: false)
    let records = [
      record("a", fold: 1, wrong), record("a", fold: 1, result(.weights, right: true), dataset: "other"),
      record("b", fold: 1, result(.scores, right: true)),
      record("b", fold: 1, result(.scores, right: true), dataset: "other"), record("c", fold: 1, wrong),
    ]
    let instances = try #require(table(of: records))
    #expect(instances.overview?.rows.map(\.cells) == [["B", "scores", "1.000"], ["A", "weights", ".500"]])
    #expect(instances.tables.count == 2)
    #expect(try #require(table(of: [record("a", fold: 1, wrong)])).overview == nil)
  }

  @Test("There is no table where no instances are known")
  func nothing() { #expect(table(of: [record("a", fold: 1, nil)]) == nil) }
}

@Suite("The explanation of a bag")
struct BagExplanationTests {
  private func explanation(_ count: Int, kind: InstanceResult.Kind = .weights) -> BagExplanation {
    BagExplanation(
      model: "Attention", bag: "b<1>", dataset: "mine", verdict: "Score 0.9, label 1.", kind: kind,
      instances: (0..<count).map {
        .init(
          number: $0 + 1, value: Double(($0 * 7) % 10) / 100, label: $0 % 2, place: (Double($0 % 4), Double($0 / 4)))
      })
  }

  @Test("Instances are ranked, equal ones in the order of the bag")
  func ranking() {
    let explained = explanation(11)
    #expect(explained.instances.map(\.number) == [8, 5, 2, 9, 6, 3, 10, 7, 4, 1, 11])
    #expect(
      explained.table(limit: 2).rows.map(\.cells) == [
        ["1", "8", "0.09000", "1", "3", "1"], ["2", "5", "0.08000", "0", "0", "1"],
      ])
    #expect(explained.table(limit: 2).notes.first == "The first 2 of 11 instances.")
    #expect(
      explained.numbers.rows.count == 11
        && explained.numbers.rows[0].cells == ["1", "8", "weights", "0.09", "1", "3.0", "1.0"])
  }

  @Test("Weights and scores are told apart in table and page", arguments: InstanceResult.Kind.allCases)
  func kinds(_ kind: InstanceResult.Kind) {
    let explained = explanation(60, kind: kind)
    #expect(
      explained.table().notes.contains(kind.explanation) && explained.page.html.contains("Instance \(kind.rawValue):"))
    #expect(explained.figures.map(\.name) == ["bars", "heat-map"])
    #expect(explained.figures[0].caption.hasPrefix("The 40 largest of 60."))
    let page = explained.page.html
    #expect(page.contains("bag b&lt;1&gt;") && !page.contains("<nav") && !page.contains("src="))
  }
}
