import Containers
import MILBags
import UserInput

extension BagFormat {
  /// ARFF: one bag per line with a relational attribute as in Weka, or one instance per line.
  package static let arff = BagFormat(
    "arff", "ARFF with a relational or a bag attribute", options: .ofDeclaredText,
    .text(recognises: { TextLayout.isDeclared($0) && !AttributeHeader.isKEEL($0) }) {
      try AttributeText.read($0, name: $1, options: $2)
    })
}

/// Reads ARFF, and KEEL's text with a header: one attribute declaration a line, and the values below `@data`.
///
/// In Weka's multi-instance layout, a line is a bag: its id, its instances as one quoted text, and its class. The
/// instances are a relational attribute, with lines separated by `\n`. In the flat layout, a line is an instance, and
/// an attribute names its bag. Nominal features become their indices in the declared list, from 0.
///
/// Source: E. Frank, M. A. Hall, I. H. Witten, The WEKA workbench, online appendix of Data Mining: practical machine
/// learning tools and techniques, Morgan Kaufmann, 4th edition, 2016.
struct AttributeText {
  private let header: AttributeHeader
  private let roles: [DelimitedRows.Role]
  private let codes: NominalCodes
  private let missing: MissingRule
  private var rows: BagCollector

  /// Reads the data set in `text`, wherever the scanner is.
  ///
  /// - Parameter options: the roles of attributes, if their names do not determine them.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    let header = try AttributeHeader(text)
    if let index = header.attributes.firstIndex(where: \.isRelational) {
      return try RelationalText.read(header, bags: index, name: name, options: options)
    }
    let columns = try header.heeding(options.columns)
    let attributes = header.attributes
    let fallback = ColumnRoles.Places(
      bag: header.isKEEL
        || !(attributes[0].isNumeric || ColumnNames.label.contains(ColumnNames.plain(attributes[0].name)))
        ? 0 : nil,
      label: attributes[attributes.count - 1].isNominal || header.isKEEL ? attributes.count - 1 : nil
    )
    let roles = try ColumnRoles(
      columns, names: attributes.map(\.name), count: attributes.count, fallback: fallback,
      unlisted: header.unlisted, file: text.file, line: header.text.line)
    var reader = try AttributeText(header, roles.roles, options)
    try reader.readLines()
    var result = try reader.rows.finish(named: name)
    result.decisions = roles.decisions + reader.codes.decision.list + header.weightDecisions + result.decisions
    result.columns = roles.resolved
    result.nominals = reader.codes.lists
    return result
  }

  private init(_ header: AttributeHeader, _ roles: [DelimitedRows.Role], _ options: ReadOptions) throws {
    self.header = header
    codes = try NominalCodes(
      header.attributes, isFeature: roles.map { $0 == .feature }, options: options, file: header.text.file,
      line: header.text.line)
    self.roles = roles
    missing = options.missingRule
    let features = zip(header.attributes, roles).compactMap { $1 == .feature ? $0.name : nil }
    rows = BagCollector(file: header.text.file, featureCount: features.count, expectedRows: 0, options: options)
    rows.featureNames = features
    rows.loss = RoundingLoss(columns: features.count)
    rows.eventColumn = roles.firstIndex(of: .event).map { header.attributes[$0].name }
  }

  private mutating func readLines() throws {
    var text = header.text
    var line = AttributeFields(count: roles.count)
    let mayHaveComments = AttributeComment.mayBe(in: text.bytes)
    var faults = Faults()
    while text.nextLine() {
      if mayHaveComments { try AttributeComment.cutData(&text) }
      if try line.read(text) {
        try SparseSize.check(rows: rows.rowCount + 1, columns: roles.count, isForced: false, text)
      }
      let values = AttributeValues(text: text, fields: line.fields, codes: codes, missing: missing)
      do { try rows.add(row(values, &faults), at: .line(text.line)) } catch { try faults.add(error) }
    }
    if !faults.isEmpty {
      do { try rows.checkLabels() } catch { try faults.add(error) }
    }
    try faults.check()
    rows.decisions += line.decision(of: rows.rowCount).list
  }

  /// Returns the row of a line; its features are appended to the rows, any that is not a number as NaN.
  private mutating func row(_ values: AttributeValues, _ faults: inout Faults) throws -> BagCollector.Row {
    var row = BagCollector.Row()
    var count = 0
    for (column, role) in roles.enumerated() {
      let attribute = header.attributes[column]
      switch role {
      case .feature:
        do {
          rows.append(try values.feature(column, attribute), count)
        } catch let error as ReadError {
          rows.append(.nan, count)
          try faults.add(Faults.OfColumn(error: error, title: attribute.name))
        }
        count += 1
      case .ignored: break
      case .across: row.place = InstancePlace(x: try values.place(column, attribute), y: row.place?.y ?? 0)
      case .down: row.place = InstancePlace(x: row.place?.x ?? 0, y: try values.place(column, attribute))
      case .bag: row.bag = try values.name(column, attribute, role)[...]
      case .group: row.group = try values.name(column, attribute, role)[...]
      case .fold: row.folds.append(try values.name(column, attribute, role)[...])
      case .label: row.label = try values.name(column, attribute, role)[...]
      case .event: row.event = try values.name(column, attribute, role)[...]
      case .instanceLabel: row.instanceLabel = try values.optionalName(column, attribute)[...]
      }
    }
    return row
  }
}

extension AttributeHeader {
  /// The decision that attribute weights are ignored.
  var weightDecisions: [ReadDecision] {
    guard weights > 0 else { return [] }
    return [
      ReadDecision(.leftOut, weights == 1 ? "the weight of an attribute" : "the weights of \(weights) attributes")
    ]
  }
}

extension Optional {
  /// The wrapped value as a list.
  var list: [Wrapped] { map { [$0] } ?? [] }
}

extension AttributeHeader.Attribute {
  /// Whether it holds a bag's instances.
  var isRelational: Bool {
    if case .relational = kind { true } else { false }
  }
  /// Whether it holds one of a list of names.
  var isNominal: Bool {
    if case .nominal = kind { true } else { false }
  }
  /// The declared names in order; nil for any other kind.
  var names: [String]? {
    if case .nominal(let names) = kind { names.sorted { $0.value < $1.value }.map(\.key) } else { nil }
  }
  /// Whether it holds a number.
  var isNumeric: Bool {
    if case .numeric = kind { true } else { false }
  }
}

/// Reads the values of one line.
struct AttributeValues {
  let text: TextScanner
  let fields: [AttributeFields.Field?]
  let codes: NominalCodes
  let missing: MissingRule

  /// Returns the value of a feature: NaN if it is missing and allowed to be, and the code of a nominal value.
  func feature(_ column: Int, _ attribute: AttributeHeader.Attribute) throws -> Double {
    guard let field = fields[column] else {
      // A sparse line omits zeros, and the first of the declared names.
      guard codes.codes[column] != nil else { return 0 }
      let name = attribute.names?.first ?? "0"
      guard let code = codes.code(of: name, in: column) else {
        throw error(column, attribute, found: Array(name.utf8)[...], expected: codes.expectation(of: column))
      }
      return Double(code)
    }
    do {
      return try value(field, column, attribute)
    } catch let error as ReadError {
      guard !field.isQuoted else { throw error }
      return try MissingValues.value(orThrow: error, missing)
    }
  }

  private func value(
    _ field: AttributeFields.Field, _ column: Int, _ attribute: AttributeHeader.Attribute
  ) throws -> Double {
    let content = text.bytes[field.range]
    if codes.codes[column] != nil {
      let name = String(decoding: AttributeFields.unescaped(content), as: UTF8.self)
      guard field.isQuoted || name != "?", let code = codes.code(of: name, in: column) else {
        throw error(column, attribute, found: content, expected: codes.expectation(of: column))
      }
      return Double(code)
    }
    switch attribute.kind {
    case .numeric:
      var place = field.range.lowerBound
      guard let value = DecimalNumber.parse(text.bytes, at: &place, end: field.range.upperBound),
        place == field.range.upperBound, value.isFinite
      else { throw error(column, attribute, found: content, expected: "a finite number") }
      guard Float(value).isFinite else { throw error(column, attribute, found: content, expected: FlatBags.range) }
      return value
    case .date:
      throw ReadError(
        file: text.file, at: .line(text.line, field: column + 1), found: "the date \(ReadError.quoted(content))",
        expected: "a number; --ignore-column leaves attribute \(ReadError.quoted(attribute.name.utf8)) out")
    case .string, .relational, .nominal:
      throw error(
        column, attribute, found: content,
        expected: "a numeric or nominal attribute as feature; --ignore-column leaves one out")
    }
  }

  /// Returns a coordinate of an instance's place, in single precision like features.
  func place(_ column: Int, _ attribute: AttributeHeader.Attribute) throws -> Double {
    Double(Float(try feature(column, attribute)))
  }

  /// Returns the value of an attribute as text: a bag's name, a group or a label.
  ///
  /// - Parameter role: its role, for the error about a missing value.
  func name(
    _ column: Int, _ attribute: AttributeHeader.Attribute, _ role: DelimitedRows.Role = .instanceLabel
  ) throws -> [UInt8] {
    guard let field = fields[column] else {
      if case .nominal(let names) = attribute.kind, let first = names.first(where: { $0.value == 0 }) {
        return Array(first.key.utf8)
      }
      return Array("0".utf8)
    }
    let content = text.bytes[field.range]
    guard !content.isEmpty, field.isQuoted || !content.elementsEqual("?".utf8) else {
      throw error(column, attribute, found: content, expected: Self.expectation(of: role))
    }
    let value = field.isQuoted ? AttributeFields.unescaped(content) : Array(content)
    if case .nominal(let names) = attribute.kind {
      let text = String(decoding: value, as: UTF8.self)
      let number = names[text] == nil ? Double(text) : nil
      guard names[text] != nil || (number != nil && names.keys.contains { Double($0) == number }) else {
        let declared = attribute.names ?? []
        throw error(
          column, attribute, found: content,
          expected: "one of the values declared, "
            + declared.shortList(8) { ReadError.quoted($0.utf8) })
      }
    }
    return value
  }

  /// Returns the expectation of a value that is missing, with its remedy.
  private static func expectation(of role: DelimitedRows.Role) -> String {
    switch role {
    case .label: "a label; bags without one are to be removed, or left unread by --no-labels of predict and explain"
    case .bag: "the id of the instance's bag; rows without one are to be removed"
    case .group: "a group; --group-column names another attribute, --ignore-column leaves this one out"
    case .fold: "a fold, or -1 for a bag that no fold tests; --fold-column names another attribute"
    case .event: "whether the event happened; bags without it are to be removed"
    default: "a value"
    }
  }

  /// Returns the value of an attribute as text; empty if it is missing.
  func optionalName(_ column: Int, _ attribute: AttributeHeader.Attribute) throws -> [UInt8] {
    if let field = fields[column], !field.isQuoted, text.bytes[field.range].elementsEqual("?".utf8) { return [] }
    return try name(column, attribute)
  }

  private func error(
    _ column: Int, _ attribute: AttributeHeader.Attribute, found: ArraySlice<UInt8>, expected: String
  ) -> ReadError {
    ReadError(
      file: text.file, at: .line(text.line, field: column + 1), found: ReadError.quoted(found),
      expected: "\(expected) (attribute \(ReadError.quoted(attribute.name.utf8)))")
  }
}
