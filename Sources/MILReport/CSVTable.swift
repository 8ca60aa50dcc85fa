import UserInput

extension Table {
  /// The headers and rows as comma-separated values (RFC 4180: CRLF, quotes where needed), without title and notes; cells
  /// that a spreadsheet would run go out as ``/UserInput/SpreadsheetText`` says.
  ///
  /// Source: Y. Shafranovich, Common format and MIME type for comma-separated values (CSV) files, RFC 4180, 2005,
  /// doi:10.17487/RFC4180.
  public var csv: String { csv(lineEnd: "\r\n") }

  /// As ``csv``, with other ends of lines; those within cells stay.
  public func csv(lineEnd: String) -> String {
    ([flatHeaders] + rows.map(\.cells))
      .map { $0.map(quotedForCSV).joined(separator: ",") + lineEnd }
      .joined()
  }
}

private func quotedForCSV(_ text: String) -> String {
  let cell = SpreadsheetText.guarded(text)
  // "\r\n" is one character, so the scalars are what to look at.
  let special: Set<Unicode.Scalar> = ["\"", ",", "\r", "\n"]
  guard cell.unicodeScalars.contains(where: special.contains) else { return cell }
  return "\"" + cell.replacing("\"", with: "\"\"") + "\""
}
