import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILRecords
import MILReport

/// The tables of an experiment, from its journals and its published figures.
///
/// The user's own run and the shipped reference run are shown side by side. Both have rows in the comparison with the
/// paper, and each has its own means, statistics and other parts. The other files cover the user's run, or the
/// reference run if there is no other.
struct ExperimentReport {
  let folder: URL
  /// The paths of the journals read.
  let journals: [String]
  /// The table's cells.
  let cells: [ReportedCell]
  /// The records in the journals that no cell uses.
  let leftOut: [LeftOutRecords]
  /// The damaged parts of the journals, which are ignored.
  private(set) var damage: [JournalDamage] = []
  /// The trials that were run again with the same bits.
  private(set) var verified: [VerifiedTrials] = []
  /// The tables beside the published figures, for people: one for each default metric of the data sets' targets.
  let comparisons: [ReportTable]
  private let comparisonParts: [ComparisonTable]
  /// All rows of these tables with one number a column, for programs.
  let numbers: ReportTable
  /// The experiment's name and title.
  let heading: (name: String, title: String)
  /// The report of the user's own run, or of the reference run if there is no other.
  private let main: RunReport
  /// The report of the reference run, if the user has a run too.
  private let beside: RunReport?

  /// The requested part of an experiment's report.
  enum Scope {
    /// All tables and figures.
    case whole
    /// The part that other pages of the site show: cells, without tables, statistics or figures.
    case cells
  }

  /// The comparison of the user's own run with the reference run, if both exist.
  let comparisonWithReference: ReferenceComparison?

  /// Creates the tables of an experiment's journals: those of the user's runs, and the reference journal.
  ///
  /// - Parameters:
  ///   - own: the journals of the user's runs; none for the reference run alone.
  ///   - reference: the journal that comes with the project.
  ///   - current: the records that a run found to be current.
  ///   - folder: the folder to write to.
  ///   - scope: the requested part.
  init(
    _ experiment: Experiment, own: JournalSet<TrialRecord>, reference: JournalSet<TrialRecord>,
    current: [TrialRecord] = [], folder: URL, scope: Scope = .whole
  ) throws {
    let now = Dictionary(current.map { ($0.cell, $0) }) { $1 }
    // There are few settings, and reading their JSON is slow.
    var stated: [String: Bool] = [:]
    func isPreferred(_ record: TrialRecord) -> Bool {
      guard let known = now[record.cell] else {
        let isStated = stated[record.protocolSettings] ?? experiment.states(record)
        stated[record.protocolSettings] = isStated
        return isStated
      }
      return known.configuration == record.configuration && known.protocolSettings == record.protocolSettings
    }
    let mine = RecordSelection(own.union, isPreferred: isPreferred)
    let theirs = RecordSelection(reference.union, isPreferred: isPreferred)
    try self.init(
      experiment, records: mine.records, leftOut: mine.records.isEmpty ? theirs.leftOut : mine.leftOut,
      journals: (own.files + reference.files).map(\.path), folder: folder.appending(path: experiment.name),
      reference: theirs.records, unavailable: mine.unavailable.merging(theirs.unavailable) { own, _ in own },
      scope: scope)
    damage = own.damage + reference.damage
    let folders = Set((own.files + reference.files).map { $0.deletingLastPathComponent() })
    verified = try folders.sorted { $0.path < $1.path }.compactMap { folder in
      do {
        return try VerifiedTrials(in: folder)
      } catch {
        throw EvaluationError(
          "\(folder.appending(path: VerifiedTrials.fileName).path): not a list of milbench verify, expected JSON that begins "
            + "with \(VerifiedTrials.beginning); remove it, or write it again: milbench verify \(experiment.name) --record"
        )
      }
    }
  }

  /// Creates the tables of records, to be written into a folder, beside the reference run.
  ///
  /// - Parameters:
  ///   - leftOut: the journals' records that are not among `records`, with the reason.
  ///   - fromReference: the trials in `records` that were taken from a reference journal.
  ///   - unavailable: the unavailable data sets, with the reason.
  init(
    _ experiment: Experiment, records own: [TrialRecord], leftOut: [LeftOutRecords] = [], journals: [String],
    folder: URL,
    reference: [TrialRecord] = [], fromReference: Set<TrialKey> = [], unavailable: [String: String] = [:],
    scope: Scope = .whole
  ) throws {
    let experiment = experiment.settled(by: own.isEmpty ? reference : own)
    self.folder = folder
    self.journals = journals
    heading = (experiment.name, experiment.title)
    self.leftOut = leftOut
    // Journals may have records of models that the experiment no longer has; their cells have no row.
    let rows = Set(
      experiment.models.map { CellKey(dataset: "", model: $0.id, protocol: experiment.protocolName(of: $0)) })
    let told = leftOut.filter { rows.contains(CellKey(dataset: "", model: $0.model, protocol: $0.protocol)) }
    let isReference = own.isEmpty && !reference.isEmpty
    let both = !own.isEmpty && !reference.isEmpty
    let sources = try ComparisonSources(
      experiment.withNotes(on: told).withNote(onCoresOf: isReference ? reference : own), own: own, reference: reference,
      unavailable: unavailable)
    let comparison = sources.comparison(
      isReference ? reference : own, reference: both ? reference : [], fromReference: fromReference)
    let parts = comparison.byMetric
    (comparisonParts, comparisons) = (parts, parts.map(\.table))
    numbers = ReportTable(joining: parts.map(\.numbers)) ?? comparison.numbers
    if both {
      main = try Self.report(sources.comparison(own, title: "own run"), own, leftOut: told, scope)
      beside = try Self.report(sources.comparison(reference, title: "reference run"), reference, scope)
    } else {
      main = try Self.report(comparison, isReference ? reference : own, leftOut: told, scope)
      beside = nil
    }
    cells =
      main.run.cells.map { ReportedCell(cell: $0, run: isReference ? "reference" : "own") }
      + (beside?.run.cells ?? []).map { ReportedCell(cell: $0, run: "reference") }
    comparisonWithReference = both && scope == .whole ? ReferenceComparison(own, with: reference) : nil
  }

  /// The pairwise comparisons of the models, for each default metric of the data sets' targets.
  ///
  /// Empty if fewer than two models have finished trials.
  var statistics: [StatisticsTables] { main.run.byMetric.compactMap(\.statistics) }

  private static func report(
    _ comparison: ComparisonTable, _ records: [TrialRecord], leftOut: [LeftOutRecords] = [], _ scope: Scope
  ) throws -> RunReport {
    try RunReport(
      ReportedRun(comparison, records, leftOut: leftOut, comparesModels: scope == .whole),
      parts: scope == .whole ? MILBench.parts : [])
  }

  /// The tables for people: the comparison, and the reports of the user's own run and the reference run.
  var tables: [ReportTable] { comparisons + main.tables + (beside?.tables ?? []) }

  /// The largest number of lines that are taken in at a glance.
  private static let glance = 40

  /// Returns the brief tables for a terminal: what was run beside the published figures, without details.
  ///
  /// If that is more than forty lines, means alone: see ``/MILReport/ReportedRun/summaries(within:)``.
  ///
  /// - Parameter columns: the terminal's width; nil for any width.
  func brief(within columns: Int?) -> [ReportTable] {
    let run = Set(main.run.cells.map(\.key))
    let compared = comparisonParts.map { $0.keeping(run).table.short }.filter { !$0.rows.isEmpty }
    let lines = compared.reduce(0) { $0 + $1.terminal(within: columns).count { $0 == "\n" } }
    return lines > Self.glance ? main.run.summaries(within: columns) : compared
  }

  /// The result of the comparison of the models in words; nil if fewer than two have finished trials.
  var sentence: String? { statistics.isEmpty ? nil : statistics.map(\.sentence).joined(separator: " ") }

  /// The tables that result from testing a single fold instead of all, for each run.
  var repeatedFold: [ReportTable] {
    [main, beside].compactMap { $0?.run }.flatMap(\.byMetric)
      .map { RepeatedFoldTable($0.comparison, records: $0.records).table }
  }

  /// Refuses to replace tables or pages in a folder of results that no run wrote; changes nothing.
  ///
  /// - Parameters:
  ///   - results: the folder of all experiments; nil if no page is written.
  ///   - folder: the experiment's folder in it.
  /// - Throws: ``EvaluationError`` with the file.
  static func check(page results: URL?, folder: URL?) throws {
    if let results { try ResultSite.check(results) }
    if let folder { try ResultFiles.checkFolder(folder, files: files, inputs: []) }
  }

  /// The files in an experiment's folder, by name.
  private static var files: [String: ReplaceableFile] {
    let names = ["table"] + MILBench.parts.map(\.name)
    var files = Dictionary(names.map { ("\($0).md", ReplaceableFile.table) }) { first, _ in first }
    files["table.csv"] = ReplaceableFile("a table of milbench", beginningWith: ["dataset,model,"])
    files["table.tex"] = .latexTable
    files["statistics.csv"] = ReplaceableFile("a table of milbench", beginningWith: ["metric,dataset,a,b,"])
    files["statistics.json"] = ReplaceableFile("statistics of milbench", beginningWith: ["{\"datasets\":["])
    return files
  }

  /// The main table's file.
  var tableFile: URL { folder.appending(path: "table.md") }

  /// Writes `table.md`, `table.csv`, `table.tex` and the run's files; see ``/MILReport/RunReport/files``.
  func write() throws {
    let markdown = comparisons.map(\.markdown).joined(separator: "\n")
    let latex = comparisons.map(\.latex).joined(separator: "\n")
    try write([("table.md", markdown), ("table.csv", numbers.csv), ("table.tex", latex)] + main.files)
  }

  /// Writes only the figures, which the pages of the site show.
  func writeFigures() throws {
    try write(main.figures.map { ("figures/\($0.name).svg", $0.svg) })
  }

  private func write(_ files: [(String, String)]) throws {
    try ResultFiles.makeFolder(folder)
    try removeOldFigures()
    if !main.figures.isEmpty { try ResultFiles.makeFolder(folder.appending(path: "figures")) }
    for (name, text) in files {
      try ResultFiles.write(text, to: folder.appending(path: name))
    }
  }

  /// Removes figures of earlier reports that this one no longer has.
  private func removeOldFigures() throws {
    let place = folder.appending(path: "figures")
    let kept = Set(main.figures.map { "\($0.name).svg" })
    let found = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    for name in found where name.hasSuffix(".svg") && !kept.contains(name) {
      try FileManager.default.removeItem(at: place.appending(path: name))
    }
  }

  /// The part of the site about this experiment; nil if nothing was run.
  var study: SiteStudy? {
    guard !cells.isEmpty else { return nil }
    let reports = [main, beside].compactMap { $0 }
    let names = beside == nil ? [cells.first?.run ?? "own"] : ["own", "reference"]
    return SiteStudy(
      name: heading.name, title: heading.title, comparisons: comparisons,
      reports: zip(names, reports).map { (name: $0, report: $1) }, verified: verified)
  }
}

/// A cell of a report, with the run that it belongs to, for JSON.
struct ReportedCell: Encodable {
  let cell: CellSummary
  /// "own" or "reference".
  let run: String

  private enum CodingKeys: String, CodingKey { case run }

  func encode(to encoder: any Encoder) throws {
    try cell.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run, forKey: .run)
  }
}

/// The common sources of an experiment's comparisons, for any run.
private struct ComparisonSources {
  private let experiment: Experiment
  private let published, replications: PublishedTable?
  private let displayNames, unavailable, remedies, domains: [String: String]

  init(
    _ experiment: Experiment, own: [TrialRecord], reference: [TrialRecord], unavailable: [String: String]
  ) throws {
    let records = own + reference
    self.experiment = experiment.withRecipeNotes(records)
    published = try experiment.loadPublished()
    replications = try experiment.loadReplications()
    displayNames = experiment.displayNames(records)
    // Sets that were run have data; the catalogue lists those without any known copy.
    let isReference = own.isEmpty && !reference.isEmpty
    let run = Set((isReference ? reference : own).map(\.dataset))
    let missing = experiment.datasets.filter { !run.contains($0) }
    let catalogue = DatasetStore(catalogue: try Catalogue.shipped())
    self.unavailable = unavailable.filter { missing.contains($0.key) }
      .merging(catalogue.withoutKnownFiles(among: missing)) { told, _ in told }
    remedies = isReference ? [:] : catalogue.remedies(for: unavailable.keys.sorted())
    domains = catalogue.catalogue.domains(of: experiment.datasets)
  }

  /// Compares records with the paper.
  ///
  /// - Parameter title: the text in brackets after the experiment's title.
  func comparison(
    _ records: [TrialRecord], reference: [TrialRecord] = [], fromReference: Set<TrialKey> = [], title: String? = nil
  ) -> ComparisonTable {
    var experiment = experiment
    if let title { experiment.title += " (\(title))" }
    return ComparisonTable(
      experiment: experiment, records: records, reference: reference, fromReference: fromReference,
      published: published, replications: replications, displayNames: displayNames, unavailable: unavailable,
      remedies: remedies, domains: domains, metrics: MILBench.metrics)
  }
}

extension Catalogue {
  /// Returns the domains of data sets by name; a synthetic set has that of the set it is drawn from, if it has one.
  func domains(of names: [String]) -> [String: String] {
    names.reduce(into: [:]) { domains, name in
      let source = (try? SyntheticSets.request(name))?.source ?? name
      domains[name] = (try? selection(named: source))?.entry.domain
    }
  }
}

extension DatasetStore {
  /// Returns short instructions to obtain each unavailable set.
  fileprivate func remedies(for names: [String]) -> [String: String] {
    var remedies: [String: String] = [:]
    for name in names {
      let source = (try? SyntheticSets.request(name))?.source ?? name
      guard let entry = (try? catalogue.selection(named: source))?.entry else { continue }
      let isFetched = entry.dataFiles.contains { !$0.downloads.isEmpty }
      remedies[name] = isFetched ? "milbench data get \(entry.name)" : "by hand, as noted below"
    }
    return remedies
  }
}

extension Experiment {
  /// Returns the display names of models: from their records or, if those are old or missing, from the registry.
  fileprivate func displayNames(_ records: [TrialRecord]) -> [String: String] {
    let registry = MILBench.registry
    var names = Dictionary(registry.registrations.map { ($0.id, $0.title) }) { first, _ in first }
    for model in models {
      let rules = try? TrialProtocol(named: protocolName(of: model)).rules
      names[model.id] = try? rules?.resolve(model.id, in: registry).title
    }
    for record in records { names[record.model] = record.title ?? names[record.model] }
    return names
  }

  /// Returns the experiment with notes on the records that its tables leave out.
  fileprivate func withNotes(on leftOut: [LeftOutRecords]) -> Experiment {
    var result = self
    let named = leftOut.prefix(10).map(\.sentence)
    result.notes += named.map { "L\($0.dropFirst())." }
    let rest = leftOut.dropFirst(10).reduce(0) { $0 + $1.count }
    if rest > 0 { result.notes.append("Left out: \(rest) more records with other settings, data or folds.") }
    return result
  }

  /// Returns the experiment with a note on the BLAS cores of its trials, if there are several.
  fileprivate func withNote(onCoresOf records: [TrialRecord]) -> Experiment {
    let counts = Dictionary(records.map { ($0.core, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
    guard counts.count > 1 else { return self }
    var result = self
    result.notes.append(
      "Trials were computed on \(counts.count) BLAS cores: \(counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")). "
        + "Their sums differ in the last digits, which long trainings make larger; run again elsewhere, figures can differ."
    )
    return result
  }

  /// Returns the experiment with a note for each recipe of its as-published models.
  ///
  /// Recipes come from the records or, if these have none, from the registry.
  fileprivate func withRecipeNotes(_ records: [TrialRecord]) -> Experiment {
    let told = Dictionary(records.filter { $0.recipe != nil }.map { ($0.model, $0) }) { $1 }
    var result = self
    var recipes: [(note: String, titles: [String])] = []
    for model in models where protocolName(of: model) == EvaluationProtocol.asPublished.rawValue {
      let registration = try? MILBench.registry.resolve(model.id).registration
      guard let note = told[model.id]?.recipe ?? registration?.published.note else { continue }
      let title = told[model.id]?.family ?? registration?.title ?? model.id
      if let index = recipes.firstIndex(where: { $0.note == note }) {
        if !recipes[index].titles.contains(title) { recipes[index].titles.append(title) }
      } else {
        recipes.append((note, [title]))
      }
    }
    result.notes += recipes.map { "Recipe of \($0.titles.joined(separator: ", ")): \($0.note)" }
    return result
  }
}

extension ReplaceableFile {
  /// Tables in Markdown and in LaTeX, and pages of results and of explanations.
  static let table = ReplaceableFile("a table of milbench", beginningWith: ["**"])
  static let latexTable = ReplaceableFile("a table of milbench", beginningWith: ["\\begin{table}"])
  static let page = ReplaceableFile("a page of milbench", beginningWith: [ReportPage.beginning])
}
