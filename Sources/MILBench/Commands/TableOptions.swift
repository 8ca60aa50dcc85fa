import ArgumentParser
import Foundation
import MILReport
import Output
import UserInput

/// The option for the extent of printed tables.
struct TableOptions: ParsableArguments {
  @Flag(
    help: """
      Print all tables with all columns and notes on a terminal, too, in lines of any length; elsewhere they always are.
      """)
  var wide = false

  /// Whether to print brief tables, since a person reads them on a terminal.
  var isBrief: Bool { !wide && StandardOutput.isTerminal }

  /// Shows tables as text; on a terminal in their short forms and in its width, unless `--wide` is set.
  ///
  /// - Parameter folder: the folder of the complete tables.
  func show(_ tables: [ReportTable], writtenTo folder: URL) throws {
    for table in tables {
      if isBrief { try table.short.show() } else { try StandardOutput.print(table.terminal + "\n") }
    }
    if isBrief { try tell(of: folder) }
  }

  /// Shows the tables of a report; on a terminal those of ``ExperimentReport/brief(within:)``, unless `--wide` is set.
  ///
  /// - Parameters:
  ///   - report: the report.
  ///   - tables: its tables for `--wide`, files and pipes.
  ///   - sentence: the result in words, printed below brief tables; nil if it is printed already.
  func show(_ report: ExperimentReport, _ tables: [ReportTable], sentence: String?) throws {
    guard isBrief else { return try show(tables, writtenTo: report.folder) }
    let columns = StandardOutput.terminalColumns
    for table in report.brief(within: columns) { try table.show() }
    if let sentence { try StandardOutput.print(Self.lines(sentence, within: columns) + "\n") }
    try tell(of: report.folder)
  }

  /// Returns a sentence in lines of a terminal's width.
  static func lines(_ sentence: String, within columns: Int?) -> String {
    columns.map { wrapped(sentence, to: $0).joined(separator: "\n") } ?? sentence
  }

  private func tell(of folder: URL) throws {
    let line = "all tables, with the papers' figures, statistics and notes: \(folder.pathFromHere); --wide prints them"
    try StandardOutput.print(StyledText(Self.lines(line, within: StandardOutput.terminalColumns), .note))
  }
}

extension ReportTable {
  /// Prints the table as text and an empty line; on a terminal, columns that have no room follow below.
  func show() throws { try StandardOutput.print(styled(within: StandardOutput.terminalColumns)) }
}
