import UserInput

/// Which columns of a table with one instance a line mean what, each by name or by position from 1.
///
/// A column that is not given is looked for by its name in the header. What is left over is the features.
public struct CSVColumns: Sendable, Equatable, Codable {
  /// The column of bag ids.
  public var bag: String?
  /// The column of bag labels, the same in all instances of a bag.
  public var label: String?
  /// The column of instance labels.
  public var instanceLabel: String?
  /// The column of groups, such as patients, which folds keep on one side of every split.
  public var group: String?
  /// Columns that are no features.
  public var ignored: [String]
  /// The columns of an instance's place in an image, across and down; none or two. They are no features.
  public var coordinates: [String] = []
  /// Whether there are bag labels; without them all bags count as negative.
  public var hasLabels = true

  /// Columns found by their names only.
  public static let automatic = CSVColumns()

  /// Columns by name or position; nil for those to be looked for.
  public init(
    bag: String? = nil, label: String? = nil, instanceLabel: String? = nil, group: String? = nil,
    ignored: [String] = [], coordinates: [String] = [], hasLabels: Bool = true
  ) {
    self.bag = bag
    self.label = label
    self.instanceLabel = instanceLabel
    self.group = group
    self.ignored = ignored
    self.coordinates = coordinates
    self.hasLabels = hasLabels
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case bag, label, instanceLabel, group, ignored, coordinates
  }

  /// Reads columns; all may be left out.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    bag = try fields.decodeIfPresent(String.self, forKey: .bag)
    label = try fields.decodeIfPresent(String.self, forKey: .label)
    instanceLabel = try fields.decodeIfPresent(String.self, forKey: .instanceLabel)
    group = try fields.decodeIfPresent(String.self, forKey: .group)
    ignored = try fields.decodeIfPresent([String].self, forKey: .ignored) ?? []
    coordinates = try fields.decodeIfPresent([String].self, forKey: .coordinates) ?? []
  }

  /// The columns that are given, as they were written.
  var given: [String] { [bag, label, instanceLabel, group].compactMap(\.self) + ignored + coordinates }

  /// Whether both the bag and the label column can be told by these names.
  static func nameBagAndLabel(_ names: [String]) -> Bool {
    let names = names.map(plain)
    return names.contains(where: bagNames.contains) && names.contains(where: labelNames.contains)
  }

  /// A name in lower case, letters and digits only.
  fileprivate static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  fileprivate static let bagNames = [
    "bag", "bagid", "bagname", "bagnumber", "bagindex", "molecule", "moleculename",
  ]
  fileprivate static let labelNames = ["label", "baglabel", "class", "classlabel", "bagclass", "target", "y"]
  fileprivate static let instanceLabelNames = ["instancelabel", "instlabel", "instanceclass"]
  fileprivate static let groupNames = ["group", "groupid", "patient", "patientid", "subject", "subjectid"]
  fileprivate static let ignoredNames = [
    "instance", "instanceid", "instancename", "instancenumber", "instanceindex", "", "unnamed0",
    "conformation",
    "conformationname",
  ]
}

/// Gives each column of one file its role.
struct ColumnRoles {
  /// What each column holds.
  private(set) var roles: [DelimitedRows.Role]
  /// What the user should know of columns that were found by their names.
  private(set) var notes: [String] = []
  private let names: [String]?
  private let file: String
  private let line: Int

  /// Roles for the columns of a file.
  ///
  /// - Parameters:
  ///   - columns: what the user gave.
  ///   - names: the names of the columns; nil without a header.
  ///   - count: the number of columns.
  ///   - fallback: the columns of bags and labels, from 0, where neither the user nor a name tells.
  ///   - line: the line of the header or of the first instance, for errors.
  /// - Throws: ``ReadError`` listing the columns when there is not exactly one for bags, one for labels and a feature.
  init(
    _ columns: CSVColumns, names: [String]?, count: Int, fallback: (bag: Int?, label: Int?) = (nil, nil), file: String,
    line: Int
  ) throws {
    roles = [DelimitedRows.Role](repeating: .feature, count: count)
    self.names = names
    self.file = file
    self.line = line
    for (text, role) in [
      (columns.bag, DelimitedRows.Role.bag), (columns.label, .label), (columns.instanceLabel, .instanceLabel),
      (columns.group, .group),
    ] {
      if let text { try assign(role, to: text) }
    }
    for text in columns.ignored { try assign(.ignored, to: text) }
    for (text, role) in zip(columns.coordinates, [DelimitedRows.Role.across, .down]) { try assign(role, to: text) }
    try find(.bag, "bag", CSVColumns.bagNames, fallback: fallback.bag)
    if columns.hasLabels {
      try find(.label, "label", CSVColumns.labelNames, fallback: fallback.label)
    } else {
      ignoreLabels()
    }
    try find(.instanceLabel, "instance label", CSVColumns.instanceLabelNames)
    try find(.group, "group", CSVColumns.groupNames)
    for (index, name) in (names ?? []).enumerated() where roles[index] == .feature {
      guard CSVColumns.ignoredNames.contains(CSVColumns.plain(name)) else { continue }
      roles[index] = .ignored
      notes.append("column \(quoted(name)) is taken as the instance's name, not as a feature")
    }
    guard roles.contains(.feature) else {
      throw error(found: "no column left for features among \(list)", expected: "at least one")
    }
  }

  /// The only column with a role; nil when there is none or more.
  func column(of role: DelimitedRows.Role) -> Int? {
    let all = roles.indices.filter { roles[$0] == role }
    return all.count == 1 ? all[0] : nil
  }

  /// Gives the column that the user wrote as `text` a role.
  private mutating func assign(_ role: DelimitedRows.Role, to text: String) throws {
    let names = names ?? []
    let exact = names.indices.filter { names[$0] == text }
    let matches = exact.isEmpty ? names.indices.filter { names[$0].lowercased() == text.lowercased() } : exact
    let position = Int(text).flatMap { roles.indices.contains($0 &- 1) ? $0 - 1 : nil }
    guard matches.count <= 1, let index = matches.first ?? position else {
      let found = matches.count > 1 ? "\(matches.count) columns called \(quoted(text))" : "no column \(quoted(text))"
      let nearest = matches.isEmpty ? Spelling.nearest(to: text, in: names).first : nil
      let near = nearest.map { "; did you mean \(quoted($0))?" } ?? ""
      throw error(found: found, expected: "one of \(list), or a position from 1 to \(roles.count)\(near)")
    }
    guard roles[index] == .feature else {
      throw error(found: "column \(quoted(text)) given for two things", expected: "different columns")
    }
    roles[index] = role
  }

  /// Makes no features of columns whose names are those of labels, which a model would not know.
  private mutating func ignoreLabels() {
    let plain = (names ?? []).map(CSVColumns.plain)
    for (index, name) in plain.enumerated()
    where roles[index] == .feature && CSVColumns.labelNames.contains(name) && !(name == "y" && plain.contains("x")) {
      roles[index] = .ignored
      notes.append("column \(quoted(names?[index] ?? "")) is left aside, since labels are not to be read")
    }
  }

  /// Looks for the column of a role by its name, unless the user gave it.
  private mutating func find(
    _ role: DelimitedRows.Role, _ title: String, _ known: [String], fallback: Int? = nil
  ) throws {
    guard !roles.contains(role) else { return }
    let isRequired = role == .bag || role == .label
    let plain = (names ?? []).map(CSVColumns.plain)
    // Beside an x, a y is a coordinate.
    let matches = plain.indices.filter {
      roles[$0] == .feature && known.contains(plain[$0]) && !(plain[$0] == "y" && plain.contains("x"))
    }
    if matches.count == 1 {
      roles[matches[0]] = role
      if !isRequired { notes.append("column \(quoted(names?[matches[0]] ?? "")) is taken as the \(title)") }
    } else if matches.isEmpty, let fallback, roles.indices.contains(fallback), roles[fallback] == .feature {
      roles[fallback] = role
    } else if isRequired || matches.count > 1 {
      let found =
        matches.isEmpty ? "no \(title) column among \(list)" : "\(matches.count) \(title) columns among \(list)"
      let examples = role == .bag ? "bag, bag_id, molecule" : "label, bag_label, class, y"
      let wanted = names == nil ? "its position" : "one called \(examples) or the like"
      throw error(found: found, expected: "\(wanted), or the \(title) column given")
    }
  }

  /// The columns, for errors: at most twenty of them.
  private var list: String {
    guard let names else { return "\(roles.count) columns without names" }
    let shown = names.prefix(20).map { $0.onOneLine(limit: 40) }.joined(separator: ", ")
    return "the columns \(shown)" + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }

  private func quoted(_ name: String) -> String { ReadError.quoted(name.utf8) }

  private func error(found: String, expected: String) -> ReadError {
    ReadError(file: file, at: .line(line), found: found, expected: expected)
  }
}
