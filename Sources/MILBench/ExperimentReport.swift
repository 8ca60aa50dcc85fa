import Foundation
import MILData
import MILEvaluation
import MILModels
import MILReport
import MILResults

/// The tables of an experiment, from its journals and its published figures.
struct ExperimentReport {
  private let folder: URL
  /// The paths of the journals read.
  let journals: [String]
  /// The table's cells.
  let cells: [CellSummary]
  /// The table beside the published figures, as people read it.
  let table: Table
  /// The same with a number a column, for programs.
  let numbers: Table

  /// The figures, with captions.
  let figures: [Figure]
  /// The experiment's name and title.
  let heading: (name: String, title: String)

  /// The answers to the experiment's claims, where it makes any.
  let claims: ClaimsTable?

  /// How the run made here compares with the reference run, where both are there.
  let comparisonWithReference: ReferenceComparison?

  /// Reads an experiment's journals in a folder of results: those of runs made here, or else the reference journal.
  init(_ experiment: Experiment, in results: URL) throws {
    folder = results.appending(path: experiment.name)
    let own = try JournalReader.journals(in: folder)
    let reference = JournalReader.reference(in: folder)
    let files = own.isEmpty ? reference.map { [$0] } ?? [] : own
    journals = files.map(\.path)
    let names = MILBench.registry.registrations.map { ($0.id, $0.title) }
    var displayNames = Dictionary(uniqueKeysWithValues: names)
    for model in experiment.models { displayNames[model.id] = try MILBench.registry.resolve(model.id).title }
    let records = try JournalReader.read(files)
    cells = CellSummary.summaries(of: records)
    claims = ClaimsTable(experiment: experiment, cells: cells)
    comparisonWithReference =
      own.isEmpty ? nil : try reference.map { ReferenceComparison(records, with: try JournalReader.read([$0])) }
    let comparison = ComparisonTable(
      experiment: try experiment.withRecipeNotes(in: MILBench.registry), records: records,
      published: try experiment.loadPublished(),
      replications: try experiment.loadReplications(), displayNames: displayNames,
      unavailable: try DatasetStore.ofEnvironment().unavailable(among: experiment.datasets))
    table = comparison.table
    figures = comparison.figures(records)
    heading = (experiment.name, experiment.title)
    numbers = comparison.numbers
  }

  /// The tables as people read them: the comparison, and for an experiment with claims the answers and the models.
  var tables: [Table] { [table] + (claims.map { [$0.table, $0.models] } ?? []) }

  /// Writes `table.md`, `table.csv` and `table.tex` beside the journals, and `claims.md`, `claims.csv` and `models.csv`
  /// for an experiment with claims.
  func write() throws {
    try ResultFiles.makeFolder(folder)
    var files = [("table.md", table.markdown), ("table.csv", numbers.csv), ("table.tex", table.latex)]
    if let claims {
      files += [
        ("claims.md", claims.table.markdown + "\n" + claims.models.markdown), ("claims.csv", claims.table.csv),
        ("models.csv", claims.models.csv),
      ]
    }
    files += figures.map { ("figures/\($0.name).svg", $0.svg) }
    try removeOldFigures()
    if !figures.isEmpty { try ResultFiles.makeFolder(folder.appending(path: "figures")) }
    for (name, text) in files {
      try ResultFiles.write(text, to: folder.appending(path: name))
    }
  }

  /// Removes figures of earlier reports that this one has no more.
  private func removeOldFigures() throws {
    let place = folder.appending(path: "figures")
    let kept = Set(figures.map { "\($0.name).svg" })
    let found = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    for name in found where name.hasSuffix(".svg") && !kept.contains(name) {
      try FileManager.default.removeItem(at: place.appending(path: name))
    }
  }

  /// What the page of all experiments shows of this one; nil where nothing was run.
  var section: ReportPage.Section? {
    cells.isEmpty ? nil : ReportPage.Section(name: heading.name, title: heading.title, tables: tables, figures: figures)
  }

  /// Writes `index.html`, the page of all experiments that were run.
  static func writePage(_ reports: [ExperimentReport], in results: URL) throws {
    let page = ReportPage(
      title: "MILBench: results",
      introduction: "Models of multiple-instance learning on the data sets of the field, on the same folds, each table "
        + "beside what papers print. Made from the journals alone by \u{201C}milbench report\u{201D}.",
      sections: reports.compactMap(\.section))
    try ResultFiles.write(page.html, to: results.appending(path: "index.html"))
  }
}

extension Experiment {
  /// The experiment with a note for each recipe that its as-published models follow.
  fileprivate func withRecipeNotes(in registry: ModelRegistry) throws -> Experiment {
    var result = self
    var recipes: [(note: String, titles: [String])] = []
    for model in models where protocolName(of: model) == EvaluationProtocol.asPublished.rawValue {
      let registration = try registry.resolve(model.id).registration
      if let index = recipes.firstIndex(where: { $0.note == registration.published.note }) {
        if !recipes[index].titles.contains(registration.title) { recipes[index].titles.append(registration.title) }
      } else {
        recipes.append((registration.published.note, [registration.title]))
      }
    }
    result.notes += recipes.map { "Recipe of \($0.titles.joined(separator: ", ")): \($0.note)" }
    return result
  }
}
