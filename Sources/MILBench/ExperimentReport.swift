import Foundation
import MILData
import MILEvaluation
import MILModels
import MILReport
import MILResults
import MILStatistics

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

  /// The models' means over the data sets; nil for one data set or variants of it.
  let means: MeansTable?

  /// Whether groups of figures lie above or below the published ones; nil without published figures of two data sets.
  let paper: PaperBiasTable?

  /// The figures, with captions.
  let figures: [Figure]
  /// The experiment's name and title.
  let heading: (name: String, title: String)

  /// The answers to the experiment's claims, where it makes any.
  let claims: ClaimsTable?

  /// The comparisons of the models with each other; nil with fewer than two that have finished trials.
  let statistics: StatisticsTables?

  /// What fits chose by themselves, where they did.
  let choices: ChoicesTable?

  /// How well models find positive instances, where data sets know them.
  let instances: InstanceTable?

  /// What testing one fold in place of all would have printed.
  let repeatedFold: RepeatedFoldTable

  /// How the run made here compares with the reference run, where both are there.
  let comparisonWithReference: ReferenceComparison?

  /// Reads an experiment's journals in a folder of results: those of runs made here, or else the reference journal.
  init(_ experiment: Experiment, in results: URL) throws {
    let folder = results.appending(path: experiment.name)
    let own = try JournalReader.journals(in: folder)
    let reference = JournalReader.reference(in: folder)
    let files = own.isEmpty ? reference.map { [$0] } ?? [] : own
    try self.init(
      experiment, records: try JournalReader.read(files), journals: files.map(\.path), folder: folder,
      reference: own.isEmpty ? nil : reference, isReference: own.isEmpty && reference != nil)
  }

  /// The tables of records, to be written into a folder, beside the run of the reference journal.
  ///
  /// - Parameter isReference: whether the records are those of the reference journal.
  init(
    _ experiment: Experiment, records: [TrialRecord], journals: [String], folder: URL, reference: URL? = nil,
    isReference: Bool = false
  ) throws {
    self.folder = folder
    self.journals = journals
    let names = MILBench.registry.registrations.map { ($0.id, $0.title) }
    var displayNames = Dictionary(uniqueKeysWithValues: names)
    for model in experiment.models {
      let rules = try EvaluationProtocol(named: experiment.protocolName(of: model))
      displayNames[model.id] = try rules.resolve(model.id, in: MILBench.registry).title
    }
    cells = CellSummary.summaries(of: records)
    claims = ClaimsTable(experiment: experiment, cells: cells)
    comparisonWithReference = try reference.map { ReferenceComparison(records, with: try JournalReader.read([$0])) }
    // What was run once is not without data, wherever the journals are read; and what a reference journal shows does not
    // depend on the data of the machine that reads it.
    let store = try DatasetStore.ofEnvironment()
    let run = Set(records.map(\.dataset))
    let missing = experiment.datasets.filter { !run.contains($0) }
    let comparison = ComparisonTable(
      experiment: try experiment.withRecipeNotes(in: MILBench.registry), records: records,
      published: try experiment.loadPublished(),
      replications: try experiment.loadReplications(), displayNames: displayNames,
      unavailable: isReference
        ? store.withoutKnownFiles(among: missing) : store.unavailable(among: missing))
    table = comparison.table
    heading = (experiment.name, experiment.title)
    numbers = comparison.numbers
    means = MeansTable(comparison)
    paper = PaperBiasTable(comparison)
    let labels = Dictionary(comparison.rows.map { ($0.key, $0.label) }) { first, _ in first }
    let titles = Dictionary(comparison.rows.map { ($0.key.dataset, $0.datasetTitle) }) { first, _ in first }
    statistics = StudyStatistics(experiment: experiment, records: records, labels: labels).map {
      StatisticsTables($0, title: experiment.title, datasetTitles: titles)
    }
    instances = InstanceTable(comparison, records: records)
    figures = (statistics?.figures ?? []) + comparison.figures(records) + (instances?.figures ?? [])
    choices = ChoicesTable(comparison, records: records)
    repeatedFold = RepeatedFoldTable(comparison, records: records)
  }

  /// The tables as people read them: the comparison, the means, the statistics, for an experiment with claims the answers
  /// and the models, what was chosen, and how well instances are told apart.
  var tables: [Table] {
    [table] + (paper.map { [$0.table] } ?? []) + (means.map { [$0.table] } ?? []) + (statistics?.tables ?? [])
      + (claims.map { [$0.table, $0.models] } ?? []) + (choices.map { [$0.table] } ?? []) + (instances?.tables ?? [])
  }

  /// Writes `table.md`, `table.csv` and `table.tex` beside the journals; `paper.md` and `paper.csv` where
  /// figures of several data sets are published; `means.md`, `means.csv` and `means.tex` where models
  /// have means over data sets; `statistics.md`, `statistics.csv` and `statistics.json` where there are two to compare;
  /// `claims.md`, `claims.csv` and `models.csv` for an experiment with claims; `choices.md` and `choices.csv` where fits
  /// chose parameters; `instances.md` and `instances.csv` where data sets know the labels of instances; and the figures.
  func write() throws {
    try ResultFiles.makeFolder(folder)
    var files = [("table.md", table.markdown), ("table.csv", numbers.csv), ("table.tex", table.latex)]
    if let paper { files += [("paper.md", paper.table.markdown), ("paper.csv", paper.numbers.csv)] }
    if let means {
      files += [
        ("means.md", means.table.markdown), ("means.csv", means.numbers.csv), ("means.tex", means.table.latex),
      ]
    }
    if let statistics {
      files += [
        ("statistics.md", statistics.markdown), ("statistics.csv", statistics.numbers.csv),
        ("statistics.json", try statistics.statistics.json()),
      ]
    }
    if let claims {
      files += [
        ("claims.md", claims.table.markdown + "\n" + claims.models.markdown), ("claims.csv", claims.table.csv),
        ("models.csv", claims.models.csv),
      ]
    }
    if let choices { files += [("choices.md", choices.table.markdown), ("choices.csv", choices.numbers.csv)] }
    if let instances {
      files += [
        ("instances.md", instances.tables.map(\.markdown).joined(separator: "\n")),
        ("instances.csv", instances.numbers.csv),
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
    try ResultFiles.makeFolder(results)
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
