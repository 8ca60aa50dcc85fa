import Containers
import MILBags
import UserInput

/// Reads the bags of Weka's multi-instance layout: one a line, its instances in one quoted text.
struct RelationalText {
  private let header: AttributeHeader
  /// The index of the relational attribute, and the roles of the others.
  private let relation: Int
  private let outer: [DelimitedRows.Role]
  /// The attributes of an instance, and their roles.
  private let members: [AttributeHeader.Attribute]
  private let inner: [DelimitedRows.Role]
  private let codes: NominalCodes
  private let missing: MissingRule
  private var rows: BagCollector
  /// The line of each bag's row, by its id.
  private var lineOfBag: [String: Int] = [:]
  /// The number of instance lines that ended in a comma after the last field.
  private var emptyEnds = 0

  /// Reads the data set below a header whose attribute `bags` is relational.
  static func read(
    _ header: AttributeHeader, bags: Int, name: String, options: ReadOptions
  ) throws -> ReadBags {
    let file = header.text.file
    guard case .relational(let members) = header.attributes[bags].kind,
      header.attributes.count(where: \.isRelational) == 1, header.attributes.count >= 3
    else {
      throw ReadError(
        file: file, at: .line(header.text.line), found: "\(header.attributes.count) attributes",
        expected: "a bag's id (@attribute id string), one relational attribute and a class")
    }
    let others = header.attributes.indices.filter { $0 != bags }
    // The relational attribute takes the role of the feature.
    var given = try header.heeding(options.columns)
    given.instanceLabel = nil
    (given.ignored, given.kept, given.features) = ([], [], nil)
    // Within a bag, only the instance's own label may be among the features.
    let memberNames = ["bag", "label"] + members.map(\.name)
    var ofMembers = CSVColumns(
      bag: "#1", label: "#2", instanceLabel: options.columns.instanceLabel, ignored: options.columns.ignored)
    (ofMembers.kept, ofMembers.features) = (options.columns.kept, options.columns.features)
    ofMembers.areRemembered = options.columns.areRemembered
    let inner = try ColumnRoles(
      ofMembers, names: memberNames, count: memberNames.count, file: file, line: header.text.line)
    // It is often named bag, which must not make it the bag's id.
    let names = header.attributes.map { $0.isRelational ? "(relation)" : $0.name }
    let roles = try ColumnRoles(
      given, names: names, count: header.attributes.count,
      fallback: .init(bag: others.first, label: others.last), nested: inner.roles.count { $0 == .feature }, file: file,
      line: header.text.line)
    guard others.allSatisfy({ roles.roles[$0] != .feature }), roles.roles[bags] == .feature else {
      throw ReadError(
        file: file, at: .line(header.text.line), found: "more attributes of bags than their id and class",
        expected: "those given to be ignored, or to be the group")
    }
    var reader = try RelationalText(header, bags, roles.roles, members, Array(inner.roles.dropFirst(2)), options)
    try reader.readLines()
    var result = try reader.rows.finish(named: name)
    result.nominals = reader.codes.lists
    result.decisions =
      roles.decisions + reader.codes.decision.list + header.weightDecisions
      + inner.decisions.filter { $0.subject == .leftOut }
      + result.decisions
    var columns = roles.resolved
    (columns.ignored, columns.kept) = (inner.resolved.ignored, options.columns.kept)
    columns.instanceLabel = inner.resolved.instanceLabel
    result.columns = columns
    return result
  }

  private init(
    _ header: AttributeHeader, _ relation: Int, _ outer: [DelimitedRows.Role],
    _ members: [AttributeHeader.Attribute], _ inner: [DelimitedRows.Role],
    _ options: ReadOptions
  ) throws {
    self.header = header
    codes = try NominalCodes(
      members, isFeature: inner.map { $0 == .feature }, options: options, file: header.text.file,
      line: header.text.line)
    self.relation = relation
    self.outer = outer
    self.members = members
    self.inner = inner
    missing = options.missingRule
    let features = zip(members, inner).compactMap { $1 == .feature ? $0.name : nil }
    rows = BagCollector(file: header.text.file, featureCount: features.count, expectedRows: 0, options: options)
    rows.featureNames = features
    rows.loss = RoundingLoss(columns: features.count)
    rows.eventColumn = outer.firstIndex(of: .event).map { header.attributes[$0].name }
  }

  private mutating func readLines() throws {
    var text = header.text
    var line = AttributeFields(count: outer.count)
    let mayHaveComments = AttributeComment.mayBe(in: text.bytes)
    var bagCount = 0
    while text.nextLine() {
      bagCount += 1
      if mayHaveComments { try AttributeComment.cutData(&text) }
      _ = try line.read(text)
      let values = AttributeValues(text: text, fields: line.fields, codes: codes, missing: missing)
      var row = BagCollector.Row()
      for (column, role) in outer.enumerated() where column != relation {
        let attribute = header.attributes[column]
        switch role {
        case .bag: row.bag = try values.name(column, attribute, role)[...]
        case .label: row.label = try values.name(column, attribute, role)[...]
        case .event: row.event = try values.name(column, attribute, role)[...]
        case .group: row.group = try values.name(column, attribute, role)[...]
        case .fold: row.folds.append(try values.name(column, attribute, role)[...])
        case .instanceLabel, .feature, .ignored, .across, .down: break
        }
      }
      guard let field = line.fields[relation], field.isQuoted else {
        throw ReadError(
          file: text.file, at: .line(text.line, field: relation + 1), found: "no text in quotation marks",
          expected: "the instances of the bag")
      }
      try refuseSecondRow(of: row.bag, text)
      do {
        try readInstances(
          AttributeFields.unescaped(text.bytes[field.range]), of: row, in: text)
      } catch let error as ReadError {
        throw error.within(line: text.line)
      }
    }
    rows.decisions += line.decision(of: bagCount).list
    if emptyEnds > 0 {
      rows.decisions.append(
        ReadDecision(.leftOut, "an empty field behind the last attribute of \(emptyEnds) of \(rows.rowCount) instances")
      )
    }
  }

  /// Refuses a second row of one bag, since each row is a bag as a whole.
  private mutating func refuseSecondRow(of id: ArraySlice<UInt8>, _ text: TextScanner) throws {
    let name = BagNames.trimmed(String(decoding: id, as: UTF8.self))
    guard let line = lineOfBag.updateValue(text.line, forKey: name) else { return }
    throw ReadError(
      file: text.file, at: .line(text.line),
      found: "a second row of bag \(ReadError.quoted(name.utf8)), whose instances are in line \(line)",
      expected: "one row for each bag, with all its instances; bags that are several need ids of their own")
  }

  private mutating func readInstances(
    _ bytes: [UInt8], of bag: BagCollector.Row, in outerText: TextScanner
  ) throws {
    var text = TextScanner(file: outerText.file, bytes: bytes, separator: UInt8(ascii: " "))
    var line = AttributeFields(count: inner.count)
    let count = rows.rowCount
    let mayHaveComments = AttributeComment.mayBe(in: bytes)
    while text.nextLine() {
      if mayHaveComments { try AttributeComment.cutData(&text) }
      if try line.read(text) {
        try SparseSize.check(rows: rows.rowCount + 1, columns: inner.count, isForced: false, outerText)
      }
      let values = AttributeValues(text: text, fields: line.fields, codes: codes, missing: missing)
      var row = bag
      var count = 0
      for (column, role) in inner.enumerated() {
        if role == .feature {
          rows.append(try values.feature(column, members[column]), count)
          count += 1
        } else if role == .instanceLabel {
          row.instanceLabel = try values.optionalName(column, members[column])[...]
        }
      }
      try rows.add(row, at: .line(text.line))
    }
    emptyEnds += line.emptyEnds
    guard rows.rowCount > count else {
      throw ReadError(file: text.file, found: "no instances", expected: "at least one in the bag")
    }
  }
}

extension ReadError {
  /// Returns the error about a line of a bag's instances, with the file's line of that bag.
  fileprivate func within(line: Int) -> ReadError {
    switch place {
    case .line(let instance, nil):
      ReadError(file: file, at: .field("line \(line), instance \(instance)"), found: found, expected: expected)
    case .line(let instance, let field?):
      ReadError(
        file: file, at: .field("line \(line), instance \(instance), field \(field)"), found: found,
        expected: expected)
    default: ReadError(file: file, at: place ?? .line(line), found: found, expected: expected)
    }
  }
}
