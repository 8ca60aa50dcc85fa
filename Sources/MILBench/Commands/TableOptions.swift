import ArgumentParser
import Foundation
import MILReport
import Output

/// The option for the extent of printed tables.
struct TableOptions: ParsableArguments {
  @Flag(help: "Print all columns and notes on a terminal, too, in lines of any length; elsewhere they always are.")
  var wide = false

  /// Shows tables as text; on a terminal in their short forms and in its width, unless `--wide` is set.
  ///
  /// - Parameter folder: the folder of the complete tables.
  func show(_ tables: [ReportTable], writtenTo folder: URL) throws {
    let isShort = !wide && isatty(STDOUT_FILENO) == 1
    for table in tables {
      if isShort { try table.short.show(terminator: "\n\n") } else { try StandardOutput.print(table.terminal + "\n") }
    }
    if isShort {
      try StandardOutput.print("--wide shows all columns and notes; they are in \(folder.pathFromHere), too")
    }
  }
}

extension ReportTable {
  /// Prints the table as text; on a terminal, columns that have no room follow below.
  ///
  /// - Parameter terminator: the text after the table, which itself ends in a newline.
  func show(terminator: String = "\n") throws {
    try StandardOutput.print(terminal(within: StandardOutput.terminalColumns), terminator: terminator)
  }
}
