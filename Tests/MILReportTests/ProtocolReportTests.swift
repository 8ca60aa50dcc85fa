import MILExperiments
import MILRecords
import Testing

@testable import MILReport

@Suite("Curves over a protocol's settings, and sources of variance")
struct ProtocolReportTests {
  /// Returns two folds of ten bags in each repetition, all with this number of correct predictions.
  private func records(_ model: String, _ protocolName: String, right: [Int], trainingBags: Int = 40) -> [TrialRecord] {
    right.enumerated().flatMap { repetition, right in
      (1...2).map { fold in
        var record = TrialRecord(
          experiment: "test", dataset: "made", dataHash: "d", model: model, configuration: "{}", protocol: protocolName,
          protocolSettings: "{}", repetition: repetition + 1, fold: fold, foldsHash: "f", status: .finished, seed: "1",
          version: "1", core: "Haswell")
        record.bags = (0..<10).map { $0 + 10 * (fold - 1) }
        record.labels = (0..<10).map { $0 % 2 }
        record.scores = record.labels.enumerated().map { place, label in
          (place < right) == (label == 1) ? 0.8 : 0.2
        }
        record.trainingBags = trainingBags
        record.correctByEpoch = [right]
        return record
      }
    }
  }

  private func comparison(_ models: [ExperimentModel], _ records: [TrialRecord]) -> ComparisonTable {
    ComparisonTable(
      experiment: Experiment(name: "test", title: "Test", datasets: ["made"], models: models), records: records)
  }

  @Test("Each model is a curve over the setting with most values, for accuracy and for AUC")
  func curves() {
    let names = ["clean", "clean[labelNoise=0.2]", "clean[labelNoise=0.4]"]
    let models = ["a", "b"].flatMap { id in names.map { ExperimentModel(id: id, protocol: $0, label: nil) } }
    let all = ["a", "b"].flatMap { id in
      names.enumerated().flatMap { records(id, $1, right: [9 - $0, 8 - $0]) }
    }
    let figures = ProtocolCurves(comparison(models, all), all).figures
    #expect(figures.map(\.name) == ["labelNoise-made", "labelNoise-auc-made"])
    let svg = figures[0].svg
    #expect(svg.contains(">a<") && svg.contains(">b<") && !svg.contains("a, clean"))
    #expect(svg.contains("share of wrong training labels") && svg.contains("mean accuracy, last epoch"))
    #expect(figures[0].caption.contains("corrected standard error"))
    // A row is named after what its protocol differs in.
    #expect(
      comparison(models, all).rows.map(\.label)
        == ["a", "b"].flatMap {
          [$0, "\($0), label noise 0.2", "\($0), label noise 0.4"]
        })
    // Two values do not make a curve.
    #expect(
      ProtocolCurves(comparison(Array(models.prefix(2)), all), records("a", names[0], right: [8])).figures.isEmpty)
  }

  @Test("Other settings that differ distinguish the curves, and all training bags are a number of bags")
  func acquisition() {
    let names = [20, 30].flatMap { ["clean[trainingBags=\($0)]", "clean[acquisition=uncertainty,trainingBags=\($0)]"] }
    let models = (names + ["clean"]).map { ExperimentModel(id: "a", protocol: $0, label: "A") }
    let all = (names + ["clean"]).flatMap { records("a", $0, right: [8], trainingBags: $0 == "clean" ? 90 : 20) }
    let svg = ProtocolCurves(comparison(models, all), all).figures.first?.svg ?? ""
    #expect(svg.contains(">A, acquisition random<") && svg.contains(">A, acquisition uncertainty<"))
    #expect(svg.contains(">90<") && svg.contains("training bags"))
  }

  @Test("Many curves are in several figures with one vertical axis, those of a model together")
  func groups() {
    let names = ["clean", "clean[labelNoise=0.2]", "clean[labelNoise=0.4]"]
    let ids = ["a", "b", "c", "d", "e"]
    let models = ids.flatMap { id in names.map { ExperimentModel(id: id, protocol: $0) } }
    let all = ids.enumerated().flatMap { number, id in
      names.enumerated().flatMap { records(id, $1, right: [9 - $0 - number, 8 - $0 - number]) }
    }
    let figures = ProtocolCurves(comparison(models, all), all).figures.filter { !$0.name.contains("auc") }
    #expect(figures.map(\.name) == ["labelNoise-made-1", "labelNoise-made-2"])
    let shown = figures.map { figure in ids.filter { figure.svg.contains(">\($0)<") } }
    #expect(shown == [["a", "b"], ["c", "d", "e"]])
    func ticks(_ svg: String) -> [String] {
      // The texts of points are empty here.
      svg.split(separator: "\n").filter { $0.contains("text-anchor=\"end\"") && !$0.contains("></text>") }.map {
        String($0.split(separator: ">")[1])
      }
    }
    #expect(!ticks(figures[0].svg).isEmpty && ticks(figures[0].svg) == ticks(figures[1].svg))
    let pairs = names.flatMap {
      [$0, $0 == "clean" ? "clean[acquisition=uncertainty]" : $0.dropLast() + ",acquisition=uncertainty]"]
    }
    let asked = ["a", "b", "c"].flatMap { id in pairs.map { ExperimentModel(id: id, protocol: $0) } }
    let both = ["a", "b", "c"].flatMap { id in pairs.flatMap { records(id, $0, right: [8, 7]) } }
    let families = ProtocolCurves(comparison(asked, both), both).figures.filter { !$0.name.contains("auc") }
    #expect(families.count == 2 && families[0].svg.contains(">a, acquisition uncertainty<"))
    #expect(!families[0].svg.contains(">b, ") && families[1].svg.contains(">c, acquisition random<"))
  }

  @Test("The deviation of each source is that of the repetitions' means, with its interval")
  func variance() throws {
    let rights = [
      "clean": [9, 5, 7], "clean[varies=initialisation]": [9, 8, 9], "clean[varies=order]": [9, 9, 9],
      "clean[varies=folds]": [9, 6, 6],
    ]
    let models = rights.keys.sorted().map { ExperimentModel(id: "a", protocol: $0, label: nil) }
    let all = rights.flatMap { records("a", $0.key, right: $0.value) }
    let table = try #require(VarianceTable(comparison(models, all), records: all))
    #expect(table.rows.map(\.metric.id) == ["accuracy", "auc"] && table.rows[0].label == "a")
    let row = table.rows[0]
    let whole = try #require(row.sources["all"])
    #expect(abs(whole.deviation - 0.2) < 1e-12 && abs(whole.range - 0.4) < 1e-12 && whole.repetitions == 3)
    // SciPy 1.17: 0.2 * sqrt(2 / stats.chi2.ppf([0.975, 0.025], 2))
    #expect(abs(whole.interval.lowerBound - 0.10413165) < 1e-7)
    #expect(abs(whole.interval.upperBound - 1.25694694) < 1e-7)
    #expect(row.sources["order"]?.deviation == 0)
    // Variances 1/300, 0 and 3/100.
    #expect(abs(try #require(row.share(of: "folds")) - 0.9) < 1e-12)
    // (1.959964 + 0.841621)^2 * 2 * 0.2^2 / 0.02^2 = 1569.8
    #expect(row.repetitionsForTwoPoints == 1570)
    #expect(
      table.table.rows.count == 2 && table.numbers.rows.count == 2
        && table.figures.map(\.name) == ["variance", "variance-auc"])
    let usual = records("a", "clean", right: [1, 2])
    #expect(VarianceTable(comparison([ExperimentModel(id: "a")], usual), records: usual) == nil)
  }
}
