/// Escapes text in comma-separated files so that spreadsheets do not run it.
///
/// Spreadsheets read a cell that begins with `=`, `+`, `-` or `@` as a formula. A tab or a carriage return before it,
/// or quotes around it, change nothing. Such a cell is written with an apostrophe in front, unless it is a plain number
/// or a single character. A cell that already looks escaped gets an apostrophe too, so that escaping can be undone:
///
///     =1+1  ->  '=1+1        '=1+1  ->  ''=1+1        -1.5, +  and  'a  ->  as they are
///
/// Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection.
package enum SpreadsheetText {
  /// Returns the text as a cell that no spreadsheet runs.
  package static func guarded(_ text: String) -> String { needsGuard(text) ? "'" + text : text }

  /// Returns the text that ``guarded(_:)`` escaped.
  package static func restored(_ cell: String) -> String {
    guard cell.unicodeScalars.first == apostrophe else { return cell }
    let text = String(cell.unicodeScalars.dropFirst())
    return needsGuard(text) ? text : cell
  }

  private static let apostrophe: Unicode.Scalar = "'"
  /// The last four are full-width forms, which some spreadsheets treat alike.
  private static let starts: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]

  private static func needsGuard(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    let rest = scalars.drop { $0 == apostrophe }
    guard let first = rest.first, starts.contains(first) else { return false }
    if rest.startIndex > scalars.startIndex { return true }
    return scalars.count > 1 && !isPlainNumber(text)
  }

  /// Whether a text is a decimal number; a regular expression would take most of the time of a large table.
  private static func isPlainNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) } && Double(text) != nil
  }
}
