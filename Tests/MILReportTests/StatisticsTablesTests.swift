import MILExperiments
import MILRecords
import MILStatistics
import Testing

@testable import MILReport

@Suite("Tables of statistics")
struct StatisticsTablesTests {
  /// Returns folds of ten bags; the number of correct predictions is the model's skill plus a term of the fold's
  /// number.
  private func records(_ skills: [String: Int], datasets: [String], folds: Int = 10) -> [TrialRecord] {
    var records: [TrialRecord] = []
    for dataset in datasets {
      for (model, skill) in skills.sorted(by: { $0.key < $1.key }) {
        for fold in 1...folds {
          var record = TrialRecord(
            experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
            protocolSettings: "{\"folds\":\(folds)}", repetition: 1, fold: fold, foldsHash: "f", status: .finished,
            seed: "1", version: "1", core: "Haswell")
          let right = min(10, skill + (fold + skill) % 2)
          record.bags = (0..<10).map { $0 + 10 * fold }
          record.labels = (0..<10).map { $0 % 2 }
          record.scores = record.labels.enumerated().map { ($0 < right) == ($1 == 1) ? 0.8 : 0.2 }
          // The majority class has one score for all bags.
          if model == "constant" { record.scores = record.labels.map { _ in 0.2 } }
          record.correctByEpoch = [right]
          records.append(record)
        }
      }
    }
    return records
  }

  private func tables(_ skills: [String: Int], _ datasets: [String] = ["one", "two"]) throws -> StatisticsTables {
    let models = skills.keys.sorted().map { ExperimentModel(id: $0, label: $0.uppercased()) }
    let experiment = Experiment(name: "x", title: "X", datasets: datasets, models: models)
    let statistics = try #require(
      StudyStatistics(experiment: experiment, records: records(skills, datasets: datasets)))
    return StatisticsTables(statistics, title: "X", datasetTitles: ["one": "ONE"])
  }

  private func table(_ part: String, _ tables: StatisticsTables) throws -> ReportTable {
    try #require(tables.tables.first { $0.title.contains(part) }, "\(tables.tables.map(\.title))")
  }

  @Test("Ranks, wins and groups stand best first, with the test, the correction, the tie rule and the power below")
  func ranks() throws {
    let found = try table("ranks by accuracy", tables(["good": 8, "same": 8, "poor": 4]))
    #expect(
      found.rows.map(\.cells) == [
        ["1", "GOOD", "1.50", ".850", "2", "2", "0", "a"], ["2", "SAME", "1.50", ".850", "2", "2", "0", "a"],
        ["3", "POOR", "3.00", ".450", "0", "0", "4", "a"],
      ])
    let notes = found.notes.joined(separator: " ")
    for part in [
      "Ranks over 2 data sets (ONE, two)", "Iman and Davenport", "exact Wilcoxon", "zeros after Pratt",
      "adjusted after Holm for 3 pairs, at .05",
      "with 2 data sets a model that wins on all of them reaches p = 2/2^2 (.500), 1.000 after adjustment",
      "no pair can be told apart over these data sets",
    ] { #expect(notes.contains(part), "\(part)") }
  }

  @Test("The matrix counts wins, ties and losses of rows against columns")
  func wins() throws {
    let found = try table("wins/ties/losses by accuracy", tables(["good": 8, "same": 8, "poor": 4]))
    #expect(found.columns.map(\.header) == ["place", "model", "1", "2", "3"])
    #expect(
      found.rows.map { Array($0.cells[2...]) } == [
        ["–", "0/2/0", "2/0/0"], ["0/2/0", "–", "2/0/0"], ["0/0/2", "0/0/2", "–"],
      ])
    #expect(found.notes[0].contains("Nadeau and Bengio 2003") && found.notes[0].contains("p below .05"))
    #expect(found.notes[1].hasPrefix("Told apart: 4 of 6 comparisons, of which about 0.3 would be by chance alone"))
  }

  @Test("On one data set the matrix has words, and nothing is said of tests over data sets")
  func oneDataset() throws {
    let found = try tables(["good": 8, "poor": 4], ["one"])
    #expect(try table("wins", found).rows.map { Array($0.cells[2...]) } == [["–", "win"], ["loss", "–"]])
    let ranks = try table("ranks by accuracy", found)
    #expect(ranks.columns.last?.header == "losses" && ranks.notes.count == 1)
  }

  @Test("Counts of pairs leave out a model that gives all bags one score, and say so")
  func floors() throws {
    let found = try table("wins/ties/losses by accuracy", tables(["good": 8, "same": 8, "constant": 4]))
    #expect(found.notes[1].hasPrefix("Told apart: 0 of 2 comparisons"))
    #expect(found.notes[1].contains("Left out of these counts: 4 comparisons with CONSTANT"))
    #expect(found.notes[1].contains("4 of them are told apart, 4 after the adjustment."))
  }

  @Test("Variants of one data set are ranked and not tested")
  func variants() throws {
    let found = try tables(["good": 8, "poor": 4], ["set", "set[bags=50]", "set[bags=100]"])
    let ranks = try table("ranks by accuracy", found)
    #expect(ranks.columns.last?.header == "losses" && ranks.notes.count == 2)
    #expect(ranks.notes[1].contains("variants of one"))
    #expect(found.sentence.contains("no test is made over them"))
    let over = try #require(found.statistics.metrics[0].overDatasets)
    #expect(over.areVariants && over.friedmanP == nil && over.groups.isEmpty)
  }

  @Test("Pairs told apart are shown from the side of the better model")
  func toldApart() throws {
    let found = try table("told apart by accuracy", tables(["better": 8, "a-poor": 4]))
    #expect(found.rows.map(\.cells.count) == [10, 10])
    // Every fold differs by 4 of 10 bags: no variance, so p is that of a sign test of ten, 2 / 2^10.
    #expect(
      found.rows[0].cells.prefix(8) == ["ONE", "BETTER", "A-POOR", "+.400", ".002", ".002", "1.000", "<.001"])
    #expect(found.rows[0].cells[8].hasPrefix("+.") && found.rows[0].cells[8].contains(" to +."))
    #expect(try tables(["a": 8, "b": 8]).tables.allSatisfy { !$0.title.contains("told apart") })
  }

  @Test("With enough data sets the matrix of adjusted p-values is shown")
  func manyDatasets() throws {
    let names = (1...8).map { "set\($0)" }
    let found = try tables(["good": 8, "poor": 4], names)
    // 2 / 2^8 = .0078
    #expect(
      try table("adjusted p-values over data sets by accuracy", found).rows.map(\.cells)
        == [["1", "GOOD", "–", ".008"], ["2", "POOR", ".008", "–"]])
    #expect(try table("ranks by accuracy", found).rows.map { $0.cells.last } == ["none", "none"])
    #expect(found.sentence.contains("and is told apart from it (exact Wilcoxon"))
  }

  @Test("Over several data sets win rates, improvability and the probabilities for the next one are shown")
  func standings() throws {
    let found = try tables(["good": 8, "poor": 4], ["one", "two", "three"])
    let standings = try table("win rates and improvability by accuracy", found)
    // Errors .15 and .55; (.55 − .15)/.55 = .727
    #expect(standings.rows.map(\.cells) == [["1", "GOOD", "100", "100", "0"], ["2", "POOR", "0", "0", "73"]])
    #expect(standings.columns.map(\.group) == [nil, nil, "win rate", "win rate", nil])
    #expect(standings.notes.count == 2)
    let ahead = try table("how often one model is ahead by accuracy", found)
    #expect(ahead.rows.map(\.cells) == [["1", "GOOD", "–", "100/100"], ["2", "POOR", "0/0", "–"]])
    let next = try table("probabilities for the next data set by accuracy", found)
    #expect(next.rows[0].cells[2] == "–" && next.rows[1].cells[3] == "–")
    let good = next.rows[0].cells[3].split(separator: " ").compactMap { Double($0) }
    #expect(good.count == 2 && good[0] > 0.9 && good[0] + good[1] < 1.02, "\(next.rows)")
    #expect(next.notes[0].contains("better by more than 1 point") && next.notes[0].contains("of 3 data sets"))
    #expect(!found.tables.contains { $0.title.contains("next data set by AUC") })
    #expect(found.sentence.contains("On another such data set the first would be better by more than 1 point with"))
    let rates = try #require(found.rates)
    #expect(rates.rows.count == 2 && rates.rows[0].cells.prefix(6) == ["accuracy", "good", "poor", "3", "1.0", "3"])
    // One data set has none of these, two have no probabilities.
    let one = try tables(["good": 8, "poor": 4], ["one"])
    #expect(one.rates == nil && !one.tables.contains { $0.title.contains("win rates") })
    let two = try tables(["good": 8, "poor": 4])
    #expect(!two.tables.contains { $0.title.contains("next data set") } && !two.sentence.contains("another such"))
  }

  @Test("Standings have columns for each domain of data sets, if there are several")
  func domains() throws {
    let skills = ["good": 8, "poor": 4]
    let models = skills.keys.sorted().map { ExperimentModel(id: $0) }
    let names = ["one", "two", "three"]
    let statistics = try #require(
      StudyStatistics(
        experiment: Experiment(name: "x", title: "X", datasets: names, models: models),
        records: records(skills, datasets: names), domains: ["one": "text", "two": "images", "three": "text"]))
    let found = try table("win rates and improvability by accuracy", StatisticsTables(statistics, title: "X"))
    let groups = ["win rate", "win rate", "text (2)", "text (2)", "images (1)", "images (1)"]
    #expect(found.columns.compactMap(\.group) == groups)
    #expect(found.rows[0].cells.suffix(4) == ["100", "0", "100", "0"])
    #expect(found.notes.last?.contains("text (one, three); images (two)") == true)
  }

  @Test("The table for programs has a row for each metric, data set and pair")
  func numbers() throws {
    let found = try tables(["good": 8, "same": 8, "poor": 4]).numbers
    #expect(found.rows.count == 2 * 2 * 3)
    let row = try #require(found.rows.first { $0.cells[2...3] == ["good", "poor"] })
    #expect(
      row.cells.prefix(11) == [
        "accuracy", "one", "good", "poor", "a better", "", "10", "1", "0.4", "0.0", "0.001953125",
      ])
    #expect(found.columns.count == row.cells.count)
  }

  @Test("The sentence names the outcome and its uncertainty")
  func sentences() throws {
    let two = try tables(["better": 8, "a-poor": 4], ["one"]).sentence
    #expect(two.hasPrefix("On ONE A-POOR is worse than BETTER: accuracy differs by −.400 (95 % interval over bags −."))
    #expect(two.hasSuffix("p = .002, probability better <.001, practically equal <.001, worse 1.000)."))
    let itself = try tables(["a": 8, "b": 8], ["one"]).sentence
    #expect(itself.hasPrefix("On ONE A and B are not told apart: accuracy differs by .000"))
    let three = try tables(["good": 8, "same": 8, "poor": 4], ["one"]).sentence
    #expect(three.hasPrefix("On ONE GOOD has the largest mean accuracy (.850) and is told apart from POOR (corrected"))
    #expect(three.contains("unadjusted; .000 over SAME, the next, has p = 1.000, practically equal "))
    let sets = try tables(["good": 8, "same": 8, "poor": 4]).sentence
    #expect(
      sets.hasPrefix(
        "Over 2 data sets GOOD (mean rank 1.50, mean accuracy .850) comes before SAME (mean rank 1.50, mean accuracy "
          + ".850), against which it wins on 0, ties on 2 and loses on 0, and is told apart from none of the 2 others"))
    #expect(sets.hasSuffix("the smallest p-value so few data sets can give is 1.000)."))
  }
}
