import UserInput

/// Reads ARFF, and KEEL's text with a header: attributes declared one a line, and below `@data` the values.
///
/// In Weka's multi-instance layout a line is a bag: its id, its instances as one quoted text with their lines separated
/// by `\n` (a relational attribute), and its class. In the flat layout a line is an instance, and an attribute says which
/// bag it belongs to. Nominal features become their positions in the declared list, from 0.
///
/// Source: E. Frank, M. A. Hall, I. H. Witten, The WEKA workbench, online appendix of Data Mining: practical machine
/// learning tools and techniques, Morgan Kaufmann, 4th edition, 2016.
struct AttributeText {
  private let header: AttributeHeader
  private let roles: [DelimitedRows.Role]
  private let allowsMissing: Bool
  private var rows: BagCollector

  /// The data set in `text`, in whatever place the scanner is.
  ///
  /// - Parameter options: which attributes are bag, label and so on, where their names do not tell.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    let header = try AttributeHeader(text)
    if let index = header.attributes.firstIndex(where: \.isRelational) {
      return try RelationalText.read(header, bags: index, name: name, options: options)
    }
    var columns = options.columns
    if columns.label == nil, header.outputs.count == 1 { columns.label = header.outputs[0] }
    let attributes = header.attributes
    let fallback = (
      bag: header.isKEEL || !attributes[0].isNumeric ? 0 : nil,
      label: attributes[attributes.count - 1].isNominal || header.isKEEL ? attributes.count - 1 : nil
    )
    let roles = try ColumnRoles(
      columns, names: attributes.map(\.name), count: attributes.count, fallback: fallback, file: text.file,
      line: header.text.line)
    var reader = AttributeText(header, roles.roles, options)
    try reader.readLines()
    var result = try reader.rows.finish(named: name)
    let places = zip(attributes, roles.roles).compactMap { $1 == .feature ? $0 : nil }
    result.decisions = roles.decisions + header.nominalPlaces(of: places) + result.decisions
    result.columns = roles.resolved
    return result
  }

  private init(_ header: AttributeHeader, _ roles: [DelimitedRows.Role], _ options: ReadOptions) {
    self.header = header
    self.roles = roles
    allowsMissing = options.allowsMissing
    let features = zip(header.attributes, roles).compactMap { $1 == .feature ? $0.name : nil }
    rows = BagCollector(file: header.text.file, featureCount: features.count, expectedRows: 0, options: options)
    rows.featureNames = features
  }

  private mutating func readLines() throws {
    var text = header.text
    var line = AttributeFields(count: roles.count)
    while text.nextLine() {
      if try line.read(text) {
        try SparseSize.check(rows: rows.rowCount + 1, columns: roles.count, isForced: false, text)
      }
      let values = AttributeValues(text: text, fields: line.fields, allowsMissing: allowsMissing)
      var row = BagCollector.Row()
      for (column, role) in roles.enumerated() {
        let attribute = header.attributes[column]
        switch role {
        case .feature: rows.features.append(try values.feature(column, attribute))
        case .ignored: break
        case .across: row.place = InstancePlace(x: Double(try values.feature(column, attribute)), y: row.place?.y ?? 0)
        case .down: row.place = InstancePlace(x: row.place?.x ?? 0, y: Double(try values.feature(column, attribute)))
        case .bag: row.bag = try values.name(column, attribute)[...]
        case .group: row.group = try values.name(column, attribute)[...]
        case .fold: row.folds.append(try values.name(column, attribute)[...])
        case .label: row.label = try values.name(column, attribute)[...]
        case .instanceLabel: row.instanceLabel = try values.optionalName(column, attribute)[...]
        }
      }
      try rows.add(row, at: .line(text.line))
    }
  }
}

extension AttributeHeader {
  /// That features with names for values become places in the declared lists, and that weights of attributes are left.
  func nominalPlaces(of features: [Attribute]) -> [ReadDecision] {
    let lists = features.compactMap { attribute -> String? in
      guard case .nominal(let names) = attribute.kind else { return nil }
      let values = names.sorted { $0.value < $1.value }.prefix(4).map { "\($0.key) \($0.value)" }
      return
        "\(ReadError.quoted(attribute.name.utf8)) (\(values.joined(separator: ", "))\(names.count > 4 ? " ..." : ""))"
    }
    var decisions: [ReadDecision] = []
    if !lists.isEmpty {
      let more = lists.count > 3 ? " and \(lists.count - 3) more" : ""
      decisions.append(
        ReadDecision(
          .columns,
          "names become numbers, their places in the list declared: \(lists.prefix(3).joined(separator: ", "))\(more)",
          option: "--ignore-column"))
    }
    if weights > 0 {
      decisions.append(
        ReadDecision(.leftOut, weights == 1 ? "the weight of an attribute" : "the weights of \(weights) attributes"))
    }
    return decisions
  }
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
  /// Whether it holds a number.
  var isNumeric: Bool {
    if case .numeric = kind { true } else { false }
  }
}

/// Reads the values of one line.
struct AttributeValues {
  let text: TextScanner
  let fields: [AttributeFields.Field?]
  let allowsMissing: Bool

  /// The value of a feature, NaN where it is missing and may be; nominal ones give the position in their list.
  func feature(_ column: Int, _ attribute: AttributeHeader.Attribute) throws -> Float {
    guard let field = fields[column] else { return 0 }
    do {
      return try value(field, column, attribute)
    } catch let error as ReadError {
      guard !field.isQuoted else { throw error }
      return try MissingValues.value(orThrow: error, allowed: allowsMissing)
    }
  }

  private func value(
    _ field: AttributeFields.Field, _ column: Int, _ attribute: AttributeHeader.Attribute
  ) throws -> Float {
    let content = text.bytes[field.range]
    switch attribute.kind {
    case .numeric:
      var place = field.range.lowerBound
      guard let value = DecimalNumber.parse(text.bytes, at: &place, end: field.range.upperBound),
        place == field.range.upperBound, Float(value).isFinite
      else { throw error(column, attribute, found: content, expected: "a finite number") }
      return Float(value)
    case .nominal(let names):
      let name = String(decoding: AttributeFields.unescaped(content), as: UTF8.self)
      guard let index = names[name], field.isQuoted || name != "?" else {
        throw error(column, attribute, found: content, expected: "one of the names declared for it")
      }
      return Float(index)
    case .date:
      throw ReadError(
        file: text.file, at: .line(text.line, field: column + 1), found: "the date \(ReadError.quoted(content))",
        expected: "a number; --ignore-column leaves attribute \(ReadError.quoted(attribute.name.utf8)) out")
    case .string, .relational:
      throw error(
        column, attribute, found: content,
        expected: "a numeric or nominal attribute as feature; --ignore-column leaves one out")
    }
  }

  /// The value of an attribute as text: a bag's name, a group or a label.
  func name(_ column: Int, _ attribute: AttributeHeader.Attribute) throws -> [UInt8] {
    guard let field = fields[column] else {
      if case .nominal(let names) = attribute.kind, let first = names.first(where: { $0.value == 0 }) {
        return Array(first.key.utf8)
      }
      return Array("0".utf8)
    }
    let content = text.bytes[field.range]
    guard !content.isEmpty, field.isQuoted || !content.elementsEqual("?".utf8) else {
      throw error(column, attribute, found: content, expected: "a value")
    }
    return field.isQuoted ? AttributeFields.unescaped(content) : Array(content)
  }

  /// The value of an attribute as text, empty where it is missing.
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
