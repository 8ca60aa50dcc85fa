import MILBags
import UserInput

extension BagFormat {
  /// CSV with columns recognised by their names or named by the user.
  package static let csv = BagFormat(
    "csv", "CSV with a bag and a label column", options: .ofTables,
    .text { text, name, options in
      try TextLayout.table(text, options) { try CSVText.read($0, name: name, options: options) }
    })
}

/// Reads a table with one instance a line: separated by commas, semicolons or tabs, with or without header and quotes.
///
/// The first line is a header in three cases: none of its fields is a number; they name a bag and a label column; or
/// there is other evidence, ``NumericHeader``. Without a header, and without columns in the options,
/// ``HeaderlessText`` determines the columns.
enum CSVText {
  /// Reads the data set in `text`, whose scanner is before the first line.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "a header or lines of instances")
    }
    let firstLine = text.line
    var header = try TableHeader(text, options: options)
    if let header, !text.nextLine() {
      throw ReadError(
        file: text.file, found: "no lines below the header, \(header.names.count) names", expected: "lines of instances"
      )
    }
    if header?.lacksRowNames(of: text) == true { header?.addRowNames() }
    let names = header?.names
    var fallback = ColumnRoles.Places()
    if header?.isOfPositions ?? true, !HeaderlessText.isSettled(options.columns, names: names) {
      let layout = try HeaderlessText.layout(of: text, options: options, names: names)
      fallback = ColumnRoles.Places(bag: layout.bag, label: layout.label, isFixed: true)
    }
    let roles = try ColumnRoles(
      options.columns, names: names, count: names?.count ?? text.fieldsLeft, fallback: fallback, file: text.file,
      line: firstLine)
    let rows = DelimitedRows(roles: roles.roles, options: options, columnNames: names)
    var result = try rows.read(text, name: name)
    result.decisions = (header?.decisions ?? HeaderlessText.decisions) + roles.decisions + result.decisions
    result.columns = roles.resolved
    return result
  }

  /// Returns the most frequent separator of the first line; commas win ties.
  static func separator(of text: TextScanner) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let counts = candidates.map { candidate in
      var text = text.restarted(separator: candidate)
      return text.nextLine() ? text.fieldsLeft : 0
    }
    let best = counts.indices.max { counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1) } ?? 0
    return candidates[best]
  }
}

/// The first line of a table, if it names the columns.
struct TableHeader {
  /// The names of the columns.
  private(set) var names: [String]
  /// Whether the names are only numbers, which say nothing of the columns.
  let isOfPositions: Bool
  /// The decisions.
  private(set) var decisions: [ReadDecision]

  /// Whether the lines start with row names, as R writes them: one field more than the header, with distinct first
  /// fields.
  func lacksRowNames(of text: TextScanner) -> Bool {
    var text = text
    var seen: Set<[UInt8]> = []
    repeat {
      guard text.fieldsLeft == names.count + 1, let first = try? text.text(), seen.insert(Array(first)).inserted else {
        return false
      }
    } while seen.count < 1000 && text.nextLine()
    return true
  }

  /// Inserts an unnamed column before the others.
  mutating func addRowNames() {
    names.insert("", at: 0)
    decisions.append(
      ReadDecision(.columns, "lines have one field more than the header: the first are names of rows, as R writes them")
    )
  }

  /// Parses the header in the current line; nil if the line is an instance.
  init?(_ text: TextScanner, options: ReadOptions) throws {
    var text = text
    let start = text
    var names: [String] = []
    var unseen: [String] = []
    while !text.isAtLineEnd {
      let field = Array(try text.text())
      names.append(BagNames.trimmed(String(decoding: field, as: UTF8.self)))
      if let plain = PlainText.visible(field[...]) { unseen.append(String(decoding: plain, as: UTF8.self)) }
    }
    var next = start
    if start.spansLines, next.nextLine() { try start.refuseJoinedLines(ofFields: next.fieldsLeft) }
    let numeric = NumericHeader(start, names: names)
    if text.endsWithSeparator { names.append("") }
    if options.hasHeader == false { return nil }
    let wanted = Set(options.columns.given.map { $0.lowercased() })
    let isNamed =
      ColumnNames.nameBagAndLabel(names)
      || names.contains {
        Int($0) == nil && (wanted.contains($0.lowercased()) || wanted.contains("name:" + $0.lowercased()))
      }
    let isSaid = options.hasHeader == true || isNamed || (names.count >= 3 && !numeric.hasNumber)
    let reason = isSaid ? nil : try numeric.reason()
    guard isSaid || reason != nil else { return nil }
    self.names = names
    isOfPositions = !isNamed && numeric.isOfNumbers
    decisions = reason.map { ReadDecision(.columns, $0, option: "--header no") }.list
    decisions += unseen.first.map { PlainText.decision("names of columns", unseen.count, $0) }.list
  }
}
