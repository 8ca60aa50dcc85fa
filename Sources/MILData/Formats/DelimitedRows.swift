import UserInput

/// Reads text with one instance a line, in which the column of a field says what it is.
struct DelimitedRows {
  /// What a column holds.
  enum Role: Equatable {
    /// The identifier of the instance's bag.
    case bag
    /// The label of the instance's bag.
    case label
    /// The label of the instance itself.
    case instanceLabel
    /// The group, such as a patient, of the instance's bag.
    case group
    /// Where the instance is in its image, from left to right.
    case across
    /// Where the instance is in its image, from top to bottom.
    case down
    /// A number of the feature vector.
    case feature
    /// Nothing of use.
    case ignored
  }

  /// What each column holds; one of them is the bag, one the label where there are labels, and at least one a feature.
  let roles: [Role]
  /// Whether labels may be names of two classes.
  let allowsLabelNames: Bool
  /// The name of each column, where the text has a header.
  var columnNames: [String]?

  /// The data set in the lines from the current one of `text` on, and what the user should know of it.
  ///
  /// - Throws: ``ReadError`` naming line and field.
  func read(_ text: TextScanner, name: String) throws -> ReadBags {
    var text = text
    let featureCount = roles.count { $0 == .feature }
    // A row takes about as many bytes as the first, and a value at least two of them.
    let rowLength = max(text.lineEnd - text.position, 2 * featureCount)
    var rows = BagCollector(
      file: text.file, featureCount: featureCount, expectedRows: text.bytes.count / rowLength + 1)
    if let columnNames {
      rows.featureNames = zip(columnNames, roles).compactMap { $1 == .feature ? $0 : nil }
    }
    var labels = BagLabels(allowsNames: allowsLabelNames)
    let hasInstanceLabels = roles.contains(.instanceLabel)
    let hasPlaces = roles.contains(.across)
    repeat {
      var bag: ArraySlice<UInt8> = []
      var group: ArraySlice<UInt8>?
      var label = 0
      var instanceLabel = 0
      var place = InstancePlace(x: 0, y: 0)
      for (column, role) in roles.enumerated() {
        guard !text.isAtLineEnd else { throw missingFields(text, read: column) }
        switch role {
        case .feature:
          do {
            rows.features.append(try text.feature())
          } catch {
            throw named(error, column)
          }
        case .ignored: text.skipField()
        case .across: place.x = Double(try text.feature())
        case .down: place.y = Double(try text.feature())
        case .bag: bag = try nonEmpty(&text, "a bag id")
        case .group: group = try nonEmpty(&text, "a group")
        case .label: label = try labels.bag(text.text(), in: text)
        case .instanceLabel: instanceLabel = try labels.instance(text.text(), in: text)
        }
      }
      guard text.isAtLineEnd else {
        throw text.fieldCountError(
          found: roles.count + text.fieldsLeft, expected: "\(roles.count) as in the first line")
      }
      rows.labelTexts = labels.texts
      try rows.addRow(
        bag: bag, label: label, instanceLabel: hasInstanceLabels ? instanceLabel : nil, group: group,
        place: hasPlaces ? place : nil, at: .line(text.line))
    } while text.nextLine()
    return try labels.finish(&rows, file: text.file, name: name)
  }

  /// The error about a feature with the name of its column.
  private func named(_ error: any Error, _ column: Int) -> any Error {
    guard let error = error as? ReadError, let name = columnNames?[column] else { return error }
    return ReadError(
      file: error.file, at: error.place, found: error.found,
      expected: "\(error.expected) in column \(ReadError.quoted(name.utf8)); a column can be ignored")
  }

  private func nonEmpty(_ text: inout TextScanner, _ expected: String) throws -> ArraySlice<UInt8> {
    let field = try text.text()
    guard !field.isEmpty else { throw text.error(found: "an empty field", expected: expected) }
    return field
  }

  /// An error about a line that ends after `read` fields.
  private func missingFields(_ text: TextScanner, read: Int) -> ReadError {
    guard read == roles.count - 1, text.endsWithSeparator else {
      return text.fieldCountError(found: read, expected: "\(roles.count) as in the first line")
    }
    return ReadError(
      file: text.file, at: .line(text.line, field: roles.count), found: "\"\"",
      expected: roles.last == .feature ? "a finite number" : "a value")
  }
}

/// A data set as a reader made it, and what the user should know of how.
struct ReadBags {
  let dataset: BagDataset
  var notes: [String] = []
  /// What the file calls the negative and the positive label.
  var classNames = ["0", "1"]
}

/// The columns of bag labels and instance labels of one file.
struct BagLabels {
  private var bags: LabelColumn
  private var instances: LabelColumn
  /// How the file writes the codes 0 and 1 of bag labels.
  private(set) var texts = ["0", "1"]

  init(allowsNames: Bool) {
    bags = LabelColumn(title: "labels", allowsNames: allowsNames)
    instances = LabelColumn(title: "instance labels", allowsNames: allowsNames)
  }

  /// The code of a bag's label.
  mutating func bag(_ text: ArraySlice<UInt8>, in scanner: TextScanner) throws -> Int {
    guard let code = bags.code(of: text) else { throw refusal(of: text, in: bags, scanner) }
    if !texts[code].utf8.elementsEqual(text) {
      texts[code] = String(decoding: text, as: UTF8.self).onOneLine(limit: 40)
    }
    return code
  }

  /// The code of an instance's label.
  mutating func instance(_ text: ArraySlice<UInt8>, in scanner: TextScanner) throws -> Int {
    guard let code = instances.code(of: text) else { throw refusal(of: text, in: instances, scanner) }
    return code
  }

  private func refusal(of text: ArraySlice<UInt8>, in column: LabelColumn, _ scanner: TextScanner) -> ReadError {
    scanner.error(found: ReadError.quoted(text), expected: column.expectation)
  }

  /// The data set of all rows, once it is known what the labels mean.
  func finish(_ rows: inout BagCollector, file: String, name: String) throws -> ReadBags {
    var notes: [String] = []
    var classNames = [bags.className(0), bags.className(1)]
    for (column, isOfBags) in [(bags, true), (instances, false)] {
      guard let (isSwapped, note) = column.translation() else {
        throw ReadError(
          file: file, at: .field(column.title), found: "nothing but \(ReadError.quoted(column.text(for: 0).utf8))",
          expected: "1 (positive) and 0 (negative), or two classes")
      }
      if isSwapped, isOfBags {
        rows.swapLabels()
        classNames.reverse()
      }
      if isSwapped, !isOfBags { rows.swapInstanceLabels() }
      if let note { notes.append(note) }
    }
    return ReadBags(dataset: try rows.dataset(named: name), notes: notes, classNames: classNames)
  }
}
