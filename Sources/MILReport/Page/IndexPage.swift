import MILRecords

/// The first page: the winner on each data set, the model to try first, the leaderboard, verdicts on papers, and links
/// to all pages.
struct IndexPage {
  private let contents: SiteContents
  private let board: Leaderboard
  /// The figure of time and quality; nil for fewer than two models.
  let figure: ReportFigure?

  init(_ contents: SiteContents) {
    self.contents = contents
    board = Leaderboard(contents)
    figure = board.figure
  }

  var pages: [Site.Page] {
    let path = Site.indexPath
    var blocks: [PageBlock] = [
      .paragraph(
        "Models of multiple-instance learning on the data sets of the field, on the same folds. Made from the journals alone by "
          + "\u{201C}milbench report\u{201D}.")
    ]
    if !board.advice.isEmpty { blocks.append(.paragraph(board.advice, isLead: true)) }
    blocks.append(
      .links(
        [
          ("Leaderboard", "#leaderboard"), ("All data sets", "#datasets"), ("Models", "#models"),
          ("Experiments", "#experiments"),
        ]
          + (contents.papers.isEmpty ? [] : [("Papers", "#papers")])
          + (contents.notes.findings.map { [("Findings", $0.asAddress)] } ?? []), label: "On this page"))
    let others = contents.datasets.filter { !contents.leading.contains($0) }
    if !contents.cells.isEmpty { blocks.append(.table(winners("Who won", contents.leading))) }
    if !board.rows.isEmpty {
      let json = "<script type=\"application/json\" id=\"figures\">\(board.json())</script>"
      // The table works without the script; there are no filters if the figures are too many for a page.
      let hasFilters = json.utf8.count + board.table.html.utf8.count < Site.pageBudget * 3 / 4
      blocks.append(.html("<h2>Leaderboard</h2>" + (hasFilters ? LeaderboardScript.form : "")))
      blocks.append(.table(board.table))
      if hasFilters { blocks.append(.html(json + "<script>\(LeaderboardScript.script)</script>")) }
      if let figure { blocks.append(.html(html(of: figure))) }
    }
    if let kinds = KindsTable(contents).table {
      blocks += [.html("<h2 id=\"tuning\">What tuning and averaging add</h2>"), .table(kinds)]
    }
    blocks.append(.html("<h2 id=\"datasets\">All data sets</h2>"))
    blocks.append(
      others.isEmpty
        ? .links(links("datasets", contents.datasets, contents.title(ofDataset:)), label: "Data sets")
        : .table(winners("Who won on the other data sets", others)))
    blocks += [
      .html("<h2 id=\"models\">Models</h2>"),
      .links(links("models", contents.models, contents.title(ofModel:)), label: "Models"),
    ]
    if let papers = PaperPage.table(of: contents) {
      blocks += [.html("<h2 id=\"papers\">Papers</h2>"), .table(papers)]
    }
    blocks += [.html("<h2 id=\"experiments\">Experiments</h2>"), .html(experiments)]
    return contents.pages(path, "MILBench: results", blocks)
  }

  /// Returns the HTML of the figure of time and quality, which is a file beside the page.
  private func html(of figure: ReportFigure) -> String {
    let alternative = figure.caption.split(separator: ". Each mark", maxSplits: 1).first.map(String.init) ?? figure.name
    return
      "<figure class=\"chart\" id=\"time-and-quality\"><img loading=\"lazy\" src=\"\(Site.figurePath)\" alt=\"Figure: "
      + "\(alternative.escapedForXML())\"><figcaption>\(figure.caption.escapedForXML())</figcaption></figure>"
  }

  private var experiments: String {
    let items = contents.studies.compactMap { study in
      contents.address("experiments", study.name, from: Site.indexPath).map {
        "<li><a href=\"\($0.escapedForXML())\">\(study.title.escapedForXML())</a> <code>\(study.name.escapedForXML())</code></li>"
      }
    }
    return "<nav aria-label=\"Experiments\"><ol>\(items.joined())</ol></nav>"
  }

  private func links(_ folder: String, _ names: [String], _ title: (String) -> String) -> [(
    text: String, address: String
  )] {
    names.compactMap { name in contents.address(folder, name, from: Site.indexPath).map { (title(name), $0) } }
  }

  /// Returns the table of the best model on each data set under each protocol.
  private func winners(_ title: String, _ datasets: [String]) -> PageTable {
    struct Row: Sendable {
      let name: String, title: String
      let best: [String: String]
      let floor: String
    }
    func text(_ cell: SiteCell) -> String {
      let style = cell.metrics.first?.style ?? .share
      return "\(cell.label) \(cell.mean.map { NumberText.text($0, style) } ?? "–")"
    }
    let rows = datasets.map { name -> Row in
      let boards = contents.boards(of: name)
      let best = Dictionary(
        boards.compactMap { board in board.cells.first.map { (board.protocol, text($0)) } }
      ) { first, _ in first }
      let floor = boards.compactMap(\.floor).first?.mean.map(NumberText.share) ?? "–"
      return Row(name: name, title: contents.title(ofDataset: name), best: best, floor: floor)
    }
    let protocols = Set(rows.flatMap(\.best.keys)).sorted { SiteBoard.order(of: $0) < SiteBoard.order(of: $1) }
    let columns: [TableColumn<Row>] =
      [.text("data set") { $0.title }]
      + protocols.map { name in .text(name, group: "best model") { $0.best[name] ?? "–" } }
      + [.text("floor", .right) { $0.floor }]
    let metrics = Set(datasets.flatMap { contents.boards(of: $0).compactMap(\.metrics.first?.title) }).sorted()
    return PageTable(
      ReportTable(
        title, columns, rows: rows,
        notes: [
          "The model with the best mean by \(metrics.joined(separator: " or ")) under each protocol, on the folds that most models "
            + "were tested on; whether it is significantly better than the next, the data set's page says. Floor: one score for all "
            + "bags, such as the majority class."
        ]),
      rowHeader: "data set",
      links: ["data set": rows.map { contents.address("datasets", $0.name, from: Site.indexPath) }])
  }
}
