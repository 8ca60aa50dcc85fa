import ArgumentParser
import MILReport
import MILResults

/// `milbench report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the tables of experiments again, from their journals alone.",
    discussion: """
      Examples:
        milbench report
        milbench report dp-minn/classical --format latex
        milbench report mi-net/classical --repeated-fold
      """)

  /// A rendering of a table.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case terminal, markdown, csv, latex
  }

  @Argument(help: "Experiments by name; all that were run where none is given.") var experiments: [String] = []
  @Option(help: "How to print the table: terminal, markdown, csv or latex.") var format = Format.terminal
  @Flag(help: "Print instead what testing one fold again and again, in place of all, would have given.")
  var repeatedFold = false
  @OptionGroup var workplace: Workplace
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let loaded = try workplace.load(experiments).map { try ExperimentReport($0, in: workplace.resultsFolder) }
    // Tables of experiments without a journal are written for those who ask for them by name.
    let reports = loaded.filter { !experiments.isEmpty || !$0.cells.isEmpty }
    for report in reports {
      try report.write()
      for part in report.leftOut { printToStandardError("\(report.heading.name): \(part.sentence)") }
    }
    // The page holds all experiments that were run, whichever were asked for.
    let others = try Experiment.list(in: workplace.experimentsFolder).filter { name in
      !loaded.contains { $0.heading.name == name }
    }
    let rest = try (others.isEmpty ? [] : workplace.load(others)).map {
      try ExperimentReport($0, in: workplace.resultsFolder)
    }
    try ExperimentReport.writePage(
      (reports + rest).sorted { $0.heading.name < $1.heading.name }, in: workplace.resultsFolder)
    let idle = loaded.map(\.heading.name).filter { name in !reports.contains { $0.heading.name == name } }
    if !idle.isEmpty { printToStandardError("not run yet: \(idle.joined(separator: ", "))") }
    if json { return try printJSON(reports.map(\.cells)) }
    for report in reports {
      let tables = repeatedFold ? [report.repeatedFold.table] : report.tables
      switch format {
      case .terminal: tables.forEach { print($0.terminal + "\n") }
      case .markdown: tables.forEach { print($0.markdown) }
      case .csv: print(repeatedFold ? tables[0].csv : report.numbers.csv, terminator: "")
      case .latex: tables.forEach { print($0.latex) }
      }
    }
  }
}
