import MILBags
import UserInput

extension BagFormat {
  /// CSV with columns recognised by their names or named by the user.
  public static let csv = BagFormat(
    "csv", "CSV with a bag and a label column", options: .ofTables,
    .text { text, name, options in
      try TextLayout.table(text, options) { try CSVText.read($0, name: name, options: options) }
    })
}

/// Reads a table with one instance a line: separated by commas, semicolons or tabs, with or without header and quotes.
///
/// The first line is a header in three cases: none of its fields is a number; they name a bag and a label column; or
/// its numbers are the positions of the columns, as pandas writes them. Without a header, and without columns in the
/// options, ``HeaderlessText`` determines the columns.
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
  /// Whether the names are only the columns' positions.
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
    var names: [String] = []
    var numbers: [Int?] = []
    var unseen: [String] = []
    while !text.isAtLineEnd {
      let field = Array(try text.text())
      var end = 0
      let number = DecimalNumber.parse(DecimalMarks.pointed(field), at: &end, end: field.count)
      let isNumber = number != nil && end == field.count
      names.append(BagNames.trimmed(String(decoding: field, as: UTF8.self)))
      if let plain = PlainText.visible(field[...]) { unseen.append(String(decoding: plain, as: UTF8.self)) }
      numbers.append(isNumber ? number.flatMap { Int(exactly: $0) } ?? -1 : nil)
    }
    if text.endsWithSeparator { names.append("") }
    if options.hasHeader == false { return nil }
    let wanted = Set(options.columns.given.map { $0.lowercased() })
    let isNamed =
      ColumnNames.nameBagAndLabel(names)
      || names.contains {
        Int($0) == nil && (wanted.contains($0.lowercased()) || wanted.contains("name:" + $0.lowercased()))
      }
    let isCounted = Self.isCounted(numbers, names)
    let hasNumber = numbers.contains { $0 != nil }
    guard options.hasHeader == true || isNamed || isCounted || (names.count >= 3 && !hasNumber) else { return nil }
    self.names = names
    isOfPositions = isCounted && !isNamed && numbers.dropFirst().allSatisfy { $0 != nil }
    decisions =
      isOfPositions
      ? [ReadDecision(.columns, "the first line is a header that counts the columns", option: "--header no")] : []
    decisions += unseen.first.map { PlainText.decision("names of columns", unseen.count, $0) }.list
  }

  /// Whether a line counts 0, 1, 2 ... or, from five columns, 1, 2, 3 ...; the first field, of an index, may be empty.
  private static func isCounted(_ numbers: [Int?], _ names: [String]) -> Bool {
    let found = numbers.compactMap(\.self)
    guard found.count >= 3, let first = found.first, first == 0 || (first == 1 && found.count >= 5) else {
      return false
    }
    // A word among the numbers is a bag's name or a label.
    guard zip(numbers, names).allSatisfy({ $0 != nil || $1.isEmpty }) else { return false }
    return found == Array(first..<(first + found.count))
      && zip(numbers, names).allSatisfy { $0 == nil || $1 == String($0 ?? 0) }
  }
}
