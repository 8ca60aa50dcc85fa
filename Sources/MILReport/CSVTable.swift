import UserInput

extension ReportTable {
  /// The headers and rows as comma-separated values (RFC 4180: CRLF, quotes if needed), without title and notes.
  ///
  /// ``/UserInput/SpreadsheetText`` makes cells harmless that a spreadsheet would execute, and control characters are
  /// made visible, as on standard output.
  ///
  /// Source: Y. Shafranovich, Common format and MIME type for comma-separated values (CSV) files, RFC 4180, 2005,
  /// doi:10.17487/RFC4180.
  package var csv: String { csv(lineEnd: "\r\n") }

  /// Returns ``csv`` with other line ends; those within cells do not change.
  package func csv(lineEnd: String) -> String {
    ([flatHeaders] + rows.map(\.cells))
      .map { $0.map(quotedForCSV).joined(separator: ",") + lineEnd }
      .joined()
  }
}

private func quotedForCSV(_ text: String) -> String {
  let cell = SpreadsheetText.guarded(text.printable)
  // "\r\n" is one character, so the test is on scalars.
  let special: Set<Unicode.Scalar> = ["\"", ",", "\r", "\n"]
  guard cell.unicodeScalars.contains(where: special.contains) else { return cell }
  return "\"" + cell.replacing("\"", with: "\"\"") + "\""
}
