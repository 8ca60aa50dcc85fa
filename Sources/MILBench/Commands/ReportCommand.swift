import ArgumentParser
import Foundation
import MILEvaluation
import MILExperiments
import MILRecords
import MILReport
import Output

/// The command `milbench report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the tables of experiments again, from their journals alone.",
    discussion: """
      Tables of your own runs, in runs/ or --output, with the results that come with the project beside them. With \
      --reference, tables of the latter alone, into their own folder: for those who commit them.

      With names only their files are written, and the pages of the site that they have a part in: the first one, \
      those of their data sets and papers, and those of the models on these sets. Without names all are.

      Examples:
        milbench report
        milbench report --reference
        milbench report dp-minn/classical --format latex
        milbench report mi-net/classical --repeated-fold
      """)

  /// The format of a printed table.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case terminal, markdown, csv, latex
  }

  @Argument(help: "Experiments by name; all that were run where none is given.") var experiments: [String] = []
  @Option(help: "How to print the table: terminal, markdown, csv or latex.") var format = Format.terminal
  @Flag(help: "Print instead what testing one fold again and again, in place of all, would have given.")
  var repeatedFold = false
  @Flag(help: "Write the tables of the results that come with the project, and there.") var reference = false
  @OptionGroup var workplace: Workplace
  @OptionGroup var shown: TableOptions
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    // A finished run in a read-only folder is reported, too, but not written.
    let isReadOnly = ResultFiles.isReadOnly(folder)
    if isReadOnly { StoppedWork.writesAtTheEnd(nil) } else { StoppedWork.writesReports() }
    if !isReadOnly {
      try ResultFiles.checkFolder(folder)
      try ExperimentReport.check(page: folder, folder: nil)
    }
    let loaded = try workplace.names(experiments).map { try report($0) }
    // Tables of experiments without a journal are written only on request by name.
    let reports = loaded.filter { !experiments.isEmpty || !$0.cells.isEmpty }
    for report in reports where !isReadOnly {
      try ExperimentReport.check(page: nil, folder: folder.appending(path: report.heading.name))
    }
    for report in reports {
      if !isReadOnly { try report.write() }
      JournalDamage.lines(report.damage).forEach { printToStandardError($0) }
      for part in report.leftOut { printToStandardError("\(report.heading.name): \(part.sentence)") }
    }
    if isReadOnly {
      printToStandardError("\(folder.path): nothing can be written to this folder; tables are only printed")
    } else {
      try writePages(reports)
    }
    StoppedWork.end()
    let idle = loaded.map(\.heading.name).filter { name in !reports.contains { $0.heading.name == name } }
    if !idle.isEmpty { printToStandardError("not run yet: \(idle.joined(separator: ", "))") }
    if json { return try printJSON(reports.map(\.cells)) }
    for report in reports {
      let tables = repeatedFold ? report.repeatedFold : report.tables
      switch format {
      case .terminal where repeatedFold: try shown.show(tables, writtenTo: report.folder)
      case .terminal: try shown.show(report, tables, sentence: report.sentence)
      case .markdown: for table in tables { try StandardOutput.print(table.markdown) }
      case .csv:
        try StandardOutput.print(repeatedFold ? tables.map(\.csv).joined() : report.numbers.csv, terminator: "")
      case .latex: for table in tables { try StandardOutput.print(table.latex) }
      }
    }
  }

  /// Writes the pages of the named experiments and of those without a page, and all pages that include them.
  ///
  /// If no experiment is named, writes all pages.
  private func writePages(_ reports: [ExperimentReport]) throws {
    guard !experiments.isEmpty else {
      try ResultSite.write(reports, in: folder)
      return
    }
    let others = try Experiment.list(in: workplace.experimentsFolder).filter { name in
      try !experiments.contains(name) && (reference || hasOwnRun(name))
    }
    // The first page and those of data sets and models show the cells of all experiments, which come from the journals.
    var rest = try others.map { try report($0, scope: .cells) }.filter { !$0.cells.isEmpty }
    var changed = Set(reports.map(\.heading.name))
    let shown = (reports + rest).filter { !$0.cells.isEmpty }.map(\.heading.name)
    let paths = Site.paths(ofExperiments: shown)
    for (index, other) in rest.enumerated() {
      let name = other.heading.name
      if let path = paths[name], FileManager.default.fileExists(atPath: folder.appending(path: path).path) { continue }
      rest[index] = try report(name)
      try rest[index].writeFigures()
      changed.insert(name)
    }
    try ResultSite.write(
      reports + rest, in: folder, changed: changed)
  }

  /// The folder to write to.
  private var folder: URL { reference ? workplace.referenceFolder : workplace.resultsFolder }

  private func hasOwnRun(_ name: String) throws -> Bool {
    try !JournalFiles.own(in: workplace.resultsFolder.appending(path: name)).isEmpty
  }

  private func report(_ name: String, scope: ExperimentReport.Scope = .whole) throws -> ExperimentReport {
    let files = reference ? [] : try JournalFiles.own(in: workplace.resultsFolder.appending(path: name))
    let own = try JournalSet<TrialRecord>(reading: files)
    let shipped = try workplace.referenceJournal(of: name)
    let experiment = try workplace.load(name, recorded: own.models.union(shipped.models))
    return try ExperimentReport(experiment, own: own, reference: shipped, folder: folder, scope: scope)
  }
}
