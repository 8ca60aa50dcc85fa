/// Reads a table with one instance a line: separated by commas, semicolons or tabs, with or without a header, fields
/// quoted or not.
///
/// The first line is a header when none of its fields is a number, or when they name a bag and a label column.
/// Without a header, and with no columns given, the first column is the bag label and the second the bag.
enum CSVText {
  /// The data set in `text`, in whatever place the scanner is.
  static func read(_ text: TextScanner, name: String, columns: CSVColumns) throws -> ReadBags {
    var text = text.restarted(separator: separator(of: text))
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "a header or lines of instances")
    }
    let names = try header(text, columns: columns)
    guard names != nil || columns != .automatic else { return try LabelBagCSV.read(text.restarted(), name: name) }
    let roles = try ColumnRoles(
      columns, names: names, count: names?.count ?? text.fieldsLeft, file: text.file, line: text.line)
    if names != nil, !text.nextLine() {
      throw ReadError(file: text.file, found: "no lines below the header", expected: "lines of instances")
    }
    let rows = DelimitedRows(roles: roles.roles, allowsLabelNames: true, columnNames: names)
    var result = try rows.read(text, name: name)
    result.notes = roles.notes + result.notes
    return result
  }

  /// The separator that the first line has most of, commas before the others.
  static func separator(of text: TextScanner) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let counts = candidates.map { candidate in
      var text = text.restarted(separator: candidate)
      return text.nextLine() ? text.fieldsLeft : 0
    }
    let best = counts.indices.max { counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1) } ?? 0
    return candidates[best]
  }

  /// The names in the current line, when it is a header; nil when it is an instance.
  static func header(_ text: TextScanner, columns: CSVColumns) throws -> [String]? {
    var text = text
    var names: [String] = []
    var hasNumber = false
    while !text.isAtLineEnd {
      let field = Array(try text.text())
      var end = 0
      if DecimalNumber.parse(field, at: &end, end: field.count) != nil, end == field.count { hasNumber = true }
      names.append(String(decoding: field, as: UTF8.self))
    }
    let wanted = Set(columns.given.map { $0.lowercased() })
    let isNamed =
      CSVColumns.nameBagAndLabel(names)
      || names.contains { Int($0) == nil && wanted.contains($0.lowercased()) }
    return names.count >= 3 && !hasNumber || isNamed ? names : nil
  }
}
