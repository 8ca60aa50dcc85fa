import Foundation

/// A small table of text, such as a file of splits: a header and rows, each with the number of its line.
struct SplitTable {
  /// The path of the file, or what stands for it in errors.
  let file: String
  /// The columns' names, without the blanks around them.
  let header: [String]
  /// The rows; a row has a field a column, empty where the line ends early.
  let rows: [(line: Int, fields: [String])]

  /// A table from its parts.
  init(file: String, header: [String], rows: [(line: Int, fields: [String])]) {
    self.file = file
    self.header = header
    self.rows = rows
  }

  /// Reads text with commas, semicolons or tabs between fields, whichever the first line has most of.
  ///
  /// - Throws: ``ReadError`` for a file without a line, or a line with more fields than the header.
  init(file: String, bytes: [UInt8]) throws {
    var first = TextScanner(file: file, bytes: bytes)
    guard first.nextLine() else { throw ReadError(file: file, found: "no line", expected: "a header and a line a bag") }
    let start = bytes.prefix(first.lineEnd)
    let separators = [",", ";", "\t"].map { UInt8($0.utf8.first ?? 44) }
    let separator = separators.max { left, right in start.count { $0 == left } < start.count { $0 == right } }
    var scanner = TextScanner(file: file, bytes: bytes, separator: separator ?? UInt8(ascii: ","))
    var header: [String]?
    var rows: [(line: Int, fields: [String])] = []
    while scanner.nextLine() {
      var fields: [String] = []
      while !scanner.isAtLineEnd { fields.append(String(decoding: try scanner.text(), as: UTF8.self)) }
      if scanner.endsWithSeparator { fields.append("") }
      guard let names = header else {
        header = fields
        continue
      }
      // Blank fields may follow the last column.
      while fields.count > names.count, fields.last?.isEmpty == true { fields.removeLast() }
      guard fields.count <= names.count else {
        throw ReadError(
          file: file, at: .line(scanner.line), found: "\(fields.count) fields", expected: "\(names.count) as the header"
        )
      }
      rows.append((scanner.line, fields + Array(repeating: "", count: names.count - fields.count)))
    }
    self.init(file: file, header: header ?? [], rows: rows)
  }

  /// The fields of a column, from the first row on.
  func column(_ index: Int) -> [String] { rows.map { $0.fields[index] } }

  /// The table with its first line taken for a row too, under the given names.
  func headerless(_ names: [String]) -> SplitTable {
    SplitTable(file: file, header: names, rows: [(1, header)] + rows)
  }
}
