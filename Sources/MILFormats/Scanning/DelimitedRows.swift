import Containers
import MILBags
import UserInput

/// Reads text with one instance a line, in which a field's column determines its role.
struct DelimitedRows {
  /// The role of a column.
  enum Role: Equatable {
    /// The identifier of the instance's bag.
    case bag
    /// The label of the instance's bag.
    case label
    /// Whether the event of the instance's bag happened, if its label is a time.
    case event
    /// The label of the instance itself.
    case instanceLabel
    /// The group, such as a patient, of the instance's bag.
    case group
    /// The fold that tests the instance's bag, in one repetition.
    case fold
    /// The x position of the instance in its image, from left to right.
    case across
    /// The y position of the instance in its image, from top to bottom.
    case down
    /// A number of the feature vector.
    case feature
    /// An ignored column.
    case ignored
  }

  /// The role of each column: exactly one is the bag, one the label if there are labels, and at least one a feature.
  let roles: [Role]
  /// The user's options for the file.
  let options: ReadOptions
  /// The name of each column, if the text has a header.
  var columnNames: [String]?
  /// Whether labels end in a full stop that is not part of them.
  var endsInFullStop = false
  /// The codes of nominal feature values, by column.
  private let codes: NominalCodes

  /// Creates a reader of rows whose columns have roles by names or options.
  init(roles: [Role], options: ReadOptions, columnNames: [String]?) {
    self.roles = roles
    self.options = options
    self.columnNames = columnNames
    codes = NominalCodes(columns: columnNames, options: options)
  }

  /// Reads the data set in the lines from the current one on, of a layout with fixed columns.
  ///
  /// - Throws: ``ReadError`` with line and field.
  static func read(
    _ text: TextScanner, places: ColumnRoles.Places, name: String, endsInFullStop: Bool = false, options: ReadOptions
  ) throws -> ReadBags {
    var places = places
    (places.isFixed, places.option) = (true, "--format")
    let roles = try ColumnRoles(
      options.columns, names: nil, count: text.fieldsLeft, fallback: places, file: text.file, line: text.line)
    var rows = DelimitedRows(roles: roles.roles, options: options, columnNames: nil)
    rows.endsInFullStop = endsInFullStop
    var bags = try rows.read(text, name: name)
    bags.decisions = roles.decisions + bags.decisions
    return bags
  }

  /// Reads the data set in the lines from the current one on.
  ///
  /// - Throws: ``ReadError`` with line and field.
  func read(_ text: TextScanner, name: String) throws -> ReadBags {
    var text = text
    let marks = try DecimalMarks.settle(&text, roles, options)
    let featureCount = roles.count { $0 == .feature }
    // An estimate: a row takes about as many bytes as the first, and a value at least two.
    let rowLength = max(text.lineEnd - text.position, 2 * featureCount)
    var rows = BagCollector(
      file: text.file, featureCount: featureCount, expectedRows: text.bytes.count / rowLength + 1, options: options)
    if let columnNames {
      rows.featureNames = zip(columnNames, roles).compactMap { $1 == .feature ? $0 : nil }
    }
    rows.featureTitles = roles.indices.filter { roles[$0] == .feature }.map { "#\($0 + 1)" }
    rows.loss = RoundingLoss(columns: featureCount)
    rows.eventColumn = roles.firstIndex(of: .event).map { columnNames?[$0] ?? "#\($0 + 1)" }
    let headOfBags = roles.firstIndex(of: .bag).flatMap { columnNames?[$0] }.map { Array($0.utf8) }
    var faults = Faults()
    var emptyEnds = 0
    var emptyLines = 0
    repeat {
      if text.hasOnlySeparators {
        emptyLines += 1
        continue
      }
      var ofFeatures: [Faults.OfColumn] = []
      do {
        if text.spansLines { try text.refuseJoinedLines(ofFields: roles.count) }
        let row = try self.row(&text, &rows, &ofFeatures)
        if !ofFeatures.isEmpty, try !note(ofFeatures, text, rows, &faults) { continue }
        ofFeatures = []
        if let headOfBags, row.bag.elementsEqual(headOfBags), isHeader(text) { throw headerAgain(text) }
        if text.field == roles.count, text.endsWithSeparator { emptyEnds += 1 }
        try rows.add(row, at: .line(text.line))
      } catch {
        if !ofFeatures.isEmpty {
          // The rest of a line behind a quotation mark without end is not there.
          guard try note(ofFeatures, text, rows, &faults), !ofFeatures[0].error.found.contains("quotation mark") else {
            continue
          }
        } else if rows.rowCount == 0, faults.isEmpty, let units = secondHeader(text) {
          throw units
        }
        try faults.add(otherLine(text) ?? error)
      }
    } while text.nextLine()
    if !faults.isEmpty {
      do { try rows.checkLabels() } catch { try faults.add(error) }
    }
    try faults.check()
    rows.decisions += marks.list + codes.decision.list
    if emptyLines > 0 {
      rows.decisions.append(
        ReadDecision(.leftOut, "\(emptyLines) lines of empty fields, as spreadsheets write below a table"))
    }
    if emptyEnds > 0 {
      rows.decisions.append(
        ReadDecision(
          .leftOut, "an empty field behind the last column in \(emptyEnds) of \(rows.rowCount) lines of instances"))
    }
    var bags = try rows.finish(named: name)
    bags.nominals = codes.lists
    bags.hasColumns = true
    return bags
  }

  /// Whether the current line repeats the column names, as in concatenated files with headers.
  private func isHeader(_ text: TextScanner) -> Bool {
    guard let columnNames else { return false }
    var line = text.atLineStart
    let isSame = columnNames.allSatisfy { name in
      line.isAtLineEnd
        ? name.isEmpty
        : (try? line.text()).map { BagNames.trimmed(String(decoding: $0, as: UTF8.self)) == name } == true
    }
    return isSame && line.isAtLineEnd
  }

  /// Returns the error about a second header line, such as one of units; nil for an instance.
  ///
  /// No feature is a number in such a line, and all are in the next.
  private func secondHeader(_ text: TextScanner) -> ReadError? {
    func counts(_ text: TextScanner) -> (numbers: Int, texts: Int, others: Int) {
      var line = text.atLineStart
      var found = (numbers: 0, texts: 0, others: 0)
      for role in roles where !line.isAtLineEnd {
        guard role == .feature else {
          line.skipField()
          continue
        }
        let before = line
        if (try? line.number()) != nil {
          found.numbers += 1
        } else {
          line = before
          guard let field = try? line.text(), !MissingValues.isMarker(field) else { continue }
          // Text that does not begin with a letter is more likely a malformed number.
          if let first = String(decoding: field, as: UTF8.self).first, first.isLetter || "%(\u{b0}".contains(first) {
            found.texts += 1
          } else {
            found.others += 1
          }
        }
      }
      return found
    }
    let own = counts(text)
    var next = text
    guard columnNames != nil, own.numbers == 0, own.others == 0, own.texts > 1, next.nextLine() else { return nil }
    let below = counts(next)
    guard below.numbers > 0, below.texts == 0, below.others == 0 else { return nil }
    return ReadError(
      file: text.file, at: .line(text.line),
      found:
        "\(ReadError.quoted(text.bytes[text.atLineStart.position..<text.lineEnd])), a second line above the instances, "
        + "as of units",
      expected: "one line of names; sed '\(text.line)d' FILE leaves this one out")
  }

  /// Records the faults of the features in the current line; returns whether it is an instance nevertheless.
  ///
  /// - Throws: ``ReadError`` for a second header line.
  private func note(
    _ found: [Faults.OfColumn], _ text: TextScanner, _ rows: BagCollector, _ faults: inout Faults
  ) throws -> Bool {
    guard let first = found.first else { return true }
    if rows.rowCount == 0, faults.isEmpty, let units = secondHeader(text) { throw units }
    if let other = otherLine(text) {
      try faults.add(other)
      return false
    }
    let error = MissingValues.ofPadding(first.error, text) { $0 < roles.count && roles[$0] == .feature }
    if let error = error as? ReadError, error != first.error {
      try faults.add(error)
    } else {
      for fault in found { try faults.add(fault) }
    }
    return true
  }

  /// Returns the error about a line that is not an instance; nil for an instance.
  private func otherLine(_ text: TextScanner) -> ReadError? {
    isHeader(text) ? headerAgain(text) : isOfTotals(text) ? totals(text) : nil
  }

  /// Whether the current line has the name of a summary row.
  private func isOfTotals(_ text: TextScanner) -> Bool {
    var line = text.atLineStart
    return (try? line.text()).map { QuestionableRows.isSummary($0) } == true
  }

  private func totals(_ text: TextScanner) -> ReadError {
    var line = text.atLineStart
    let name = (try? line.text()).map { ReadError.quoted($0) } ?? ""
    return ReadError(
      file: text.file, at: .line(text.line), found: "a row called \(name), as one that sums up a table",
      expected: "instances alone; the row is to be removed from the file")
  }

  private func headerAgain(_ text: TextScanner) -> ReadError {
    ReadError(
      file: text.file, at: .line(text.line), found: "the header again",
      expected:
        "instances below one header; awk 'NR == 1 { head = $0 } NR == 1 || $0 != head' FILE leaves out the headers of "
        + "files that were joined")
  }

  /// Reads the current line; its features are appended to `rows`, any that is not a number as NaN, with its fault.
  private func row(
    _ text: inout TextScanner, _ rows: inout BagCollector, _ faults: inout [Faults.OfColumn]
  ) throws -> BagCollector.Row {
    func missing(_ error: ReadError, _ column: Int) -> Double {
      do {
        return try MissingValues.value(orThrow: named(error, column), options.missingRule)
      } catch {
        if let error = error as? ReadError {
          faults.append(Faults.OfColumn(error: error, title: columnNames?[column] ?? String(column + 1)))
        }
        return .nan
      }
    }
    var row = BagCollector.Row()
    var count = 0
    for (column, role) in roles.enumerated() {
      guard !text.isAtLineEnd || (role == .instanceLabel && column == roles.count - 1) else {
        let error = missingFields(text, read: column)
        guard column == roles.count - 1, text.endsWithSeparator else { throw error }
        // Lines that end in a separator have an empty last column.
        if role == .ignored { continue }
        guard role == .feature else { throw error }
        rows.append(missing(error, column), count)
        continue
      }
      switch role {
      case .feature:
        do {
          rows.append(codes.isEmpty ? try text.feature() : try value(&text, column), count)
        } catch let error as ReadError {
          rows.append(missing(error, column), count)
        }
        count += 1
      case .ignored: text.skipField()
      case .across: row.place = InstancePlace(x: Double(Float(try text.feature())), y: row.place?.y ?? 0)
      case .down: row.place = InstancePlace(x: row.place?.x ?? 0, y: Double(Float(try text.feature())))
      case .bag:
        row.bag = try nonEmpty(
          &text, "a bag id in each line; pandas' ffill() fills the cells that a spreadsheet merged")
        try text.refuseLineEnd(in: row.bag, "an id")
        row.blanks = text.blanks(around: row.bag)
      case .group:
        row.group = try nonEmpty(&text, BagCollector.groupOrWayOut)
      case .fold: row.folds.append(try oneLine(&text, "a fold", or: "; -1 for a bag that no fold tests"))
      case .label:
        let label = try oneLine(&text, "a label", or: LabelRule.wayOut)
        row.label = endsInFullStop && label.count > 1 && label.last == UInt8(ascii: ".") ? label.dropLast() : label
      case .event: row.event = try oneLine(&text, "whether the event happened")
      case .instanceLabel:
        row.instanceLabel = text.isAtLineEnd ? [] : try text.text()
        try text.refuseLineEnd(in: row.instanceLabel ?? [], "an instance label")
      }
    }
    guard text.isAtLineEnd else {
      throw text.fieldCountError(
        found: roles.count + text.fieldsLeft,
        expected: "\(roles.count) as in the first line"
          + (text.separator == UInt8(ascii: ",") ? "; decimal commas need ; or tabs between fields" : "")
          + "; a field that holds the separator needs quotation marks")
    }
    return row
  }

  /// Reads the value of a feature, which may be one of a kept model's nominal values.
  private func value(_ text: inout TextScanner, _ column: Int) throws -> Double {
    guard codes.codes[column] != nil else { return try text.feature() }
    let field = try text.text()
    guard let code = codes.code(of: String(decoding: field, as: UTF8.self), in: column) else {
      throw text.error(found: ReadError.quoted(field), expected: codes.expectation(of: column))
    }
    return Double(code)
  }

  /// Returns the error about a feature, with the name of its column.
  private func named(_ error: ReadError, _ column: Int) -> ReadError {
    // A number with a comma may have a decimal comma.
    var marks = ""
    if error.found.hasPrefix("\"[") {
      marks = "; a list in one field has a column for each number, as pandas.DataFrame(table.NAME.tolist()) makes them"
    } else if error.found.contains("\u{2212}") {
      marks = "; its minus is U+2212, which sed 's/\u{2212}/-/g' FILE makes a plain one"
    }
    marks += NumberMarks.wayOut(error.found, mark: options.decimalMark)
    let place =
      columnNames.map { " in column \(ReadError.quoted($0[column].utf8)); --ignore-column leaves it out" }
      ?? "; --ignore-column \(column + 1) leaves the column out"
    return ReadError(
      file: error.file, at: error.place, found: error.found, expected: error.expected + place + marks)
  }

  private func nonEmpty(_ text: inout TextScanner, _ expected: String) throws -> ArraySlice<UInt8> {
    let field = try text.text()
    guard !field.isEmpty else { throw text.error(found: "an empty field", expected: expected) }
    return field
  }

  private func oneLine(
    _ text: inout TextScanner, _ what: String, or wayOut: String = ""
  ) throws -> ArraySlice<UInt8> {
    let field = try nonEmpty(&text, what + wayOut)
    try text.refuseLineEnd(in: field, what)
    return field
  }

  /// Creates the error about a line that ends after `read` fields.
  private func missingFields(_ text: TextScanner, read: Int) -> ReadError {
    guard read == roles.count - 1, text.endsWithSeparator else {
      let isLine = text.atLineStart.fieldsLeft == 1 && roles.count > 2
      return text.fieldCountError(
        found: read,
        expected: "\(roles.count) as in the first line"
          + (isLine ? "" : "; an empty field needs its separator")
          + "; a line that is no instance is left out by sed '\(text.line)d' FILE")
    }
    return ReadError(
      file: text.file, at: .line(text.line, field: roles.count), found: "\"\"",
      expected: roles.last == .feature ? "a finite number" : "a value")
  }
}
