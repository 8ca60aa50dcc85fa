import MILExperiments
import MILRecords
import MILStatistics

/// The page of a paper: its figures again, ours beside them, and a verdict on each.
struct PaperPage {
  private let contents: SiteContents
  private let paper: SitePaper

  init(_ contents: SiteContents, _ paper: SitePaper) { (self.contents, self.paper) = (contents, paper) }

  var pages: [Site.Page] {
    guard let path = contents.path("papers", paper.key) else { return [] }
    var blocks = paper.citations.map { PageBlock.paragraph($0) }
    blocks.append(.paragraph(summary, isLead: true))
    if paper.rows.contains(where: { $0.verdict != nil }) { blocks.append(.paragraph(PaperVerdict.rule)) }
    for part in paper.parts {
      let runs = Set(part.rows.map(\.run)).sorted().joined(separator: ", ")
      let heading = contents.hasSeveralRuns ? "\(part.title) (\(runs) run)" : part.title
      blocks += [.heading(heading), .table(table(part, title: heading, from: path))]
    }
    return contents.pages(path, paper.title, blocks)
  }

  /// The verdicts in numbers.
  private var summary: String {
    let count = paper.rows.count
    let parts = PaperVerdict.Grade.allCases.map { "\(paper.count($0)) \($0.rawValue)" }
    let without = paper.withoutVerdict
    let open = without == 0 ? "" : "; \(without) \(without == 1 ? "has" : "have") no figure of ours to compare with"
    let figures = "\(count) published figure\(count == 1 ? "" : "s")"
    return "Of \(figures) in these tables: \(parts.joined(separator: ", "))\(open)."
  }

  private func table(_ part: SitePaper.Part, title: String, from path: String) -> PageTable {
    let style = part.style
    let columns: [TableColumn<SitePaper.Row>] = [
      .text("data set") { $0.row.datasetTitle }, .text("model") { $0.row.label },
      .text("published", .right) { Self.published($0.figure) },
      .number("ours", style) { $0.row.ours?.leading.mean },
      .number("SD repeats", style) { $0.row.ours?.leading.deviationOverRepeats },
      .number("difference", .signedShare) { $0.verdict?.difference }, .text("verdict") { $0.words },
      .text("within sampling error") { row in row.verdict.map { $0.isWithinSamplingError ? "yes" : "no" } ?? "–" },
      .text("protocol") { $0.row.key.protocol },
      .text("trials", .right) { Self.trials($0.row) },
      .text("experiment") { $0.study },
    ]
    let table = ReportTable(
      title, columns, rows: part.rows, section: { $0.row.key.dataset }, marksFirst: false, notes: notes(part))
    return PageTable(
      table, rowHeader: "model",
      links: [
        "model": part.rows.map { contents.address("models", $0.baseModel, from: path) },
        "data set": part.rows.map { contents.address("datasets", $0.row.key.dataset, from: path) },
        "experiment": part.rows.map { contents.address("experiments", $0.study, from: path) },
      ])
  }

  private func notes(_ part: SitePaper.Part) -> [String] {
    let published = part.published
    var notes = [
      "Published: \(published.metric), as printed, with the printed spread. Selection rule of the paper: "
        + "\(published.selection). Sources of single figures: the page of the experiment.",
      "Ours: the mean over the folds after the last epoch; SD repeats: over the means of the repetitions. Difference: ours "
        + "minus published.",
    ]
    let tags = SpreadKind.allCases.filter { kind in
      part.rows.contains { $0.figure?.spreads.first?.kind == kind }
    }
    if !tags.isEmpty {
      notes.append("Kinds of printed spread: \(tags.map { "\($0.tag) \($0.explanation)" }.joined(separator: "; ")).")
    }
    if let power = part.rows.compactMap(\.verdict).powerNote { notes.append(power) }
    if part.rows.contains(where: { $0.figure?.verified == false }) {
      notes.append("\(CellText.unverifiedMark) recalled from memory and not checked against the source.")
    }
    return notes
  }

  private static func trials(_ row: ComparisonTable.Row) -> String {
    row.ours.map { "\($0.finished) of \(max(row.expected, $0.trials))" } ?? "–"
  }

  /// Returns the printed mean and spread.
  private static func published(_ figure: PublishedFigure?) -> String {
    guard let figure else { return "–" }
    let mean = NumberText.share(figure.mean) + (figure.verified ? "" : CellText.unverifiedMark)
    return figure.spreads.first.map { "\(mean) ± \(NumberText.share($0.spread)) \($0.kind.tag)" } ?? mean
  }

  // MARK: - Links from other pages

  /// Returns the table of all papers for the first page, with the numbers of verdicts; nil without papers.
  static func table(of contents: SiteContents) -> PageTable? {
    let papers = contents.papers
    guard !papers.isEmpty else { return nil }
    func grade(_ grade: PaperVerdict.Grade) -> TableColumn<SitePaper> {
      .count(grade.rawValue, group: "verdict") { $0.count(grade) }
    }
    let columns: [TableColumn<SitePaper>] =
      [.text("paper") { $0.title }, .count("figures") { $0.rows.count }] + PaperVerdict.Grade.allCases.map(grade) + [
        .count("no figure of ours") { $0.withoutVerdict }
      ]
    let table = ReportTable(
      "Published figures and verdicts", columns, rows: papers,
      notes: [
        "Agrees: two tests show that ours is within \(NumberText.tenths(100 * PaperVerdict.margin)) points of the published "
          + "figure; differs: they do not, and a test shows a difference; cannot tell: re-running moves the figures too much. "
          + "A figure that several experiments compare with counts in each."
      ])
    return PageTable(
      table, rowHeader: "paper",
      links: ["paper": papers.map { contents.address("papers", $0.key, from: Site.indexPath) }])
  }

  /// Returns links to the papers with a figure that satisfies a condition.
  static func links(
    _ contents: SiteContents, from path: String, where isShown: (SitePaper.Row) -> Bool
  ) -> [(text: String, address: String)] {
    contents.papers.filter { $0.rows.contains(where: isShown) }.compactMap { paper in
      contents.address("papers", paper.key, from: path).map { (paper.title, $0) }
    }
  }
}
