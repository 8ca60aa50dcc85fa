import MILRecords

/// The page of a data set: the winner, the certainty of the win, and all models.
struct DatasetPage {
  private let contents: SiteContents
  private let name: String

  init(_ contents: SiteContents, _ name: String) { (self.contents, self.name) = (contents, name) }

  var pages: [Site.Page] {
    guard let path = contents.path("datasets", name) else { return [] }
    let title = contents.title(ofDataset: name)
    var blocks = [PageBlock.html("<p><code>\(name.escapedForXML())</code></p>")]
    if let note = contents.notes.datasets[String(name.prefix { $0 != "[" })] {
      let end = note.citation.hasSuffix(".") ? "" : "."
      blocks.append(
        .paragraph("\(note.family.prefix(1).uppercased())\(note.family.dropFirst()). \(note.citation)\(end)"))
    }
    let boards = contents.boards(of: name)
    for (index, board) in boards.enumerated() {
      let earlier = boards[..<index].count { $0.protocol == board.protocol }
      let heading = "Protocol \(board.protocol)" + (earlier == 0 ? "" : ", other folds (\(earlier + 1))")
      blocks += [.heading(heading), .paragraph(board.verdict, isLead: index == 0)]
      let rows = board.cells.enumerated().map { place, cell in
        CellTable.Row(cell: cell, datasetTitle: title, place: place + 1, count: board.cells.count)
      }
      let note =
        "All models of this table were tested on the same folds. The first of many owes part of its lead to chance: where "
        + "the test does not tell it from the next, either may be the better one."
      blocks.append(
        .table(
          CellTable(contents: contents, path: path, subject: .dataset).table(
            "\(title): \(heading)", rows, notes: [note])))
    }
    let papers = PaperPage.links(contents, from: path) { $0.row.key.dataset == name }
    if !papers.isEmpty { blocks += [.heading("Papers with figures on it"), .links(papers, label: "Papers")] }
    return contents.pages(path, title, blocks)
  }
}
