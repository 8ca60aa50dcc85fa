import MILExperiments
import MILRecords

/// The page of a model: its description, its wins, its cost, and our figures beside published ones.
struct ModelPage {
  private let contents: SiteContents
  private let id: String

  init(_ contents: SiteContents, _ id: String) { (self.contents, self.id) = (contents, id) }

  var pages: [Site.Page] {
    guard let path = contents.path("models", id) else { return [] }
    var blocks = [PageBlock.html("<p><code>\(id.escapedForXML())</code></p>")]
    if let note = contents.notes.models[id] { blocks += [.paragraph(note.summary), .paragraph(note.citation)] }
    let places = rows
    blocks.append(.paragraph(summary(places), isLead: true))
    // Each table has one list of metrics.
    var groups: [(metrics: [String], rows: [CellTable.Row])] = []
    for row in places {
      let metrics = row.cell.metrics.map(\.id)
      if let index = groups.firstIndex(where: { $0.metrics == metrics }) {
        groups[index].rows.append(row)
      } else {
        groups.append((metrics, [row]))
      }
    }
    for group in groups {
      let title = "\(contents.title(ofModel: id)): results by \(group.rows[0].cell.metrics.first?.title ?? "figure")"
      blocks.append(.table(CellTable(contents: contents, path: path, subject: .model).table(title, group.rows)))
    }
    let sources = citations
    if !sources.isEmpty {
      blocks.append(.heading("Published figures"))
      blocks.append(.html("<ul>\(sources.map { "<li>\($0.escapedForXML())</li>" }.joined())</ul>"))
      blocks.append(.links(PaperPage.links(contents, from: path) { $0.baseModel == id }, label: "Papers"))
    }
    return contents.pages(path, contents.title(ofModel: id), blocks)
  }

  /// The model's cells, data set by data set.
  private var rows: [CellTable.Row] {
    contents.datasets.flatMap { dataset in
      contents.boards(of: dataset).flatMap { board in
        board.cells.enumerated().filter { $0.element.baseModel == id }.map { place, cell in
          CellTable.Row(
            cell: cell, datasetTitle: contents.title(ofDataset: dataset), place: place + 1, count: board.cells.count)
        }
      }
    }
  }

  /// Returns the wins of the model and the time of a trial, in words.
  private func summary(_ rows: [CellTable.Row]) -> String {
    let sets = Set(rows.map(\.cell.dataset)).count
    let first = rows.filter { $0.place == 1 && $0.count > 1 }
    var words = "Run on \(sets) data \(sets == 1 ? "set" : "sets")"
    let places = first.prefix(12).map { "\($0.datasetTitle) (\($0.cell.protocol))" }.joined(separator: ", ")
    words += first.isEmpty ? "; first on none of them." : "; first on \(places)\(first.count > 12 ? " and more" : "")."
    let seconds = rows.compactMap(\.cell.summary.seconds)
    if let least = seconds.min(), let most = seconds.max() {
      words += " Training a trial took \(NumberText.hundredths(least)) to \(NumberText.hundredths(most)) seconds."
    }
    return words
  }

  /// The sources of published figures of the model.
  private var citations: [String] {
    var sources: [String] = []
    for study in contents.studies {
      for (_, run) in study.runs {
        guard let published = run.comparison.published,
          run.comparison.rows.contains(where: { $0.paper != nil && $0.key.model.prefix { $0 != "[" } == id })
        else { continue }
        let text = published.citation
        if !sources.contains(text) { sources.append(text) }
      }
    }
    return sources
  }
}
