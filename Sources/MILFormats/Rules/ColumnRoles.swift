import MILBags
import UserInput

/// Assigns a role to each column of one file.
struct ColumnRoles {
  /// The role of each column.
  var roles: [DelimitedRows.Role]
  /// The decisions about columns.
  var decisions: [ReadDecision] = []
  let columns: CSVColumns
  let names: [String]?
  private let file: String
  private let line: Int
  var isKept: [Bool]
  /// The number of features of the instances within one column; nil if the layout has no such column.
  private let nested: Int?

  /// The columns, from 0, of roles that neither the user nor a name determines.
  struct Places {
    var bag: Int?
    var label: Int?
    var instanceLabel: Int?
    /// Columns of the layout that are not features.
    var ignored: [Int] = []
    /// The meaning of these, in the words of a decision.
    var meaning = "no feature"
    /// Whether the layout fixes these columns in any file, so that an unread label is not a feature.
    var isFixed = false
    /// The options that override these columns.
    var option = "--bag-column, --label-column ..."
  }

  /// Assigns roles to the columns of a file.
  ///
  /// - Parameters:
  ///   - columns: the user's choices.
  ///   - names: the names of the columns; nil without a header.
  ///   - count: the number of columns.
  ///   - fallback: the columns of roles that neither the user nor a name determines.
  ///   - unlisted: the columns, from 0, that the file itself excludes from the features.
  ///   - line: the line of the header or of the first instance, for errors.
  /// - Throws: ``ReadError`` that lists the columns, unless exactly one is for bags, one for labels, and at least one a
  ///   feature.
  init(
    _ columns: CSVColumns, names: [String]?, count: Int, fallback: Places = Places(),
    nested: Int? = nil, unlisted: Set<Int> = [],
    file: String, line: Int
  ) throws {
    self.nested = nested
    roles = [DelimitedRows.Role](repeating: .feature, count: count)
    isKept = [Bool](repeating: false, count: count)
    self.columns = columns
    self.names = names
    self.file = file
    self.line = line
    try assignGiven()
    try find(.bag, "bag", ColumnNames.bag, option: "--bag-column", fallback: fallback.bag)
    for index in fallback.ignored where isFree(index) {
      roles[index] = .ignored
      decisions.append(
        ReadDecision(.leftOut, "column \(index + 1), \(fallback.meaning) in this layout", option: "--keep-column"))
    }
    if columns.hasLabels || !fallback.isFixed {
      try find(
        .instanceLabel, "instance label", ColumnNames.instanceLabel, option: "--instance-label-column",
        fallback: fallback.instanceLabel)
    }
    if columns.hasLabels, columns.holdTimes {
      try find(.label, "time", ColumnNames.time, option: ReadOption.timeColumn.spelling)
      try find(.event, "event", ColumnNames.event, option: ReadOption.eventColumn.spelling)
    } else if columns.hasLabels {
      try find(.label, "label", ColumnNames.label, option: "--label-column", fallback: fallback.label)
    } else {
      ignoreLabels()
      if fallback.isFixed, let bag = fallback.bag, roles.indices.contains(bag), roles[bag] == .bag {
        for index in [fallback.label, fallback.instanceLabel].compactMap(\.self) where isFree(index) {
          roles[index] = .ignored
        }
      }
    }
    try find(.group, "group", ColumnNames.group, option: "--group-column")
    if let features = columns.features, let names {
      try keepOnly(features, names)
    } else {
      leaveOut("not among the file's @inputs", where: { unlisted.contains($0) })
      findPlaces()
      leaveOutByName()
    }
    guard roles.contains(.feature) else {
      throw error(found: "no column left for features among \(list)", expected: "at least one; --keep-column names it")
    }
    describe(option: fallback.option)
  }

  /// Assigns roles to the columns of a file with the instances of one bag: features, places and bookkeeping.
  ///
  /// - Parameters:
  ///   - columns: the user's choices; columns of bags, labels and patients belong to another table.
  ///   - names: the names of the columns, in line 1.
  /// - Throws: ``ReadError`` if a column or every feature is missing, or if a column has a label's name.
  init(ofFileOfABag columns: CSVColumns, names: [String], file: String) throws {
    roles = [DelimitedRows.Role](repeating: .feature, count: names.count)
    isKept = [Bool](repeating: false, count: names.count)
    var own = CSVColumns(ignored: columns.ignored, coordinates: columns.coordinates)
    (own.kept, own.features) = (columns.kept, columns.features)
    (own.areRemembered, own.typed) = (columns.areRemembered, columns.typed)
    (self.columns, self.names, self.file, line, nested) = (own, names, file, 1, nil)
    try assignGiven()
    if let features = own.features {
      try keepOnly(features, names)
    } else {
      findPlaces()
      leaveOutByName(ofFileOfABag: true)
      if let label = names.indices.first(where: { isFree($0) && ColumnNames.isLabelOrDiagnosis(names[$0]) }) {
        throw error(
          found: "column \(quoted(names[label])) among those of instances, whose name is a label's",
          expected: "features without it: --ignore-column \(names[label].onOneLine(limit: 40)) leaves the column out, "
            + "--keep-column \(names[label].onOneLine(limit: 40)) makes a feature of it")
      }
    }
    guard roles.contains(.feature) else {
      throw error(found: "no column left for features among \(list)", expected: "at least one; --keep-column names it")
    }
    describe(option: "--ignore-column, --keep-column")
  }

  /// The columns by name, or by `#` and position if they have none, as options that repeat the same roles.
  var resolved: CSVColumns {
    func written(_ role: DelimitedRows.Role) -> [String] {
      roles.indices.filter { roles[$0] == role }.map { index in
        // A name that is not unique is less precise than a position.
        guard let names, names.count(where: { $0 == names[index] }) == 1 else { return "#\(index + 1)" }
        return "name:" + names[index]
      }
    }
    var result = CSVColumns(
      bag: written(.bag).first, label: columns.holdTimes ? nil : written(.label).first,
      instanceLabel: written(.instanceLabel).first,
      group: written(.group).first, ignored: written(.ignored), coordinates: written(.across) + written(.down),
      hasLabels: columns.hasLabels)
    result.folds = written(.fold)
    if columns.holdTimes { (result.time, result.event) = (written(.label).first, written(.event).first) }
    result.kept = columns.kept
    return result
  }

  private mutating func assignGiven() throws {
    let single: [(String?, DelimitedRows.Role)] = [
      (columns.bag, .bag), (columns.holdTimes ? columns.time : columns.label, .label),
      (columns.holdTimes ? columns.event : nil, .event), (columns.instanceLabel, .instanceLabel),
      (columns.group, .group),
    ]
    var given = single.compactMap { text, role in text.map { (text: $0, role: role) } }
    given += columns.folds.map { (text: $0, role: .fold) }
    given += (columns.otherLabels + columns.ignored).map { (text: $0, role: .ignored) }
    if columns.coordinates.allSatisfy(isHere) {
      given += zip(columns.coordinates, [DelimitedRows.Role.across, .down]).map { (text: $0, role: $1) }
    }
    // A role remembered from another file yields to one that the user gives for this file.
    for isRemembered in [false, true] {
      for (text, role) in given where columns.mayBeMissing(text) == isRemembered && isHere(text) {
        let isUnread = (role == .label || role == .event) && !columns.hasLabels
        // The first columns of new bags may be features if the model's training bags had labels there.
        if isUnread, isRemembered, text.hasPrefix("#") { continue }
        if isRemembered, roles[try position(of: text)] != .feature { continue }
        try assign(isUnread ? .ignored : role, to: text)
      }
    }
    for text in columns.kept where isHere(text) { isKept[try position(of: text)] = true }
  }

  /// Whether to look for a column.
  ///
  /// One remembered from another file need not exist. A position of a file without names does not apply to one with
  /// names.
  private func isHere(_ text: String) -> Bool {
    guard columns.mayBeMissing(text) else { return true }
    let column = ColumnReference(text)
    if column.isPosition { return names == nil }
    return names?.contains(column.name) ?? (column.position != nil)
  }

  func isFree(_ index: Int) -> Bool {
    roles.indices.contains(index) && roles[index] == .feature && !isKept[index]
  }

  /// Assigns a role to the column that the user wrote as `text`.
  private mutating func assign(_ role: DelimitedRows.Role, to text: String) throws {
    let index = try position(of: text)
    guard roles[index] == .feature else {
      throw error(found: "column \(quoted(text)) given for two things", expected: "different columns")
    }
    roles[index] = role
  }

  /// Returns the column that the user means: `#2` is the second, `name:2` the one called 2, a plain `2` whichever
  /// exists.
  private func position(of text: String) throws -> Int {
    let names = names ?? []
    let column = ColumnReference(BagNames.trimmed(text))
    let position = column.position.flatMap { roles.indices.contains($0) ? $0 : nil }
    if column.isPosition, let position { return position }
    let wanted = BagNames.trimmed(column.name)
    let matches = column.places(in: names)
    if matches.count == 1, let position, position != matches[0] {
      throw error(
        found: "column \(quoted(text)), which is the name of column \(matches[0] + 1) and a position",
        expected: "#\(text) for the position or name:\(text) for the name")
    }
    guard matches.count <= 1, let index = matches.first ?? position else {
      let found = matches.count > 1 ? "\(matches.count) columns called \(quoted(wanted))" : "no column \(quoted(text))"
      let nearest = matches.isEmpty ? Spelling.nearest(to: wanted, in: names).first : nil
      let near = nearest.map { "; did you mean \(quoted($0))?" } ?? ""
      throw error(
        found: found,
        expected: matches.count > 1
          ? "one; #N names a column by its position" : "one of \(list), or a position from 1 to \(roles.count)\(near)")
    }
    return index
  }

  /// Excludes columns with label names from the features, since a model would not expect them.
  private mutating func ignoreLabels() {
    let plain = (names ?? []).map(ColumnNames.plain)
    let wanted = columns.holdTimes ? ColumnNames.time.union(ColumnNames.event) : ColumnNames.label
    for (index, name) in plain.enumerated()
    where roles[index] == .feature && !isKept[index] && wanted.contains(name)
      && !(name == "y" && plain.contains("x"))
    {
      roles[index] = .ignored
      decisions.append(
        ReadDecision(
          .leftOut, "column \(quoted(names?[index] ?? "")), since labels are not to be read", option: "--no-labels"))
    }
  }

  /// Finds the column of a role by name, unless the user gave it.
  private mutating func find(
    _ role: DelimitedRows.Role, _ title: String, _ known: Set<String>, option: String, fallback: Int? = nil
  ) throws {
    guard !roles.contains(role) else { return }
    // Bag labels can derive from instance labels.
    let isRequired =
      [.bag, .event].contains(role) || (role == .label && (columns.holdTimes || !roles.contains(.instanceLabel)))
    let plain = (names ?? []).map(ColumnNames.plain)
    // Beside an x, a y is a coordinate.
    let matches = plain.indices.filter {
      roles[$0] == .feature && !isKept[$0] && known.contains(plain[$0]) && !(plain[$0] == "y" && plain.contains("x"))
    }
    if role == .label, !columns.holdTimes, matches.count < 2 {
      try refuseRivals(of: matches.first ?? fallback, isNamed: !matches.isEmpty)
    }
    if matches.count == 1 {
      roles[matches[0]] = role
    } else if matches.isEmpty, let fallback, roles.indices.contains(fallback), roles[fallback] == .feature {
      roles[fallback] = role
    } else if isRequired || matches.count > 1 {
      let found =
        matches.isEmpty ? "no \(title) column among \(list)" : "\(matches.count) \(title) columns among \(list)"
      let examples =
        switch role {
        case .bag: "bag, bag_id, molecule"
        case .event: "event, dead, censorship"
        case .group: "group, patient, subject"
        case .instanceLabel: "instance_label"
        case _ where columns.holdTimes: "time, survival_months"
        default: "label, bag_label, class, y"
        }
      let ofBags = role == .bag && matches.isEmpty && names != nil ? ", the same in all instances of a bag" : ""
      let wanted =
        names == nil
        ? "its position"
        : matches.isEmpty || role != .group
          ? "one called \(examples) or the like\(ofBags)" : "one of them as the \(title)"
      var unlabelled = role == .label ? "; predict and explain take --no-labels where bags have none" : ""
      if role == .label, !columns.holdTimes, plain.contains(where: ColumnNames.time.contains) {
        unlabelled = "; --task survival where bags have times" + unlabelled
      }
      if role == .label, !columns.holdTimes, let y = plain.firstIndex(of: "y"), plain.contains("x"),
        roles[y] == .feature
      {
        unlabelled = " (--label-column \(names?[y] ?? "y") where y beside x is the label)" + unlabelled
      }
      throw error(found: found, expected: "\(wanted), or \(option) NAME\(unlabelled)")
    }
  }

  /// Takes columns called x and y, or tile_x and tile_y, as places, if other features remain.
  private mutating func findPlaces() {
    let plain = (names ?? []).map(ColumnNames.plain)
    guard !roles.contains(.across) else { return }
    let parts = ColumnNames.places(of: names ?? [])
    let places = plain.indices.compactMap { index in
      roles[index] == .feature && !isKept[index] ? parts[index].map { (index, $0) } : nil
    }
    // The first pair with the same word; the names of others mark them as bookkeeping.
    func only(_ axis: Character, _ word: String) -> Int? {
      let found = places.filter { $0.1.axis == axis && $0.1.word == word }
      return found.count == 1 ? found[0].0 : nil
    }
    let pair = places.lazy.filter { $0.1.axis == "x" }.compactMap { index, place in
      only("x", place.word).flatMap { across in only("y", place.word).map { (across, $0) } }
    }.first
    guard let (across, down) = pair else { return }
    let kinds = ColumnNames.kinds(of: names ?? [])
    let others = plain.indices.filter {
      roles[$0] == .feature && $0 != across && $0 != down && (isKept[$0] || kinds[$0] == nil)
    }
    guard !others.isEmpty else { return }
    (roles[across], roles[down]) = (.across, .down)
  }

  /// Leaves out the columns whose names are not those of features.
  ///
  /// - Parameter ofFileOfABag: whether other tables have the roles of bags; a label among instances is then an error.
  private mutating func leaveOutByName(ofFileOfABag: Bool = false) {
    let kinds = ColumnNames.kinds(of: names ?? [])
    for kind in ColumnNames.Kind.allCases {
      switch kind {
      // The first pair is the place; a lone pair may be all features.
      case .places where !roles.contains(.across): continue
      case .labels where ofFileOfABag: continue
      case .labels:
        leaveOut(
          columns.hasLabels ? kind.title : kind.title + ", and labels are not to be read",
          option: roles.contains(.instanceLabel) ? "--keep-column" : kind.options, where: { kinds[$0] == kind })
      default:
        leaveOut(
          kind.title, option: ofFileOfABag ? "--keep-column" : kind.options, where: { kinds[$0] == kind })
      }
    }
  }

  private mutating func leaveOut(
    _ kind: String, option: String = "--keep-column", where isKind: (Int) -> Bool
  ) {
    let leftOut = (names ?? []).indices.filter { isFree($0) && isKind($0) }
    for index in leftOut { roles[index] = .ignored }
    guard !leftOut.isEmpty else { return }
    let many = leftOut.count > 1
    let shown = leftOut.shortList(12, rest: .count) { title(of: $0) }
    decisions.append(
      ReadDecision(
        .leftOut,
        "column\(many ? "s" : "") \(shown), whose name\(many ? "s are" : " is") \(kind)",
        option: option, names: leftOut.count > 6 ? names.map { all in leftOut.map { all[$0] } } : nil))
  }

  /// Adds the decision on the roles of columns.
  private mutating func describe(option: String) {
    let titled: [(DelimitedRows.Role, String)] = [
      (.bag, "bag"), (.label, columns.holdTimes ? "time" : "label"), (.event, "event"),
      (.instanceLabel, "instance label"), (.group, "group"), (.fold, "fold"),
      (.across, "place across"), (.down, "place down"),
    ]
    let parts = titled.compactMap { role, what -> String? in
      let held = roles.indices.filter { roles[$0] == role }.map { title(of: $0) }
      return held.isEmpty ? nil : "\(held.joined(separator: ", ")) is the \(what)"
    }
    let features = roles.indices.filter { roles[$0] == .feature }
    var counted = "\(features.count) \(features.count == 1 ? "is a feature" : "are features")"
    if let nested {
      counted = "instances have \(nested) \(nested == 1 ? "feature" : "features")"
    } else if names != nil {
      let shown = features.prefix(features.count > 6 ? 3 : 6).map { title(of: $0) }.joined(separator: ", ")
      let last = features.count > 6 ? " ... \(title(of: features[features.count - 1]))" : ""
      counted += " (\(shown)\(last))"
    }
    decisions.insert(
      ReadDecision(
        .columns, (parts + [counted]).joined(separator: ", "),
        option: option, names: features.count > 6 ? names.map { all in features.map { all[$0] } } : nil), at: 0)
  }

  /// The columns, for errors, at most twenty of them.
  var list: String {
    guard let names else { return "\(roles.count) columns without names" }
    return "the columns " + names.shortList(20, rest: .count) { $0.onOneLine(limit: 40) }
  }

  private func title(of column: Int) -> String { names.map { quoted($0[column]) } ?? "column \(column + 1)" }

  func quoted(_ name: String) -> String { ReadError.quoted(name.utf8) }

  func error(found: String, expected: String) -> ReadError {
    ReadError(file: file, at: .line(line), found: found, expected: expected)
  }
}
