import Containers
import Foundation
import MILBags
import UserInput

/// A table of labels for the files of a folder, or for patients: a header, then one line each.
///
/// Fields are separated by commas, semicolons or tabs. Ids are always text.
struct LabelTable {
  /// The content of one line.
  struct Line {
    /// The names of its files.
    var files: [String]
    /// The label as written; nil if the line has none.
    var label: String?
    /// The word that states that the line has no label.
    var word: String?
    /// The value of the event column, if the label is a time.
    var event: String?
    /// The patient.
    var group: String?
    /// The folds, one a repetition.
    var folds: [String] = []
    /// The features of the bag, as written.
    var bagFeatures: [String] = []
    /// The number of the line.
    var number: Int
  }

  /// The columns by role.
  struct Columns {
    var id: Int
    /// The label, number or time.
    var label: Int?
    var event: Int?
    var group: Int?
    var folds: [Int] = []
    /// Features of bags.
    var bagFeatures: [Int] = []
  }

  /// The text of the table.
  let table: SplitTable
  /// The decisions about it.
  private(set) var decisions: [ReadDecision] = []

  /// Reads a table.
  ///
  /// - Throws: ``ReadError`` for a file that is not a table, such as an Excel workbook, with the way to convert it.
  init(_ path: String, _ options: ReadOptions) throws {
    let url = UserPath.here(path)
    let bytes = try BagReader.contents(of: url, expected: "a table of labels")
    try Self.refuseWorkbooks(bytes, file: url.path)
    let (text, said) = try SplitTable.text(
      bytes, file: url.path, expected: "a table of labels", encoding: options.encoding)
    try Self.refuseJSON(text, file: url.path)
    table = try SplitTable(file: url.path, bytes: text, linesMayEndEarly: false)
    decisions = said.map {
      ReadDecision($0.subject, $0.statement + ", in \(FolderListing.last(of: url.path))", option: $0.option)
    }
  }

  /// Creates a table in memory.
  init(_ table: SplitTable) { self.table = table }

  private static func refuseWorkbooks(_ bytes: [UInt8], file: String) throws {
    let isZip = ZipArchive.hasZipHeader(bytes)
    let names = isZip ? (try? ZipArchive(bytes: bytes, file: file).names) ?? [] : []
    guard names.contains(where: { $0.hasPrefix("xl/") }) || bytes.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) else { return }
    throw ReadError(
      file: file, found: "a workbook of Excel",
      expected:
        "its sheet as CSV: 'Save As' CSV UTF-8, or pandas.read_excel(FILE, dtype=str).to_csv('labels.csv', index=False)"
    )
  }

  private static func refuseJSON(_ text: [UInt8], file: String) throws {
    guard let first = text.first(where: { !" \t\r\n".utf8.contains($0) }), "{[".utf8.contains(first),
      first == UInt8(ascii: "{") || (try? JSONSerialization.jsonObject(with: Data(text))) != nil
    else { return }
    throw ReadError(
      file: file, found: "JSON",
      expected: "a table of labels as CSV: "
        + "of records pandas.read_json(FILE, dtype=str).to_csv('labels.csv', index=False), of an object with the label of "
        + "each bag pandas.Series(json.load(open(FILE))).rename_axis('slide_id').to_csv('labels.csv', header=['label'])"
    )
  }

  // MARK: - Columns by their names

  /// The usual names of columns of slide files, the most specific first.
  private static let idNames = [
    "slideid", "slide", "filename", "bagname", "bagid", "bag", "imageid", "image", "wsi", "wsiid", "wsiname",
    "slidepath", "slidename", "embeddings", "path", "file", "filepath", "id", "name", "sampleid", "sample", "origin",
  ]
  private static let groupNames = [
    "caseid", "case", "patientid", "patient", "patientname", "subject", "subjectid", "group", "groupid", "study",
  ]
  /// The names of columns of slides, which several files of patches share.
  private static let slideNames = ["wsiid", "wsi", "slideid", "slide", "slidename", "imageid", "image"]
  private static let labelNames = ColumnNames.label.union(["category", "slidelabel", "wsilabel", "caselabel"])

  /// Returns the columns, from 0, with one of some names, in the order of those names.
  private func columns(called names: [String]) -> [Int] {
    let plain = table.header.map(ColumnNames.plain)
    return names.flatMap { name in plain.indices.filter { plain[$0] == name } }
  }

  /// Finds the column that the user names, by name or position.
  ///
  /// - Throws: ``ReadError`` that lists the columns, if none or several match.
  func column(named text: String, option: ReadOption) throws -> Int {
    let column = ColumnReference(text)
    let position = column.position.flatMap { table.header.indices.contains($0) ? $0 : nil }
    if column.isPosition, let position { return position }
    let matches = column.places(in: table.header)
    if matches.count == 1 { return matches[0] }
    if matches.isEmpty, let position { return position }
    throw error(
      found: matches.isEmpty
        ? "no column \(ReadError.quoted(column.name.utf8))" : "\(matches.count) columns of this name",
      expected: "one of \(list) after \(option.spelling)")
  }

  /// The columns, for errors and decisions.
  var list: String {
    "the columns " + table.header.shortList(20, rest: .count) { $0.isEmpty ? "\"\"" : $0.onOneLine(limit: 40) }
  }

  /// Refuses names and labels with line ends, which a quotation mark joins, and those with a mark of no pair.
  func requirePlainQuotes(_ row: (line: Int, fields: [String]), _ columns: [Int]) throws {
    for column in columns {
      let field = row.fields[column]
      let spansLines = field.contains(where: \.isNewline)
      guard spansLines || !field.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else { continue }
      throw ReadError(
        file: table.file, at: .line(row.line, field: column + 1),
        found: ReadError.quoted(field.utf8)
          + (spansLines ? ", which a quotation mark continues over a line end" : ", with one quotation mark of a pair"),
        expected: TextScanner.closingMark)
    }
  }

  /// Creates an error about the table.
  func error(line: Int? = nil, found: String, expected: String) -> ReadError {
    ReadError(file: table.file, at: line.map { .line($0) }, found: found, expected: expected)
  }

  func title(of column: Int) -> String {
    table.header[column].isEmpty ? "column \(column + 1)" : table.header[column].onOneLine(limit: 60)
  }

  /// Returns the table with its first line as a row, if that line names a file.
  func withHeader(for index: FileIndex) -> LabelTable {
    guard table.header.count > 1, table.header.contains(where: { index.files(named: $0).count == 1 }) else {
      return self
    }
    var result = LabelTable(table.headerless(table.header.indices.map { "column \($0 + 1)" }))
    result.decisions =
      decisions + [ReadDecision(.columns, "the table has no header: its first line names a file of the folder")]
    return result
  }

  /// Finds the column whose texts name the most items; nil if no column names any.
  ///
  /// - Parameters:
  ///   - known: column names to try before all others.
  ///   - isNamed: whether a text names an item.
  func column(among known: [String], naming isNamed: (String) -> Bool) -> Int? {
    let named = columns(called: known)
    for candidates in [named, Array(table.header.indices)] {
      let counts = candidates.map { column in table.rows.count { isNamed($0.fields[column]) } }
      if let most = counts.max(), most > 0, let place = counts.firstIndex(of: most) { return candidates[place] }
    }
    return nil
  }

  /// Finds the column in the options; nil if they name none, or only a remembered one that this table lacks.
  func asked(_ text: String?, _ option: ReadOption, _ options: ReadOptions) throws -> Int? {
    guard let text else { return nil }
    guard options.columns.mayBeMissing(text) else { return try column(named: text, option: option) }
    return try? column(named: text, option: option)
  }

  /// Finds the column of patients; nil if no column has such a name.
  func groupColumn(_ options: ReadOptions, except used: Set<Int>) throws -> Int? {
    if let column = try asked(options.columns.group, .groupColumn, options) { return column }
    // A study of all patients, as in MHIM-MIL's tables, says nothing of folds.
    func isOneStudy(_ column: Int) -> Bool {
      ColumnNames.plain(table.header[column]) == "study" && Set(table.rows.map { $0.fields[column] }).count == 1
    }
    if let column = columns(called: Self.groupNames).first(where: { !used.contains($0) && !isOneStudy($0) }) {
      return column
    }
    // A table of patches names the slide of each: eva's `wsi_id`.
    return columns(called: Self.slideNames).first { column in
      guard !used.contains(column) else { return false }
      let texts = table.rows.map { $0.fields[column] }.filter { !$0.isEmpty }
      return Set(texts).count < texts.count
    }
  }

  /// Returns the entries of `--ignore-column` that name a column of patients, with that column.
  func ignoredGroups(_ options: ReadOptions) -> [(text: String, column: Int)] {
    let groups = columns(called: Self.groupNames)
    // A position is of the feature files' columns.
    return options.columns.ignored.compactMap { text in
      ColumnReference(text).places(in: table.header).first { groups.contains($0) }.map { (text, $0) }
    }
  }

  /// Returns the names in a field, which MHIM-MIL's survival tables separate by semicolons.
  private static func names(in field: String) -> [String] {
    field.split(separator: ";").map { BagNames.trimmed(String($0)) }
  }

  /// Finds the column that names files.
  ///
  /// - Throws: ``ReadError`` with names of both sides, if no column names any file.
  func idColumn(_ index: FileIndex, _ options: ReadOptions, of listing: FolderListing) throws -> Int {
    if let column = try asked(options.columns.bag, .bagColumn, options) { return column }
    if let column = column(
      among: Self.idNames,
      naming: { text in
        Self.names(in: text).contains { !index.files(named: $0).isEmpty }
      })
    {
      return column
    }
    let files = (0..<min(index.count, 3)).map(index.title).joined(separator: ", ")
    let zeros = table.rows.lazy.flatMap(\.fields).compactMap { text in index.fileButForZeros(text).map { (text, $0) } }
      .first
    let hint = zeros.map { text, name in
      "; \(text) may be \(name) without the zeros that pandas drops: read_csv(..., dtype=str) keeps them"
    }
    throw error(
      found: "no column that names files of \(listing.url.path) among \(list)",
      expected:
        "one with names such as \(files), or \(ReadOption.slides.spelling) TABLE that says which files are whose"
        + (hint ?? ""))
  }

  /// Finds the columns of times and events.
  ///
  /// - Throws: ``ReadError`` that names the option, if no column or several match.
  func timeColumns(_ options: ReadOptions) throws -> (time: Int, event: Int) {
    let plain = table.header.map(ColumnNames.plain)
    func only(_ asked: String?, _ option: ReadOption, _ names: Set<String>, _ title: String) throws -> Int {
      if let column = try self.asked(asked, option, options) { return column }
      let matches = plain.indices.filter { names.contains(plain[$0]) }
      guard matches.count == 1 else {
        throw error(
          found: "\(matches.isEmpty ? "no column" : "\(matches.count) columns") of \(title) among \(list)",
          expected: "one, or \(option.spelling) NAME")
      }
      return matches[0]
    }
    return (
      try only(options.columns.time, .timeColumn, ColumnNames.time, "times"),
      try only(options.columns.event, .eventColumn, ColumnNames.event, "events")
    )
  }

  /// Finds the column of labels.
  ///
  /// - Parameter features: columns of features of bags, which a guess leaves out.
  /// - Throws: ``ReadError`` that names the option, if no column or several match.
  func labelColumn(
    _ options: ReadOptions, except used: Set<Int>, features: [Int] = []
  ) throws -> (column: Int, isGuess: Bool) {
    if let column = try asked(options.columns.label, .labelColumn, options) { return (column, false) }
    let plain = table.header.map(ColumnNames.plain)
    let known = plain.indices.filter { Self.labelNames.contains(plain[$0]) && !used.contains($0) }
    if known.count == 1 { return (known[0], false) }
    if known.isEmpty, plain.contains(where: ColumnNames.time.contains),
      plain.contains(where: ColumnNames.event.contains)
    {
      throw error(
        found: "times and events, and no column of labels among \(list)",
        expected: "\(ReadOption.task.spelling) survival where these are to be predicted, or "
          + "\(ReadOption.labelColumn.spelling) NAME")
    }
    let free = plain.indices.filter { index in
      !used.contains(index) && !features.contains(index) && !ColumnNames.isBookkeeping(table.header[index])
        && !Self.groupNames.contains(plain[index]) && !Self.idNames.contains(plain[index])
    }
    if known.isEmpty, free.count == 1 { return (free[0], true) }
    throw error(
      found: known.isEmpty ? "no column of labels among \(list)" : "\(known.count) columns of labels among \(list)",
      expected: "one called label, category, target or the like, or \(ReadOption.labelColumn.spelling) NAME")
  }
}

extension LabelTable {
  /// Returns the decision that nothing is read of some columns; nil if there are none.
  func unused(except used: Set<Int>) -> ReadDecision? {
    let unused = table.header.indices.filter { !used.contains($0) && !table.header[$0].isEmpty }
    guard !unused.isEmpty else { return nil }
    let shown = unused.shortList(12, rest: .count) { title(of: $0) }
    let areFolds = unused.contains { ColumnNames.isFolds(table.header[$0]) }
    return ReadDecision(
      .leftOut, "column\(unused.count > 1 ? "s" : "") \(shown) of \(FolderListing.last(of: table.file))",
      option: areFolds ? ReadOption.foldColumn.spelling : nil,
      names: unused.count > 12 ? unused.map { table.header[$0] } : nil)
  }
}

extension LabelTable {
  /// Merges the lists of files and labels under train, val and test; nil for other tables.
  ///
  /// A line of such a table is not a bag: each list has its own length, and its blanks are skipped.
  func blocks(_ options: ReadOptions) throws -> [Line]? {
    let plain = table.header.map { $0.lowercased() }
    var lines: [Line] = []
    var found = 0
    for (column, name) in plain.enumerated() {
      guard let role = SplitRole(column: name) else { continue }
      let partners = plain.indices.filter { other in
        plain[other].hasSuffix("label") && SplitRole(word: String(plain[other].prefix { $0.isLetter })) == role
      }
      guard let label = partners.first else { continue }
      found += 1
      for row in table.rows where !row.fields[column].isEmpty {
        try requirePlainQuotes(row, [column, label])
        lines.append(Line(files: [row.fields[column]], label: row.fields[label], number: row.line))
      }
    }
    return found == 0 ? nil : Self.withoutMissing(lines, options)
  }

  /// Returns the lines of a table with one line a slide or a patient.
  ///
  /// - Throws: ``ReadError`` for a name or a label with a line end.
  func lines(_ columns: Columns, _ options: ReadOptions) throws -> [Line] {
    let used =
      [columns.id, columns.label, columns.event, columns.group].compactMap(\.self) + columns.folds + columns.bagFeatures
    let lines = try table.rows.compactMap { row -> Line? in
      try requirePlainQuotes(row, used)
      func text(_ column: Int?) -> String? {
        column.flatMap {
          row.fields[$0].isEmpty || MissingLabels.isCertain(row.fields[$0].utf8) ? nil : row.fields[$0]
        }
      }
      let files = Self.names(in: row.fields[columns.id])
      guard !files.isEmpty else { return nil }
      return Line(
        files: files, label: columns.label.map { row.fields[$0] }, event: text(columns.event),
        group: columns.group.flatMap { MissingLabels.isMissingGroup(row.fields[$0].utf8) ? nil : row.fields[$0] },
        folds: columns.folds.map { row.fields[$0] }, bagFeatures: columns.bagFeatures.map { row.fields[$0] },
        number: row.line)
    }
    return Self.withoutMissing(lines, options)
  }

  /// Removes labels that are empty or state that they are missing; words that may also be classes stay, for the rule of
  /// labels to refuse.
  private static func withoutMissing(_ lines: [Line], _ options: ReadOptions) -> [Line] {
    let labels = Set(lines.compactMap(\.label)).sorted().filter { !$0.isEmpty && !MissingLabels.isCertain($0.utf8) }
    let known = (options.knownLabels ?? []) + (options.restLabels ?? [])
    let words = MissingLabels.among(
      labels, known: known,
      isClass: { text in
        options.task == .classes
          || (known + [options.positive].compactMap(\.self)).contains { $0.lowercased() == text.lowercased() }
      })
    let missing = Set(words.missing.map { labels[$0] })
    return lines.map { line in
      guard let label = line.label else { return line }
      let isWord = MissingLabels.isCertain(label.utf8) || missing.contains(label)
      guard label.isEmpty || isWord else { return line }
      var result = line
      (result.label, result.word) = (nil, isWord ? label : nil)
      return result
    }
  }
}
