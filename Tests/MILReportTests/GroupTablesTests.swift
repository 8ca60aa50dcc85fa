import MILExperiments
import MILRecords
import MILReport
import Testing

@Suite("Models of a group, against print and against each other")
struct GroupTablesTests {
  /// Returns ten folds of ten bags, with this number of correct predictions in a hundred.
  private func records(_ dataset: String, _ model: String, right: Int) -> [TrialRecord] {
    (1...10).map { fold in
      var record = TrialRecord(
        experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
        protocolSettings: "{}", repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1", version: "1",
        core: "Haswell")
      record.bags = (0..<10).map { $0 + 10 * (fold - 1) }
      record.labels = (0..<10).map { $0 % 2 }
      record.scores = record.labels.map { $0 == 1 ? 0.8 : 0.2 }
      record.correctByEpoch = [right / 10 + (fold <= right % 10 ? 1 : 0)]
      return record
    }
  }

  private func comparison(
    _ right: [String: [String: Int]], groups: [ModelGroup], published: [PublishedFigure] = [],
    metric: String = "accuracy"
  ) -> ComparisonTable {
    let datasets = Set(right.values.flatMap(\.keys)).sorted()
    let experiment = {
      var made = Experiment(
        name: "test", title: "Test", datasets: datasets, models: right.keys.sorted().map { ExperimentModel(id: $0) })
      made.groups = groups
      return made
    }()
    let all = right.keys.sorted().flatMap { model in
      datasets.flatMap { name in right[model]?[name].map { records(name, model, right: $0) } ?? [] }
    }
    let table = PublishedTable(paper: "P", citation: "C", metric: metric, selection: "S", rows: published)
    return ComparisonTable(experiment: experiment, records: all, published: published.isEmpty ? nil : table)
  }

  private func figure(_ model: String, _ dataset: String, _ mean: Double) -> PublishedFigure {
    PublishedFigure(model: model, label: model, dataset: dataset, mean: mean, source: "S", verified: true, by: nil)
  }

  private var measured: [String: [String: Int]] {
    [
      "a": ["one": 80, "two": 70, "three": 60], "b": ["one": 82, "two": 71, "three": 60], "c": ["one": 50, "two": 50],
    ]
  }

  @Test("A group and all models stand against the published figures, counted and tested over data sets")
  func paper() throws {
    let published =
      ["one", "two", "three"].map { figure("a", $0, 0.85) } + [figure("b", "one", 0.8), figure("c", "two", 0.6)]
    let found = try #require(
      PaperBiasTable(
        comparison(measured, groups: [ModelGroup(title: "one model", models: ["a"])], published: published)))
    // a: -.05, -.15, -.25; t = -.15 / (.1 / sqrt 3) = -2.598 with two degrees of freedom.
    #expect(found.table.rows[0].cells == ["ours: one model", "3", "3", "0", "−.150", "3", ".122", ".250"])
    // All models: -.015, -.125, -.25 by data set.
    #expect(found.table.rows[1].cells.prefix(6) == ["ours: all models", "5", "4", "1", "−.106", "3"])
    #expect(found.numbers.rows.count == 2 && found.numbers.rows[0].cells[1] == "3")
  }

  @Test("There is nothing to set against print for one data set, without figures, or where these are no accuracies")
  func noPaper() {
    #expect(PaperBiasTable(comparison(measured, groups: [])) == nil)
    #expect(PaperBiasTable(comparison(measured, groups: [], published: [figure("a", "one", 0.8)])) == nil)
    let two = [figure("a", "one", 0.8), figure("a", "two", 0.8)]
    #expect(PaperBiasTable(comparison(measured, groups: [], published: two, metric: "AUC")) == nil)
  }

  @Test("Each two of a group have an interval over the data sets that both have, and the group its largest margin")
  func equivalence() throws {
    let groups = [
      ModelGroup(title: "near", models: ["a", "b"]), ModelGroup(title: "all", models: ["a", "b", "c"]),
    ]
    let found = try #require(EquivalenceTable(comparison(measured, groups: groups)))
    #expect(
      found.table.rows.map { Array($0.cells[0...3]) } == [
        ["near", "a", "b", "3"], ["all", "a", "b", "3"], ["all", "a", "c", "2"], ["all", "b", "c", "2"],
      ])
    // Differences -.02, -.01 and 0: s = .01, t.95 of two degrees of freedom 2.920, so -.01 ± .0169.
    #expect(found.table.rows[0].cells[4...] == ["−.010", "−.027", "+.007", ".027"])
    #expect(found.table.notes[1] == "Each two of near: equal within .027.")
    #expect(found.table.notes.count == 3 && found.numbers.rows.count == 4)
    #expect(found.numbers.rows[0].cells.last?.hasPrefix("0.02685") == true)
  }

  @Test("Without groups, with one data set, and for variants of one there is no such table")
  func noEquivalence() {
    let group = [ModelGroup(title: "near", models: ["a", "b"])]
    #expect(EquivalenceTable(comparison(measured, groups: [])) == nil)
    #expect(EquivalenceTable(comparison(["a": ["one": 80], "b": ["one": 70]], groups: group)) == nil)
    let variants = ["set": 80, "set[bags=50]": 70]
    #expect(EquivalenceTable(comparison(["a": variants, "b": variants], groups: group)) == nil)
  }
}
