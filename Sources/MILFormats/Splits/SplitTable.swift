import Containers
import Foundation
import MILBags
import UserInput

/// A small table of text, such as a split file: a header and rows, each with its line number.
struct SplitTable {
  /// The path of the file, or its substitute in errors.
  let file: String
  /// The columns' names, without surrounding blanks.
  let header: [String]
  /// The rows; each has a field a column, empty if the line ends early.
  let rows: [(line: Int, fields: [String])]

  /// Creates a table from its parts.
  init(file: String, header: [String], rows: [(line: Int, fields: [String])]) {
    self.file = file
    self.header = header
    self.rows = rows
  }

  /// Parses text with commas, semicolons or tabs between fields, whichever is most frequent in the first line.
  ///
  /// - Parameters:
  ///   - file: the path of the file, or its substitute in errors.
  ///   - bytes: the text.
  ///   - linesMayEndEarly: whether the fields that a line lacks at its end are empty, as in columns of different
  ///     lengths. In a table of labels, a field in the middle may be the one that is missing.
  /// - Throws: ``ReadError`` for a file without a line, or a line with other numbers of fields than the header.
  init(file: String, bytes: [UInt8], linesMayEndEarly: Bool = true) throws {
    var first = TextScanner(file: file, bytes: bytes)
    // Like data tables, these may begin with comments.
    let mark = UInt8(ascii: "#")
    var comments: [UInt8] = []
    if first.nextLine(), bytes[first.position] == mark,
      first.fieldsLeft == 1 || bytes.dropFirst(first.position + 1).first == UInt8(ascii: " ")
    {
      comments = [mark]
    }
    first = first.restarted(commentMarks: comments)
    guard first.nextLine() else { throw ReadError(file: file, found: "no line", expected: "a header and a line a bag") }
    let start = bytes[first.position..<first.lineEnd]
    let separators = Array(",;\t".utf8)
    try Self.refuseTitle(first, separators)
    var separator = separators.max { left, right in start.count { $0 == left } < start.count { $0 == right } }
    if separators.allSatisfy({ !start.contains($0) }), Self.areBlanksBetween(first) { separator = UInt8(ascii: " ") }
    var scanner = first.restarted(separator: separator ?? UInt8(ascii: ","), commentMarks: comments)
    var header: [String]?
    var rows: [(line: Int, fields: [String])] = []
    while scanner.nextLine() {
      var fields: [String] = []
      if scanner.spansLines {
        var below = scanner
        try scanner.refuseJoinedLines(ofFields: header?.count ?? (below.nextLine() ? below.fieldsLeft : 0))
      }
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
      guard linesMayEndEarly || fields.count == names.count else {
        let written = String(decoding: [separator ?? UInt8(ascii: ",")], as: UTF8.self)
        throw ReadError(
          file: file, at: .line(scanner.line), found: "\(fields.count) field\(fields.count == 1 ? "" : "s")",
          expected: "\(names.count) as the header; a field that is empty has its \(ReadError.quoted(written.utf8)), too"
        )
      }
      rows.append((scanner.line, fields + Array(repeating: "", count: names.count - fields.count)))
    }
    self.init(file: file, header: header ?? [], rows: rows)
  }

  /// Refuses a title above the table: a first line of one field, or one without column names above a line with them.
  private static func refuseTitle(_ first: TextScanner, _ separators: [UInt8]) throws {
    func fields(_ line: ArraySlice<UInt8>) -> [String] {
      let all = separators.map { separator in
        var fields: [String] = []
        var text = TextScanner(file: first.file, bytes: Array(line), separator: separator)
        guard text.nextLine() else { return fields }
        while !text.isAtLineEnd, let field = try? text.text() { fields.append(String(decoding: field, as: UTF8.self)) }
        return fields
      }
      return all.max { $0.count < $1.count } ?? []
    }
    func nameColumns(_ fields: [String]) -> Bool {
      fields.contains { !$0.trimmed.isEmpty && BagColumn.isKnown($0) }
        && fields.contains {
          ColumnNames.isFolds($0) || ColumnNames.isLabel($0) || ColumnNames.label.contains(ColumnNames.plain($0))
        }
    }
    var lines: [ArraySlice<UInt8>] = [first.bytes[first.position..<first.lineEnd]]
    var text = first
    while lines.count < 3, text.nextLine() { lines.append(text.bytes[text.position..<text.lineEnd]) }
    let found = lines.map(fields)
    guard found.count > 1, found[1].count > 1 else { return }
    let isAlone = found.count == 3 && found[0].count == 1 && found[1].count == found[2].count
    guard isAlone || nameColumns(found[1]) && !nameColumns(found[0]) else { return }
    throw TableShape.title(
      Array(lines[0]), file: first.file, line: first.line, fields: (found[0].count, found[1].count))
  }

  /// Whether all lines from the first on have the same number of blank-separated texts, more than one.
  private static func areBlanksBetween(_ first: TextScanner) -> Bool {
    var text = first.restarted(separator: UInt8(ascii: " "), commentMarks: first.commentMarks)
    var width: Int?
    while text.nextLine() {
      guard text.fieldsLeft > 1, width == nil || width == text.fieldsLeft else { return false }
      width = text.fieldsLeft
    }
    return true
  }

  /// Reads a text file, which may be compressed or not in UTF-8.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - expected: the kind of file that is expected, for errors: `a table of labels`.
  ///   - encoding: the user's choice of encoding.
  /// - Throws: ``ReadError`` for a file of another program, with the way to convert it, or for an invalid line.
  static func read(
    _ url: URL, expected: String, encoding: ReadOptions.Encoding?
  ) throws -> (table: SplitTable, decisions: [ReadDecision]) {
    let (text, decisions) = try self.text(
      BagReader.contents(of: url, expected: expected), file: url.path, expected: expected, encoding: encoding)
    return (try SplitTable(file: url.path, bytes: text), decisions)
  }

  /// Returns the text of a file in UTF-8, and the decisions.
  ///
  /// - Throws: ``ReadError`` for a file that is not text.
  static func text(
    _ bytes: [UInt8], file: String, expected: String, encoding: ReadOptions.Encoding?
  ) throws -> (bytes: [UInt8], decisions: [ReadDecision]) {
    var bytes = try BagReader.unpacked(bytes, file: file)
    var decisions: [ReadDecision] = []
    if ZipArchive.hasZipHeader(bytes) {
      guard
        let (inner, decision) = try ofOneLineABag(
          expected, { try ForeignFile.onlyMember(ofZip: bytes, file: file) })
      else {
        throw ReadError(file: file, found: "a NumPy archive", expected: "\(expected) as text, such as CSV")
      }
      (bytes, decisions) = (inner, [decision])
    }
    let isJSON = bytes.first { !" \t\r\n".utf8.contains($0) }.map { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }
    if isJSON != true { try ofOneLineABag(expected) { try ForeignFile.refuse(bytes, file: file) } }
    guard !NumPyArray.hasHeader(bytes), !MATFile.hasMATHeader(bytes) else {
      throw ReadError(file: file, found: "a file of arrays", expected: "\(expected) as text, such as CSV")
    }
    // The encoding may be that of the data alone.
    let (text, decision) = try TextEncoding.utf8(bytes, encoding, file: file, isOneOfSeveral: true)
    try BagReader.refuseBinary(text, file)
    return (text, decisions + decision.list)
  }

  /// Runs a check whose errors say how to convert files of other programs to bags, and says it of this table instead.
  private static func ofOneLineABag<Result>(_ expected: String, _ check: () throws -> Result) throws -> Result {
    do {
      return try check()
    } catch let error as ReadError {
      let isOfFolds = expected.contains("folds")
      let name = isOfFolds ? "folds.csv" : "labels.csv"
      let table = "\(expected) as text, a line a bag: "
      let wayOut =
        if error.expected.contains("numpy.savez") {
          isOfFolds
            ? "lists of the names of bags as JSON: "
              + "json.dump([{'train': [...], 'test': [...]}, ...], open('folds.json', 'w'))"
            : table + "pandas.DataFrame({'bag': names, 'label': labels}).to_csv('labels.csv', index=False)"
        } else {
          error.expected.replacing(ForeignFile.table, with: table).replacing("bags.csv", with: name)
        }
      throw ReadError(file: error.file, at: error.place, found: error.found, expected: wayOut)
    }
  }

  /// Returns the fields of a column, from the first row on.
  func column(_ index: Int) -> [String] { rows.map { $0.fields[index] } }

  /// Returns the table with its header line as the first row, and the given names.
  func headerless(_ names: [String]) -> SplitTable {
    SplitTable(file: file, header: names, rows: [(1, header)] + rows)
  }
}
