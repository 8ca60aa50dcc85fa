import MILExperiments
import MILRecords
import MILStatistics

/// A table of cells with links to the pages of their data sets, models and experiments.
struct CellTable {
  /// A cell with its position on its board.
  struct Row: Sendable {
    let cell: SiteCell
    let datasetTitle: String
    let place: Int
    let count: Int
  }

  /// The property that the rows of the table share.
  enum Subject {
    case dataset
    case model
  }

  let contents: SiteContents
  let path: String
  let subject: Subject

  /// Returns the table of rows with the same metrics.
  func table(_ title: String, _ rows: [Row], notes: [String] = []) -> PageTable {
    let metrics = rows.first?.cell.metrics ?? []
    let leading = metrics.first ?? .accuracy
    let own: [TableColumn<Row>] =
      subject == .dataset
      ? [.count("place") { $0.place }, .text("model") { $0.cell.label }, .text("kind") { $0.cell.kind }]
      : [
        .text("data set") { $0.datasetTitle }, .text("model") { $0.cell.label },
        .text("protocol") { $0.cell.protocol }, .text("place", .right) { "\($0.place) of \($0.count)" },
      ]
    let errors: [TableColumn<Row>] =
      [.number("SE", leading.style) { $0.cell.summary.leading.correctedStandardError }]
      + (leading.isShareOfBags
        ? [
          .text("interval", .right) { row in
            let figures = row.cell.summary.leading
            guard let low = figures.overBagsLow, let high = figures.overBagsHigh else { return "–" }
            return "\(NumberText.share(low)) to \(NumberText.share(high))"
          }
        ] : [])
    let figures =
      [TableColumn<Row>.number(leading.title, leading.style) { $0.cell.mean }] + errors
      + metrics.dropFirst().map { metric in
        .number(metric.title, metric.style) { SiteBoard.value($0.cell, metric) }
      }
    let repeated: [TableColumn<Row>] =
      contents.hasRepeatedTrials ? [.text("same bits", .right) { $0.cell.repeatedText }] : []
    let run: [TableColumn<Row>] = contents.hasSeveralRuns ? [.text("run") { $0.cell.run }] : []
    let table = ReportTable(
      title,
      own + figures + published(rows) + [
        .number("seconds", .decimals(2)) { $0.cell.summary.seconds },
        .count("parameters") { $0.cell.summary.parameters }, .count("trials") { $0.cell.summary.finished },
      ] + repeated + run + [.text("experiment") { $0.cell.study }],
      rows: rows, section: subject == .model ? { $0.cell.dataset } : nil, marksFirst: false,
      notes: notes + Self.notes(leading) + (contents.hasRepeatedTrials ? [SiteCell.repeatedNote] : []))
    return PageTable(
      table, rowHeader: subject == .dataset ? "model" : "data set",
      links: [
        "model": rows.map { subject == .dataset ? contents.address("models", $0.cell.baseModel, from: path) : nil },
        "data set": rows.map { contents.address("datasets", $0.cell.dataset, from: path) },
        "experiment": rows.map { contents.address("experiments", $0.cell.study, from: path) },
      ])
  }

  /// Returns the columns of published figures, if any row has one.
  private func published(_ rows: [Row]) -> [TableColumn<Row>] {
    guard rows.contains(where: { $0.cell.row.paper != nil }) else { return [] }
    return [
      .text("published", .right) { row in
        row.cell.row.paper.map { NumberText.share($0.mean) + ($0.verified ? "" : CellText.unverifiedMark) } ?? "–"
      },
      .text("verdict") { row in
        row.cell.isComparable ? row.cell.row.verdict?.words ?? "–" : "–"
      },
    ]
  }

  private static func notes(_ leading: Metric) -> [String] {
    var notes = [
      "SE: standard error of the mean over folds, corrected for the training bags that folds share. Seconds: mean of "
        + "training a trial."
    ]
    if leading.isShareOfBags {
      notes.append(
        "Interval: Wilson's 95 % interval of the share of bags called right, as of other bags of the same number.")
    }
    return notes
  }
}
