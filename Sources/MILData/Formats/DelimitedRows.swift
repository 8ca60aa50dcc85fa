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
    /// The fold that tests the instance's bag, in one repetition.
    case fold
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
  /// What the user says about the file.
  let options: ReadOptions
  /// The name of each column, where the text has a header.
  var columnNames: [String]?

  /// Rows whose columns have roles by names or options.
  init(roles: [Role], options: ReadOptions, columnNames: [String]?) {
    self.roles = roles
    self.options = options
    self.columnNames = columnNames
  }

  /// Rows of a layout in which each column has its place.
  init(fixed roles: [Role], options: ReadOptions) {
    self.roles = options.columns.hasLabels ? roles : roles.map { $0 == .label || $0 == .instanceLabel ? .ignored : $0 }
    self.options = options
    columnNames = nil
  }

  /// The data set in the lines from the current one of `text` on, and what was decided about it.
  ///
  /// - Throws: ``ReadError`` naming line and field.
  func read(_ text: TextScanner, name: String) throws -> ReadBags {
    var text = text
    let featureCount = roles.count { $0 == .feature }
    // A row takes about as many bytes as the first, and a value at least two of them.
    let rowLength = max(text.lineEnd - text.position, 2 * featureCount)
    var rows = BagCollector(
      file: text.file, featureCount: featureCount, expectedRows: text.bytes.count / rowLength + 1, options: options)
    if let columnNames {
      rows.featureNames = zip(columnNames, roles).compactMap { $1 == .feature ? $0 : nil }
    }
    repeat {
      let row = try self.row(&text, &rows.features)
      try rows.add(row, at: .line(text.line))
    } while text.nextLine()
    return try rows.finish(named: name)
  }

  /// Reads the current line; its features go to `features`.
  private func row(_ text: inout TextScanner, _ features: inout [Float]) throws -> BagCollector.Row {
    var row = BagCollector.Row()
    for (column, role) in roles.enumerated() {
      guard !text.isAtLineEnd || (role == .instanceLabel && column == roles.count - 1) else {
        throw missingFields(text, read: column)
      }
      switch role {
      case .feature:
        do {
          features.append(try text.feature())
        } catch {
          throw named(error, column)
        }
      case .ignored: text.skipField()
      case .across: row.place = InstancePlace(x: Double(try text.feature()), y: row.place?.y ?? 0)
      case .down: row.place = InstancePlace(x: row.place?.x ?? 0, y: Double(try text.feature()))
      case .bag: row.bag = try nonEmpty(&text, "a bag id")
      case .group: row.group = try nonEmpty(&text, "a group")
      case .fold: row.folds.append(try nonEmpty(&text, "a fold"))
      case .label: row.label = try nonEmpty(&text, "a label")
      case .instanceLabel: row.instanceLabel = text.isAtLineEnd ? [] : try text.text()
      }
    }
    guard text.isAtLineEnd else {
      throw text.fieldCountError(
        found: roles.count + text.fieldsLeft, expected: "\(roles.count) as in the first line")
    }
    return row
  }

  /// The error about a feature with the name of its column.
  private func named(_ error: any Error, _ column: Int) -> any Error {
    guard let error = error as? ReadError, let name = columnNames?[column] else { return error }
    return ReadError(
      file: error.file, at: error.place, found: error.found,
      expected: "\(error.expected) in column \(ReadError.quoted(name.utf8)); --ignore-column leaves it out")
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
