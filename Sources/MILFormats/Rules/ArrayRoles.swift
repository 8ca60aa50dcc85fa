import Containers
import MILBags
import UserInput

/// Assigns roles to the arrays of one file, by name or by the user's choice.
struct ArrayRoles {
  /// The role of an array.
  enum Role: CaseIterable {
    case features, bags, labels, events, instanceLabels, groups, bagNames, sizes, mask, places, featureNames

    /// The names of arrays with the role, in lower case, letters and digits only, by descending priority.
    var names: [String] {
      switch self {
      case .features: ["data", "x", "features", "instances", "feature", "feat", "fea", "dataz", "patches"]
      case .bags:
        [
          "bags", "bag2", "bag", "bagid", "bagids", "bagnumber", "bagnumbers", "bagno", "bagindex", "bagidx", "milbag",
          "ids",
        ]
      case .labels: ["labels", "label", "bagi", "baglabels", "baglabel", "y", "targets", "target", "class", "classes"]
      case .events: ColumnNames.event.sorted()
      case .instanceLabels:
        ["instancelabels", "instancelabel", "instlabels", "instlabel", "yinstance", "instancey", "instanceclass"]
      case .groups:
        [
          "groups", "group", "groupid", "groupids", "patients", "patient", "patientids", "patientid", "slides",
          "subjects",
          "subject", "subjectid",
        ]
      case .bagNames: ["bagnames", "bagname", "names", "name", "slidenames", "image"]
      case .sizes:
        [
          "sizes", "lengths", "counts", "bagsizes", "bagsize", "baglengths", "ninstances", "numinstances",
          "instancecounts",
        ]
      case .mask: ["mask", "masks", "instancemask", "bagmask"]
      case .places: ["coords", "coord", "coordinates", "places", "positions", "xy"]
      case .featureNames: ["featurenames", "featurename", "columns", "columnnames"]
      }
    }

    /// The role in words, for errors and decisions.
    var title: String {
      switch self {
      case .features: "the features"
      case .bags: "the bag ids"
      case .labels: "the labels"
      case .events: "the events"
      case .instanceLabels: "the instance labels"
      case .groups: "the groups"
      case .bagNames: "the names of bags"
      case .sizes: "the sizes of bags"
      case .mask: "the mask of instances"
      case .places: "the places"
      case .featureNames: "the names of features"
      }
    }

    /// The option that names the array; nil if there is none.
    var option: String? {
      switch self {
      case .bags: "--bag-column"
      case .labels: "--label-column"
      case .events: ReadOption.eventColumn.spelling
      case .instanceLabels: "--instance-label-column"
      case .groups: "--group-column"
      case .places: "--coordinate-columns"
      default: nil
      }
    }
  }

  /// The array of each role that has one.
  private(set) var names: [Role: String] = [:]
  /// The arrays of folds, one a repetition.
  private(set) var folds: [String] = []
  /// The arrays of x and y positions, if the user gave them.
  private(set) var coordinates: [String] = []
  private let all: [String]
  private let columns: CSVColumns
  private let file: String
  private let kind: String
  private var ignored: Set<String> = []
  /// The ignored names that are not arrays: features.
  private var ignoredFeatures: [String] = []
  private var given: Set<Role> = []

  /// Assigns roles to the arrays of a file.
  ///
  /// - Parameters:
  ///   - all: the names of the arrays.
  ///   - columns: the user's choices.
  ///   - kind: the file's word for an array: `array` or `variable`.
  /// - Throws: ``ReadError`` for an array that does not exist, or if two names fit one role.
  init(_ all: [String], _ columns: CSVColumns, kind: String, file: String) throws {
    // Column positions of another file do not apply to arrays.
    let columns = columns.areRemembered ? columns.withoutPositions : columns
    (self.all, self.columns, self.kind, self.file) = (all, columns, kind, file)
    // A role remembered from another file yields to one that the user gives for this file.
    for isRemembered in [false, true] { try takeGiven(isRemembered: isRemembered) }
    if coordinates.count != 2 { coordinates = [] }
    try findByName()
    if let kept = columns.kept.first(where: { !columns.mayBeMissing($0) }), names[.featureNames] == nil {
      throw ReadError(
        file: file, found: "--keep-column \(kept.onOneLine(limit: 40))",
        expected:
          "a table: features are one \(kind) here, called \(Role.features.names.prefix(3).joined(separator: ", "))")
    }
  }

  private mutating func takeGiven(isRemembered: Bool) throws {
    func isMeant(_ text: String) -> Bool { columns.mayBeMissing(text) == isRemembered }
    func isTaken(_ name: String) -> Bool {
      isRemembered && (names.values.contains(name) || ignored.contains(name) || (folds + coordinates).contains(name))
    }
    for text in columns.ignored + columns.otherLabels where isMeant(text) {
      if let name = find(text) {
        if !isTaken(name) { ignored.insert(name) }
      } else {
        ignoredFeatures.append(try feature(text))
      }
    }
    for (text, role) in [
      (columns.bag, Role.bags),
      (columns.hasLabels ? columns.holdTimes ? columns.time : columns.label : nil, .labels),
      (columns.hasLabels && columns.holdTimes ? columns.event : nil, .events),
      (columns.instanceLabel, .instanceLabels), (columns.group, .groups),
    ] {
      guard let text, isMeant(text), let name = try array(text), !isTaken(name) else { continue }
      try take(name, role)
      given.insert(role)
    }
    folds += try columns.folds.filter(isMeant).compactMap { try array($0) }.filter { !isTaken($0) }
    coordinates += try columns.coordinates.filter(isMeant).compactMap { try array($0) }.filter { !isTaken($0) }
  }

  /// Assigns an array to a role without regard to its name.
  mutating func guess(_ role: Role, _ name: String) { names[role] = name }

  /// Unassigns an array whose shape does not fit its role; it is then left out.
  mutating func release(_ role: Role) { names[role] = nil }

  /// Whether the user named a role's array.
  func isGiven(_ role: Role) -> Bool { given.contains(role) }

  /// The arrays without a role.
  var unused: [String] {
    let used = Set(names.values).union(folds).union(coordinates)
    return all.filter { !used.contains($0) }
  }

  /// The arrays that could still take a role.
  var open: [String] { unused.filter { !ignored.contains($0) } }

  /// The decisions on the roles of arrays, and on those left out.
  var decisions: [ReadDecision] {
    var parts = Role.allCases.compactMap { role in names[role].map { "\(quoted($0)) is \(role.title)" } }
    if !folds.isEmpty { parts.append("\(folds.map(quoted).joined(separator: ", ")) holds folds") }
    if coordinates.count == 2 { parts.append("\(quoted(coordinates[0])), \(quoted(coordinates[1])) are the places") }
    var result = [
      ReadDecision(.columns, parts.joined(separator: ", "), option: "--bag-column, --label-column ...")
    ]
    let left = unused
    if !left.isEmpty {
      let shown = left.shortList(12, rest: .count, quoted)
      let isFolds = left.contains(where: ColumnNames.isFolds)
      result.append(
        ReadDecision(
          .leftOut, "\(kind)\(left.count > 1 ? "s" : "") \(shown)", option: isFolds ? "--fold-column" : nil))
    }
    return result
  }

  /// The arrays by name, as options that repeat the same roles.
  var resolved: CSVColumns {
    func written(_ role: Role) -> String? { names[role].map { "name:" + $0 } }
    var result = CSVColumns(
      bag: written(.bags), label: columns.holdTimes ? nil : written(.labels), instanceLabel: written(.instanceLabels),
      group: written(.groups),
      ignored: ignored.sorted().map { "name:" + $0 } + ignoredFeatures, coordinates: coordinates.map { "name:" + $0 },
      hasLabels: columns.hasLabels)
    result.folds = folds.map { "name:" + $0 }
    if columns.holdTimes { (result.time, result.event) = (written(.labels), written(.events)) }
    result.kept = columns.kept
    return result
  }

  /// Returns the `count` features of the feature array, and the indices of those left out.
  ///
  /// - Parameter load: returns an array by name.
  /// - Throws: ``ReadError`` for invalid names, and for a feature that does not exist.
  func features(
    count: Int, _ options: ReadOptions, load: (String) throws -> StoredArray
  ) throws -> (all: NumberedFeatures, leftOut: Set<Int>, bookkeeping: Set<Int>) {
    var features = NumberedFeatures(array: names[.features] ?? "X", count: count, file: file)
    // The three files of milpy's layout are named like their arrays.
    if let name = features.array, name.hasSuffix(".mat") { features.array = String(name.dropLast(4)) }
    if let array = try names[.featureNames].map(load) {
      let texts = try array.entries(options).map(BagNames.trimmed)
      guard texts.count == count, TextIndex.areDistinct(texts) else {
        throw array.error(
          found: "\(texts.count) names of features",
          expected: "\(count) different ones; --ignore-column leaves them out")
      }
      features.names = texts
    }
    let bookkeeping = try features.bookkeeping(columns)
    let leftOut = try features.places(of: ignoredFeatures, columns).union(bookkeeping)
    guard leftOut.count < count else {
      throw ReadError(
        file: file, found: "no feature left of \(count) after those whose names are bookkeeping's",
        expected: "at least one; \(ReadOption.keepColumn.spelling) names it")
    }
    return (features, leftOut, bookkeeping)
  }

  /// Checks an ignored name that is not an array: a feature by its name, or by its array and its number.
  private func feature(_ text: String) throws -> String {
    let hasNames = all.contains { Role.featureNames.names.contains(ColumnNames.plain($0)) }
    if !hasNames, !columns.mayBeMissing(text), !text.contains(":") || ColumnReference(text).isName {
      _ = try array(text)
    }
    return text
  }

  /// Creates the error that a role has no array.
  func missing(_ role: Role, summary: String, expected: String) -> ReadError {
    let isTime = role == .labels && columns.holdTimes
    let option = (isTime ? ReadOption.timeColumn.spelling : role.option).map { ", or \($0) NAME" } ?? ""
    let unlabelled = role == .labels ? "; predict and explain take --no-labels where bags have none" : ""
    return ReadError(file: file, found: summary, expected: expected + option + unlabelled)
  }

  private mutating func findByName() throws {
    for role in Role.allCases where names[role] == nil {
      if [.labels, .events].contains(role), !columns.hasLabels { continue }
      if role == .events, !columns.holdTimes { continue }
      if role == .places, coordinates.count == 2 { continue }
      let taken = Set(names.values).union(folds).union(coordinates).union(ignored)
      let known = role == .labels && columns.holdTimes ? ColumnNames.time.sorted() : role.names
      let matches = known.flatMap { wanted in
        all.filter { !taken.contains($0) && ColumnNames.plain($0) == wanted }
      }
      // milpy's DataZ is its Data, standardised.
      let rivals = matches.count > 1 ? matches.filter { ColumnNames.plain($0) != "dataz" } : matches
      guard rivals.count <= 1 || [.sizes, .mask, .bagNames, .places, .featureNames].contains(role) else {
        throw ReadError(
          file: file, found: "the \(kind)s \(rivals.map(quoted).joined(separator: ", "))",
          expected:
            "one for \(role.title); \(role.option.map { "\($0) names it, " } ?? "")--ignore-column leaves one out")
      }
      names[role] = rivals.first
    }
  }

  private mutating func take(_ name: String, _ role: Role) throws {
    if names.values.contains(name) || ignored.contains(name) {
      throw ReadError(file: file, found: "\(kind) \(quoted(name)) given for two things", expected: "different \(kind)s")
    }
    names[role] = name
  }

  /// Finds an array as written: `#2` is the second, `name:2` the one called 2; nil if there is none.
  private func find(_ text: String) -> String? {
    let array = ColumnReference(text)
    if array.isPosition, let place = array.position, all.indices.contains(place) { return all[place] }
    let matches = array.places(in: all)
    return matches.count == 1 ? all[matches[0]] : nil
  }

  /// Returns the array that the user means; nil for one of another file.
  private func array(_ text: String) throws -> String? {
    if let found = find(text) { return found }
    // Columns of another file need not exist here.
    if columns.mayBeMissing(text) { return nil }
    let wanted = ColumnReference.name(in: text)
    let near = Spelling.nearest(to: wanted, in: all).first.map { "; did you mean \(quoted($0))?" } ?? ""
    throw ReadError(
      file: file, found: "no \(kind) \(quoted(wanted))",
      expected: "one of " + all.prefix(20).map { $0.onOneLine(limit: 40) }.joined(separator: ", ") + near)
  }

  private func quoted(_ name: String) -> String { ReadError.quoted(name.utf8) }
}
