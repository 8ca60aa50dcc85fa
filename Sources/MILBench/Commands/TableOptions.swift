import ArgumentParser
import Foundation
import MILReport
import Output

/// The option for the extent of printed tables.
struct TableOptions: ParsableArguments {
  @Flag(help: "Print all columns and notes on a terminal, too; elsewhere they are always printed.") var wide = false

  /// Shows tables as text; on a terminal in their short forms, unless `--wide` is set.
  ///
  /// - Parameter folder: the folder of the complete tables.
  func show(_ tables: [ReportTable], writtenTo folder: URL) throws {
    let isShort = !wide && isatty(STDOUT_FILENO) == 1
    for table in tables { try StandardOutput.print((isShort ? table.short : table).terminal + "\n") }
    if isShort {
      try StandardOutput.print("--wide shows all columns and notes; they are in \(folder.pathFromHere), too")
    }
  }
}
