/// Text in a file of comma-separated values that a spreadsheet must not run.
///
/// Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, also behind a tab or a carriage return,
/// and with quotes around it. Such a cell goes out with an apostrophe in front, unless it is a plain number or a single
/// character. So that it can be taken back, a cell that looks like one that went out so gets an apostrophe, too:
///
///     =1+1  ->  '=1+1        '=1+1  ->  ''=1+1        -1.5, +  and  'a  ->  as they are
///
/// Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection.
package enum SpreadsheetText {
  /// The text as a cell that no spreadsheet runs.
  package static func guarded(_ text: String) -> String { needsGuard(text) ? "'" + text : text }

  /// The text that ``guarded(_:)`` was given.
  package static func restored(_ cell: String) -> String {
    guard cell.unicodeScalars.first == apostrophe else { return cell }
    let text = String(cell.unicodeScalars.dropFirst())
    return needsGuard(text) ? text : cell
  }

  private static let apostrophe: Unicode.Scalar = "'"
  /// The last four are those of full width, which some spreadsheets read like the others.
  private static let starts: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]

  private static func needsGuard(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    let rest = scalars.drop { $0 == apostrophe }
    guard let first = rest.first, starts.contains(first) else { return false }
    if rest.startIndex > scalars.startIndex { return true }
    return scalars.count > 1 && text.wholeMatch(of: /[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?/) == nil
  }
}
