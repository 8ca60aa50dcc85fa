import MILExperiments
import MILRecords
import MILStatistics

/// The notes below a comparison: the meaning of each column, and the sources and reliability of the figures.
struct ComparisonNotes {
  let table: ComparisonTable
  let letters: ReplicationLetters

  private var experiment: Experiment { table.experiment }
  private var figures: [(row: ComparisonTable.Row, figure: PublishedFigure)] {
    table.rows.compactMap { row in row.paper.map { (row, $0) } }
  }

  /// All notes, in the order of the columns.
  var all: [String] {
    paper + ours + difference + others + withoutData + experiment.notes
  }

  private var withoutData: [String] {
    table.unavailable.sorted { $0.key < $1.key }.compactMap { dataset, reason in
      // Rows of the reference run do not replace missing data.
      table.rows.first { $0.key.dataset == dataset && ($0.ours == nil || table.saysWhose && $0.run == "reference") }
        .map { "No data for \($0.datasetTitle): \(reason)." }
    }
  }

  private var paper: [String] {
    guard let published = table.published else {
      return experiment.paper.map { ["Paper: \($0); no figures of it are recorded."] } ?? []
    }
    var notes = ["Paper: \(published.paper). \(published.citation). Figures: \(published.metric)."]
    notes.append("Selection rule of the paper: \(published.selection).")
    notes += grouped(figures.compactMap { pair in pair.figure.selection.map { ($0, pair.row.label) } })
      .map { "Selection rule of \(list($0.items)): \($0.key)." }
    let kinds = figures.flatMap { $0.figure.spreads.map(\.kind) }
    let tags = SpreadKind.allCases.filter(kinds.contains).map { "\($0.tag) \($0.explanation)" }
    if !tags.isEmpty { notes.append("Kinds of printed spread: \(tags.joined(separator: "; ")).") }
    if !tags.isEmpty, let note = published.spreadNote { notes.append(note) }
    let all = figures.map(\.figure) + table.rows.flatMap(\.replications)
    if all.contains(where: { !$0.verified }) {
      notes.append("\(CellText.unverifiedMark) recalled from memory and not checked against the source.")
    }
    notes += grouped(figures.map { ($0.figure.source, $0.row.label) })
      .map { "Source of \(list($0.items)): \($0.key)." }
    notes += grouped(figures.compactMap { pair in pair.figure.alsoPrinted.map { ($0.source, pair.row.label) } })
      .map { "Source of the second spread of \(list($0.items)): \($0.key)." }
    notes += grouped(
      figures.compactMap { pair in pair.figure.note.map { ($0, "\(pair.row.label) on \(pair.row.datasetTitle)") } }
    ).map { "\(list($0.items)): \($0.key)." }
    return notes
  }

  private var ours: [String] {
    guard table.rows.contains(where: { $0.ours != nil }) else { return [] }
    let circulated =
      experiment.foldsAreOfTheData ? "" : experiment.foldScheme.map { " on the circulating folds \($0)" } ?? ""
    var notes = [
      "Ours: \(table.crossValidationText)\(circulated), protocol \(experiment.protocol), mean "
        + "of the fold \(table.leading == .accuracy ? "accuracies" : "values of \(table.leading.title)") after the last epoch. SD folds: sample standard deviation over all folds; SD repeats: over the "
        + "repetitions' means. Standard errors of the mean: "
        + (table.leading.isShareOfBags ? "binomial SE, sqrt(p (1 - p) / bags), what other bags would change; " : "")
        + "corrected SE, SD folds times sqrt(1/folds + test/training) over all folds of all repetitions, as Nadeau and Bengio "
        + "(2003) correct it for folds that share training bags.",
      "Oracle epoch: the best epoch of each fold, and the one epoch best for all, chosen on the test bags themselves; "
        + "what such a choice would have printed, not an estimate of \(table.leading.title); – for models without epochs."
        + (hasTwoClasses ? " AUC: \(FoldClassNotes.area(table.cells)); last epoch." : ""),
    ]
    if table.saysWhose {
      notes.append(
        "Run: own is what was run here, reference is the finished run that comes with the project; where both are there, "
          + "each has a row.")
    }
    notes += withoutLeading
    notes += FoldClassNotes.others(table.cells)
    if table.rows.contains(where: { ($0.ours?.diverged ?? 0) + ($0.ours?.failed ?? 0) > 0 }) {
      notes.append("Trials that diverged or failed are counted and left out of the averages.")
    }
    notes += grouped(
      table.rows.compactMap { row in row.ours?.reason.map { ($0, "\(row.label) on \(row.datasetTitle)") } }
    ).map { "Not applicable, \(list($0.items)): \($0.key)." }
    return notes
  }

  /// A note on the data sets whose test bags have no value of the table's metric, such as times without an event.
  private var withoutLeading: [String] {
    let rows = table.rows.filter { ($0.ours?.finished ?? 0) > 0 && $0.ours?.leading.mean == nil }
    let names = grouped(rows.map { ("", $0.datasetTitle) }).flatMap(\.items)
    guard !names.isEmpty else { return [] }
    return [
      "No \(table.leading.title) on \(list(names)): it is not defined for their targets or test bags."
    ]
  }

  /// Whether a cell has two classes, or there is no cell.
  private var hasTwoClasses: Bool {
    table.leading.kinds.contains(.twoClasses) && table.metrics.contains(.areaUnderCurve)
  }

  private var difference: [String] {
    guard table.isComparable, table.rows.contains(where: { $0.verdict != nil }) else { return [] }
    return [
      "Ours minus paper: ours after the last epoch; also in binomial standard errors of the paper's mean on the set's bags.",
      PaperVerdict.rule,
    ] + [table.rows.compactMap(\.verdict).powerNote].compactMap(\.self)
  }

  private var others: [String] {
    letters.notes.map(\.note)
      + grouped(
        table.rows.flatMap { row in
          row.replications.compactMap { figure in
            figure.note.map { ($0, "\(figure.label) on \(row.datasetTitle) (\(letters.letter(of: figure)))") }
          }
        }
      ).map { "\(list($0.items)): \($0.key)." }
  }

  private func list(_ items: [String]) -> String { items.joined(separator: ", ") }

  /// Groups the items by key; keys and items are distinct and in the order of their first appearance.
  private func grouped(_ pairs: [(key: String, item: String)]) -> [(key: String, items: [String])] {
    var groups: [(key: String, items: [String])] = []
    for pair in pairs {
      guard let index = groups.firstIndex(where: { $0.key == pair.key }) else {
        groups.append((pair.key, [pair.item]))
        continue
      }
      if !groups[index].items.contains(pair.item) { groups[index].items.append(pair.item) }
    }
    return groups
  }
}
