import Foundation
import MILExperiments
import MILRecords
import MILReport
import MILStatistics
import Testing

@Suite("Experiments whose data sets have several kinds of targets")
struct SeveralKindsTests {
  private static let datasets = ["musk1", "grades", "sizes", "weights", "deaths"]
  private static let names = ["low", "middle", "high"]

  /// Returns the trials of a model on one data set: two repetitions of five folds of four bags.
  private func trials(_ dataset: String, _ model: String, shift: Double) -> [TrialRecord] {
    (1...2).flatMap { repetition in
      (1...5).map { fold in
        var record = TrialRecord(
          experiment: "mixed", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: "clean",
          protocolSettings: #"{"folds":5}"#, repetition: repetition, fold: fold, foldsHash: "f", status: .finished,
          seed: "1", version: "1", core: "Haswell")
        record.bags = (0..<4).map { $0 + 4 * (fold - 1) }
        let outputs = (0..<4).map { Double($0) + shift * Double(($0 + fold + repetition) % 3) }
        switch dataset {
        case "musk1":
          record.labels = [0, 0, 1, 1]
          record.scores = outputs.map { $0 / 10 }
          record.threshold = 0.15
          record.correctByEpoch = [zip(record.labels, record.scores).count { ($1 >= 0.15 ? 1 : 0) == $0 }]
        case "grades":
          record.targets = .classes([0, 1, 2, 0], names: Self.names)
          record.take([0.8, 0.1, 0.1, 0.2, 0.6, 0.2, 0.1, 0.2, 0.7, 0.3, 0.4, 0.3], columns: 3, called: nil)
          record.correctByEpoch = [3]
        case "deaths":
          record.targets = .survival(times: [4, 3, 2, 1], events: [true, true, false, true])
          (record.scores, record.metric, record.valueByEpoch) = (outputs, "concordance", [0.5])
        default:
          record.targets = .numbers([0, 1, 2, 3])
          (record.scores, record.metric, record.valueByEpoch) = (outputs, "rmse", [0.5])
        }
        return record
      }
    }
  }

  private func comparison(_ datasets: [String]) -> (table: ComparisonTable, records: [TrialRecord]) {
    let models = ["near", "far"]
    let records = datasets.flatMap { dataset in
      trials(dataset, "near", shift: 0.1) + trials(dataset, "far", shift: 1.5)
    }
    var experiment = Experiment(
      name: "mixed", title: "Mixed", datasets: datasets, models: models.map { ExperimentModel(id: $0) })
    experiment.notes = ["A remark."]
    return (ComparisonTable(experiment: experiment, records: records), records)
  }

  @Test("Each kind of targets has a table by its default metric, without a row that lacks a figure")
  func tables() throws {
    let parts = comparison(Self.datasets).table.byMetric
    #expect(parts.map { Set($0.rows.map(\.dataset)) } == [["musk1", "grades"], ["sizes", "weights"], ["deaths"]])
    #expect(parts.map(\.table.title) == ["Mixed, accuracy", "Mixed, RMSE", "Mixed, C-index"])
    for part in parts {
      #expect(part.rows.allSatisfy { $0.ours?.leading.mean != nil })
      for text in [part.table.markdown, part.table.latex, part.table.terminal] { #expect(!text.contains("no data")) }
    }
    #expect(parts.map { $0.table.notes.count { $0 == "A remark." } } == [0, 0, 1])
    // Two and several classes share accuracy; each has its own areas.
    #expect(parts[0].metrics.map(\.id).contains("auc") && parts[0].metrics.map(\.id).contains("macroAUC"))
    let grades = try #require(parts[0].rows.first { $0.dataset == "grades" })
    #expect(grades["accuracy"] == 0.75 && grades["macroAUC"] != nil && grades["auc"] == nil)
  }

  @Test("The table for programs has a row for each cell, with an empty place where a metric is not defined")
  func numbers() throws {
    let parts = comparison(Self.datasets).table.byMetric
    let joined = try #require(ReportTable(joining: parts.map(\.numbers)))
    #expect(joined.rows.count == 10)
    let headers = joined.columns.map(\.header)
    #expect(Set(headers).count == headers.count && headers.contains("accuracy") && headers.contains("concordance"))
    func column(_ name: String) throws -> [String] {
      let place = try #require(headers.firstIndex(of: name))
      return joined.rows.map { $0.cells[place] }
    }
    let filled = try ["accuracy", "rmse", "concordance"].map { try column($0).map { !$0.isEmpty } }
    #expect(filled.map { $0.count { $0 } } == [4, 4, 2])
    #expect((0..<10).allSatisfy { row in filled.count { $0[row] } == 1 })
  }

  @Test("Statistics, means and figures are by kind, in files of one name")
  func parts() throws {
    let (table, records) = comparison(Self.datasets)
    let run = ReportedRun(table, records)
    #expect(
      run.byMetric.map { $0.statistics?.statistics.metrics.first?.metric } == ["accuracy", "rmse", "concordance"])
    let report = try RunReport(run)
    let files = Dictionary(report.files.map { ($0.name, $0.text) }) { first, _ in first }
    #expect(files.count == report.files.count, "two files have one name")
    let means = try #require(files["means.md"])
    #expect(means.contains("Mixed, accuracy: means") && means.contains("Mixed, RMSE: means"))
    let statistics = try #require(files["statistics.csv"])
    for (dataset, metric) in [("musk1", "accuracy"), ("sizes", "rmse"), ("deaths", "concordance")] {
      #expect(statistics.contains("\(metric),\(dataset),near,far"), "\(metric)")
      #expect(statistics.components(separatedBy: ",\(dataset),").count > 1)
    }
    #expect(!statistics.contains("accuracy,sizes") && !statistics.contains("rmse,musk1"))
    let object = try JSONSerialization.jsonObject(with: Data(try #require(files["statistics.json"]).utf8))
    let json = try #require(object as? [String: Any])
    #expect(json["datasets"] as? [String] == Self.datasets && (json["models"] as? [Any])?.count == 2)
    let ids = (json["metrics"] as? [[String: Any]])?.compactMap { $0["metric"] as? String }
    #expect(ids?.contains("accuracy") == true && ids?.contains("rmse") == true && ids?.contains("concordance") == true)
  }

  @Test("Targets of one kind have one part: the comparison and the run themselves")
  func oneKind() throws {
    for datasets in [["musk1"], ["musk1", "grades"], ["sizes", "weights"]] {
      let (table, records) = comparison(datasets)
      #expect(table.byMetric == [table] && table.table.title == "Mixed")
      let run = ReportedRun(table, records)
      #expect(run.byMetric.count == 1 && run.statistics != nil && run.byMetric[0].statistics == run.statistics)
    }
    #expect(ReportTable(joining: []) == nil)
    let table = ReportTable(title: "T", columns: [.init("a")])
    #expect(ReportTable(joining: [table]) == table)
  }

  @Test("A model that does not apply to one kind has its reason there, and a data set not run is in the first part")
  func notApplicable() throws {
    var records = trials("sizes", "near", shift: 0.1) + trials("deaths", "near", shift: 0.1)
    for index in records.indices where records[index].dataset == "deaths" {
      records[index].dropPredictions()
      (records[index].status, records[index].message) = (.notApplicable, "it learns no times")
    }
    let experiment = Experiment(
      name: "mixed", title: "Mixed", datasets: ["idle", "sizes", "deaths"], models: [ExperimentModel(id: "near")])
    let parts = ComparisonTable(experiment: experiment, records: records).byMetric
    #expect(parts.map { $0.metrics.first?.id } == ["rmse", "concordance"])
    #expect(parts[0].rows.map(\.dataset) == ["idle", "sizes"] && parts[1].rows.map(\.dataset) == ["deaths"])
    #expect(parts[1].table.notes.contains { $0.contains("it learns no times") })
  }

  @Test("The cells of a site have the metrics of their own targets")
  func site() throws {
    let (table, records) = comparison(Self.datasets)
    let study = SiteStudy(
      name: "mixed", title: "Mixed", comparisons: table.byMetric.map(\.table),
      reports: [("own", try RunReport(ReportedRun(table, records)))])
    let pages = Site([study]).pages
    let page = try #require(pages.first { $0.path == "experiments/mixed.html" })
    #expect(page.html.contains("Mixed, C-index") && page.html.contains("Mixed, RMSE"))
    let deaths = try #require(pages.first { $0.path == "datasets/deaths.html" })
    #expect(deaths.html.contains("C-index") && !deaths.html.contains("accuracy"))
  }
}
