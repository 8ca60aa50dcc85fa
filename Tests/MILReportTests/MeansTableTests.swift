import MILExperiments
import MILRecords
import MILReport
import Testing

@Suite("Means over data sets")
struct MeansTableTests {
  /// Returns one fold of ten bags, of which `correct` are predicted correctly after each epoch.
  private func record(_ dataset: String, _ model: String, correct: [Int]) -> TrialRecord {
    var record = TrialRecord(
      experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
      protocolSettings: "{}", repetition: 1, fold: 1, foldsHash: "f", status: .finished, seed: "1", version: "1",
      core: "Haswell")
    record.bags = Array(0..<10)
    record.labels = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    record.scores = [0.9, 0.8, 0.7, 0.6, 0.6, 0.1, 0.1, 0.1, 0.1, 0.1]
    record.correctByEpoch = correct
    return record
  }

  private func figure(
    _ model: String, _ dataset: String, _ mean: Double, verified: Bool = true, by: String? = nil
  ) -> PublishedFigure {
    PublishedFigure(model: model, label: model, dataset: dataset, mean: mean, source: "S", verified: verified, by: by)
  }

  private func means(
    _ datasets: [String], _ records: [TrialRecord], published: [PublishedFigure] = [], others: [PublishedFigure] = [],
    metric: String = "bag accuracy"
  ) -> MeansTable? {
    let experiment = Experiment(
      name: "test", title: "Test", datasets: datasets,
      models: [ExperimentModel(id: "a", label: "A"), ExperimentModel(id: "b", label: "B")])
    func table(_ rows: [PublishedFigure]) -> PublishedTable {
      PublishedTable(paper: "P", citation: "C", metric: metric, selection: "S", rows: rows)
    }
    return MeansTable(
      ComparisonTable(
        experiment: experiment, records: records, published: published.isEmpty ? nil : table(published),
        replications: others.isEmpty ? nil : table(others)))
  }

  private var records: [TrialRecord] {
    [
      record("musk1", "a", correct: [9, 8]), record("fox", "a", correct: [5, 6]),
      record("tiger", "a", correct: [7, 7]),
      record("musk1", "b", correct: [9]), record("fox", "b", correct: [7]),
    ]
  }

  @Test("A model's means stand beside the paper's over the same data sets")
  func figures() throws {
    let published = [
      figure("a", "musk1", 0.8), figure("a", "fox", 0.9), figure("a", "tiger", 0.4, verified: false),
      figure("b", "musk1", 0.8), figure("b", "fox", 0.7), figure("b", "tiger", 0.1), figure("c", "musk1", 0.8),
      figure("d", "musk1", 0.8), figure("d", "fox", 0.7), figure("d", "tiger", 0.6),
    ]
    let others =
      ["musk1", "fox", "tiger"].map { figure("a", $0, 0.75, by: "X 2020") } + [figure("b", "fox", 0.5, by: "Y")]
    let table = try #require(means(["musk1", "fox", "tiger"], records, published: published, others: others)).table
    // With one fold, its best epoch is the common one. a: differences 0, -.3 and +.3; SE of .9 and .4 on ten bags: .095
    // and .155.
    #expect(
      table.rows.map(\.cells) == [
        ["A", "3", ".700†", ".700", ".733", ".733", "1.000", ".245", "0", "0", "3", "2", ".750 a"],
        ["B", "2", ".750", ".800", "–", "–", "1.000", ".071", "0", "0", "2", "2", "–"],
        ["d", "0", ".700", "not run", "not run", "not run", "not run", "–", "–", "–", "–", "–", "–"],
      ])
    #expect(table.notes.contains("Others, a: X 2020."))
    #expect(!table.notes.contains { $0.contains("Y") })
    #expect(table.notes.contains { $0.contains("recalled from memory") })
  }

  @Test("For programs the figures are exact, and empty where there are none")
  func numbers() throws {
    let table = try #require(means(["musk1", "fox", "tiger"], records)).numbers
    #expect(
      table.rows.map(\.cells) == [
        [
          "a", "clean", "A", "3", "", "0.6999999999999998", "0.7333333333333334", "0.7333333333333334", "1.0", "", "",
          "", "", "",
        ],
        ["b", "clean", "B", "2", "", "0.8", "", "", "1.0", "", "", "", "", ""],
      ])
  }

  @Test("Figures of another measure are not set against accuracies")
  func otherMeasure() throws {
    let published = ["musk1", "fox", "tiger"].map { figure("a", $0, 0.8) }
    let table = try #require(means(["musk1", "fox", "tiger"], records, published: published, metric: "AUC")).table
    #expect(Array(table.rows[0].cells[7...]) == ["–", "–", "–", "–", "–", "–"])
  }

  @Test("One data set, or variants of one, have no mean")
  func variants() {
    #expect(means(["musk1"], [record("musk1", "a", correct: [5])]) == nil)
    let variants = ["ucsb-breast", "ucsb-breast[labels=circulated]"]
    #expect(means(variants, variants.map { record($0, "a", correct: [5]) }) == nil)
    #expect(means(["musk1", "fox"], []) == nil)
  }
}
