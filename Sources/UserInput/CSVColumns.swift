/// The columns of a table with one instance a line, by role; in an archive, the arrays.
///
/// A column is given by name or by position from 1: `#3` is always the third column, and `name:3` always the one called
/// 3. The reader looks for a column that is not given by its name in the header. All remaining columns are features,
/// except those with names used for bookkeeping.
package struct CSVColumns: Sendable, Equatable, Codable {
  /// The column of bag ids.
  package var bag: String?
  /// The column of bag labels, the same in all instances of a bag.
  package var label: String?
  /// Columns of bag labels for other tasks: neither features nor targets.
  package var otherLabels: [String] = []
  /// The column of times, the same in all instances of a bag, if times are predicted.
  package var time: String?
  /// The column of events: whether a bag's event happened at its time.
  package var event: String?
  /// The column of instance labels.
  package var instanceLabel: String?
  /// The column of groups, such as patients, which folds keep on one side of every split.
  package var group: String?
  /// The columns of folds, the same in all instances of a bag; one a repetition.
  package var folds: [String] = []
  /// Columns that are not features.
  package var ignored: [String]
  /// Columns that are features whatever their names.
  package var kept: [String] = []
  /// The only columns that are features; nil if all remaining columns are.
  package var features: [String]?
  /// The features that describe a bag and are the same in all its instances: names, or beginnings of names and `*`.
  package var bagFeatures: [String]?
  /// The feature that divides the instances of each bag into two sets: 0 for the first, 1 for the second.
  package var set: String?
  /// The columns of an instance's x and y position in an image: none or two. They are not features.
  package var coordinates: [String] = []
  /// Whether there are bag labels; without them all bags count as negative.
  package var hasLabels = true

  /// Whether the columns come from another file of the same kind. A remembered column that this file lacks is not an
  /// error.
  package var areRemembered = false

  /// The remembered columns that the user gave for this very file; one that is missing is an error. Not encoded.
  package var typed: Set<String> = []

  /// Whether a bag has a time and an event instead of a label. Readers set it; it is not encoded.
  package var holdTimes = false

  /// Columns found by their names only.
  package static let automatic = CSVColumns()

  /// Creates columns by name or position; nil for those to find by name.
  package init(
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
    case bag, label, otherLabels, time, event, instanceLabel, group, folds, ignored, kept, features
    case bagFeatures, set, coordinates, hasLabels, areRemembered
  }

  /// Decodes columns; every key is optional.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    bag = try fields.decodeIfPresent(String.self, forKey: .bag)
    otherLabels = try fields.decodeIfPresent([String].self, forKey: .otherLabels) ?? []
    if let several = try? fields.decodeIfPresent([String].self, forKey: .label) {
      (label, otherLabels) = (several.first, otherLabels + several.dropFirst())
    } else {
      label = try fields.decodeIfPresent(String.self, forKey: .label)
    }
    time = try fields.decodeIfPresent(String.self, forKey: .time)
    event = try fields.decodeIfPresent(String.self, forKey: .event)
    instanceLabel = try fields.decodeIfPresent(String.self, forKey: .instanceLabel)
    group = try fields.decodeIfPresent(String.self, forKey: .group)
    folds = try fields.decodeIfPresent([String].self, forKey: .folds) ?? []
    ignored = try fields.decodeIfPresent([String].self, forKey: .ignored) ?? []
    kept = try fields.decodeIfPresent([String].self, forKey: .kept) ?? []
    features = try fields.decodeIfPresent([String].self, forKey: .features)
    bagFeatures = try fields.decodeIfPresent([String].self, forKey: .bagFeatures)
    set = try fields.decodeIfPresent(String.self, forKey: .set)
    coordinates = try fields.decodeIfPresent([String].self, forKey: .coordinates) ?? []
    hasLabels = try fields.decodeIfPresent(Bool.self, forKey: .hasLabels) ?? true
    areRemembered = try fields.decodeIfPresent(Bool.self, forKey: .areRemembered) ?? false
  }

  /// Whether a column may be absent without an error.
  package func mayBeMissing(_ text: String) -> Bool { areRemembered && !typed.contains(text) }

  /// The columns that are given, as they were written.
  package var given: [String] {
    [bag, label, time, event, instanceLabel, group].compactMap(\.self) + otherLabels + folds + ignored + kept
      + coordinates
  }

  /// These columns without remembered ones given by position (`#3`).
  package var withoutPositions: CSVColumns {
    func named(_ text: String?) -> String? { text.flatMap { $0.hasPrefix("#") && mayBeMissing($0) ? nil : $0 } }
    var result = self
    (result.bag, result.label, result.instanceLabel) = (named(bag), named(label), named(instanceLabel))
    (result.time, result.event, result.group) = (named(time), named(event), named(group))
    result.otherLabels = otherLabels.compactMap(named)
    (result.folds, result.ignored, result.kept) = (
      folds.compactMap(named), ignored.compactMap(named), kept.compactMap(named)
    )
    if coordinates.contains(where: { $0.hasPrefix("#") && mayBeMissing($0) }) { result.coordinates = [] }
    return result
  }

  /// Returns these columns, completed from `other` if they are not given here.
  package func filled(from other: CSVColumns) -> CSVColumns {
    // A column that these give a role has no other by `other`.
    let own = Set(given)
    func free(_ text: String?) -> String? { text.flatMap { own.contains($0) ? nil : $0 } }
    var result = self
    result.bag = bag ?? free(other.bag)
    result.label = label ?? free(other.label)
    result.otherLabels += other.otherLabels.compactMap(free)
    (result.time, result.event) = (time ?? free(other.time), event ?? free(other.event))
    result.instanceLabel = instanceLabel ?? free(other.instanceLabel)
    result.group = group ?? free(other.group)
    if folds.isEmpty { result.folds = other.folds.compactMap(free) }
    result.ignored += other.ignored.compactMap(free)
    result.kept += other.kept.compactMap(free)
    result.features = features ?? other.features
    result.bagFeatures = bagFeatures ?? other.bagFeatures
    result.set = set ?? other.set
    if coordinates.isEmpty, other.coordinates.allSatisfy({ free($0) != nil }) { result.coordinates = other.coordinates }
    result.hasLabels = hasLabels && other.hasLabels
    result.areRemembered = areRemembered || other.areRemembered
    if !areRemembered { result.typed = own.union((bagFeatures ?? []) + (set.map { [$0] } ?? [])) }
    return result
  }
}
