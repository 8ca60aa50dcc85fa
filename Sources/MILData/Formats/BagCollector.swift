import LinearAlgebra

/// Gathers the instances a reader meets, row by row, into bags in order of first appearance.
///
/// Rows of one bag need not follow each other; they keep their order within the bag.
struct BagCollector {
  /// The features of all rows, row after row; the reader appends to them.
  var features: [Float] = []
  private let file: String
  /// The number of features of a row; a reader that knows it only at the end sets it before ``dataset(named:)``.
  var featureCount: Int
  private var bagOfRow: [Int] = []
  private var names: [String] = []
  private var labels: [Int] = []
  private var index = TextIndex()
  private var lastIdentifier: ArraySlice<UInt8> = []
  private var instanceLabels: [Int] = []
  private var groups: [ArraySlice<UInt8>] = []
  private var places: [InstancePlace] = []
  /// The names of the features, where the layout has them.
  var featureNames: [String]?
  /// How the file writes the labels 0 and 1, for errors.
  var labelTexts = ["0", "1"]

  /// A collector for rows of `featureCount` features; `expectedRows` only saves moving memory.
  init(file: String, featureCount: Int, expectedRows: Int) {
    self.file = file
    self.featureCount = featureCount
    features.reserveCapacity(expectedRows * featureCount)
    bagOfRow.reserveCapacity(expectedRows)
  }

  /// The number of rows so far.
  var rowCount: Int { bagOfRow.count }

  /// Adds a row, whose features the reader appends, to the bag with this identifier.
  ///
  /// - Parameters:
  ///   - identifier: the bag's name in the file.
  ///   - label: the bag's label, 1 or 0, as this row states it.
  ///   - instanceLabel: the row's own label where the layout has one, in every row or in none.
  ///   - group: the group that the row's bag belongs to, where the layout has one, in every row or in none.
  ///   - place: where the row's instance is in its image where the layout says so, in every row or in none.
  ///   - line: where the row is, for errors.
  /// - Throws: ``ReadError`` when earlier rows of the bag state another label or group.
  mutating func addRow(
    bag identifier: ArraySlice<UInt8>, label: Int, instanceLabel: Int? = nil, group: ArraySlice<UInt8>? = nil,
    place: InstancePlace? = nil, at line: @autoclosure () -> ReadError.Place
  ) throws {
    if let instanceLabel { instanceLabels.append(instanceLabel) }
    if let place { places.append(place) }
    let bag: Int
    if let last = bagOfRow.last, identifier == lastIdentifier {
      bag = last
    } else {
      let name = String(decoding: identifier, as: UTF8.self)
      if let known = index.note(name, among: names) {
        bag = known
      } else {
        bag = names.count
        names.append(name)
        labels.append(label)
        if let group { groups.append(group) }
      }
      lastIdentifier = identifier
    }
    guard labels[bag] == label else {
      throw ReadError(
        file: file, at: line(), found: "label \(labelText(label)) for bag \(names[bag])",
        expected: "\(labelText(labels[bag])) as in the bag's first instance")
    }
    if let group, groups[bag] != group {
      throw ReadError(
        file: file, at: line(), found: "group \(ReadError.quoted(group)) for bag \(names[bag])",
        expected: "\(ReadError.quoted(groups[bag])) as in the bag's first instance")
    }
    bagOfRow.append(bag)
  }

  private func labelText(_ label: Int) -> String {
    labelTexts.indices.contains(label) ? labelTexts[label] : String(label)
  }

  /// Makes 1 of all bag labels 0, and 0 of all 1.
  mutating func swapLabels() { labels = labels.map { 1 - $0 } }

  /// Makes 1 of all instance labels 0, and 0 of all 1.
  mutating func swapInstanceLabels() { instanceLabels = instanceLabels.map { 1 - $0 } }

  /// The data set of all rows.
  ///
  /// - Throws: ``ReadError`` when there are no rows.
  func dataset(named name: String) throws -> BagDataset {
    guard rowCount > 0 else { throw ReadError(file: file, found: "no instances", expected: "at least one bag") }
    guard features.count == rowCount * featureCount else {
      throw ReadError(
        file: file, found: "\(features.count) values", expected: "\(rowCount) x \(featureCount) features")
    }
    var sizes = [Int](repeating: 0, count: names.count)
    for bag in bagOfRow { sizes[bag] += 1 }
    var offsets = [0]
    offsets.reserveCapacity(names.count + 1)
    for size in sizes { offsets.append(offsets[offsets.count - 1] + size) }
    let isContiguous = zip(bagOfRow, bagOfRow.dropFirst()).allSatisfy { $0 <= $1 }
    let hasInstanceLabels = instanceLabels.count == rowCount
    let hasPlaces = places.count == rowCount
    let groups = groups.isEmpty ? nil : groups.map { String(decoding: $0, as: UTF8.self) }
    if isContiguous {
      return try BagDataset(
        name: name, instances: Matrix(rows: rowCount, columns: featureCount, elements: features),
        offsets: offsets, labels: labels, bagNames: names, instanceLabels: hasInstanceLabels ? instanceLabels : nil,
        groups: groups, featureNames: featureNames, places: hasPlaces ? places : nil)
    }
    var next = offsets
    var rowOrder = [Int](repeating: 0, count: rowCount)
    for (row, bag) in bagOfRow.enumerated() {
      rowOrder[next[bag]] = row
      next[bag] += 1
    }
    return try BagDataset(
      name: name, instances: Matrix(columns: featureCount, elements: features, rowOrder: rowOrder),
      offsets: offsets, labels: labels, bagNames: names,
      instanceLabels: hasInstanceLabels ? rowOrder.map { instanceLabels[$0] } : nil, groups: groups,
      featureNames: featureNames, places: hasPlaces ? rowOrder.map { places[$0] } : nil)
  }
}
