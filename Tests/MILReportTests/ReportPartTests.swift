import MILExperiments
import MILRecords
import MILReport
import Testing

@Suite("Columns and parts of a report")
struct ReportPartTests {
  private struct Row { let name: String, share: Double?, bags: Int, section: String }

  private static let rows = [
    Row(name: "a", share: 0.12345, bags: 3, section: "x"), Row(name: "b", share: nil, bags: 4, section: "x"),
    Row(name: "c", share: -0.5, bags: 5, section: "y"),
  ]

  private static let columns: [TableColumn<Row>] = [
    .text("row", key: "name") { $0.name }, .text(nil, key: "section") { $0.section },
    .number("share", key: "share", group: "of bags", .signedShare) { $0.share }, .count("bags") { $0.bags },
  ]

  @Test("One declaration of columns gives rounded figures for readers and exact ones for programs")
  func columns() {
    let table = ReportTable("T", Self.columns, rows: Self.rows, section: { $0.section }, notes: ["N"])
    #expect(table.columns.map(\.header) == ["row", "share", "bags"] && table.columns[1].group == "of bags")
    #expect(table.rows.map(\.cells) == [["a", "+.123", "3"], ["b", "–", "4"], ["c", "−.500", "5"]])
    #expect(table.rows.map(\.beginsSection) == [true, false, true] && table.notes == ["N"])
    let whole = ReportTable("T", Self.columns, rows: Self.rows, section: { $0.section }, marksFirst: false)
    #expect(whole.rows.map(\.beginsSection) == [false, false, true])
    let numbers = ReportTable(forPrograms: "T", Self.columns, rows: Self.rows)
    #expect(numbers.csv == "name,section,share\r\na,x,0.12345\r\nb,x,\r\nc,y,-0.5\r\n")
  }

  private func run(_ models: [String]) -> ReportedRun {
    let records = models.flatMap { model in
      (1...2).map { fold -> TrialRecord in
        var record = TrialRecord(
          experiment: "test", dataset: "musk1", dataHash: "d", model: model, configuration: "{}", protocol: "clean",
          protocolSettings: #"{"folds":2}"#, repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1",
          version: "1", core: "Haswell")
        record.bags = [2 * fold, 2 * fold + 1]
        (record.labels, record.scores, record.correctByEpoch) = ([1, 0], [0.9, 0.1], [2])
        return record
      }
    }
    let experiment = Experiment(
      name: "test", title: "Test", datasets: ["musk1"], models: models.map { ExperimentModel(id: $0) })
    return ReportedRun(ComparisonTable(experiment: experiment, records: records), records)
  }

  @Test("A part has files of its name, and parts that have nothing to say have none")
  func files() throws {
    #expect(try RunReport(run(["a"])).files.isEmpty)
    let report = try RunReport(run(["a", "b"]))
    #expect(Set(report.files.map(\.name)) == ["statistics.md", "statistics.csv", "statistics.json"])
    #expect(report.tables.count == 4)
  }

  @Test("Records alone have a report, whose parts read titles, rows, figures and the records of a row")
  func records() throws {
    let records = run(["a", "b"]).records
    let part = ReportPart("means") { run in
      let lines = run.rows.map { row in
        "\(run.title) \(row.dataset) \(row.model) \(row["accuracy"] ?? 0) \(run.records(of: row).map(\.fold))"
      }
      return ReportPart.Contents(files: ["means.txt": lines.joined(separator: "\n")])
    }
    let report = try RunReport(titled: "Test", records: records, parts: [part])
    #expect(report.files.map(\.name) == ["means.txt"])
    #expect(report.files.first?.text == "Test musk1 a 1.0 [1, 2]\nTest musk1 b 1.0 [1, 2]")
    #expect(try RunReport(titled: "Test", records: []).files.isEmpty)
  }

  @Test("A part of one's own is a value in the list")
  func own() throws {
    let part = ReportPart("bags") { run in
      var contents = ReportPart.Contents(
        tables: [ReportTable(title: "Bags of \(run.cells.count) cells", columns: [.init("bags")])],
        figures: [ReportFigure(name: "bags", svg: "<svg/>", caption: "C")])
      contents.hasLaTeX = true
      contents.files["bags.txt"] = "\(run.records.count)"
      return contents
    }
    let report = try RunReport(run(["a"]), parts: .standard + [part])
    #expect(report.files.map(\.name) == ["bags.txt", "bags.md", "bags.tex", "figures/bags.svg"])
    #expect(report.files.first?.text == "2" && report.tables.map(\.title) == ["Bags of 1 cells"])
    #expect(report.figures.map(\.caption) == ["C"])
  }
}
