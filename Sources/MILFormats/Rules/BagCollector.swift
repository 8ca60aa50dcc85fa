import Containers
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Collects a reader's instances, row by row, into bags in order of first appearance.
///
/// Rows of one bag need not be adjacent; they keep their order within the bag. The meaning of labels is decided when
/// all are known.
struct BagCollector {
  /// The content of a row besides its features; each part is in every row or in none.
  struct Row {
    /// The bag's name in the file.
    var bag: ArraySlice<UInt8> = []
    /// The bag's label; nil if it is not read, or derives from those of its instances.
    var label: ArraySlice<UInt8>?
    /// The event of the row's bag, if its label is a time.
    var event: ArraySlice<UInt8>?
    /// The row's own label.
    var instanceLabel: ArraySlice<UInt8>?
    /// The group of the row's bag.
    var group: ArraySlice<UInt8>?
    /// The folds of the row's bag, one a repetition.
    var folds: [ArraySlice<UInt8>] = []
    /// The place of the row's instance in its image.
    var place: InstancePlace?
    /// The sides of the bag's name with blanks in the file.
    var blanks: BlankSides = []
  }

  /// The features of all rows, row after row; the reader appends to them.
  var features: [Float] = []
  private let file: String
  private let options: ReadOptions
  /// The number of features of a row; a reader may set it as late as before ``finish(named:)``.
  var featureCount: Int
  private var bagOfRow: [Int] = []
  private var names: [String] = []
  private var labelCodes: [Int] = []
  private var index = TextIndex()
  private var lastIdentifier: ArraySlice<UInt8> = []
  /// The sides of the name with blanks in the first row of each bag.
  private var firstBlanks: [BlankSides] = []
  /// A bag whose rows differ in the blanks around its name.
  private var blanks: String?
  /// The number of names and labels with invisible characters.
  private var unseen = 0
  /// The first of these names and labels, without its invisible characters.
  private var unseenExample: ArraySlice<UInt8>?
  private var instanceCodes: [Int] = []
  private var groups: [ArraySlice<UInt8>] = []
  private var folds: [[ArraySlice<UInt8>]] = []
  private var places: [InstancePlace] = []
  private var eventCodes: [Int] = []
  private var bagRule: TargetRule
  private var instanceRule: LabelRule
  /// The file's name of the event column, if there are times.
  var eventColumn: String?
  /// The names of the features, if the layout has them.
  var featureNames: [String]?
  /// The features' spelling for the user, if they have no names.
  var featureTitles: [String]?
  /// The loss of the features in single precision.
  var loss: RoundingLoss?
  /// The remedy in the error about a bag whose label varies among its instances.
  var wayOutOfLabels = "labels of instances are named by --instance-label-column"
  /// The decisions made before reading the rows.
  var decisions: [ReadDecision] = []

  /// Creates a collector for rows of `featureCount` features; `expectedRows` only avoids reallocation.
  init(file: String, featureCount: Int, expectedRows: Int, options: ReadOptions) {
    self.file = file
    self.featureCount = featureCount
    self.options = options
    bagRule = TargetRule(file: file, options: options)
    instanceRule = LabelRule(of: .instances, file: file, options: options)
    features.reserveCapacity(expectedRows * featureCount)
    bagOfRow.reserveCapacity(expectedRows)
  }

  /// The number of rows so far.
  var rowCount: Int { bagOfRow.count }

  /// Appends a feature of the row, in single precision; `column` is its index.
  @inline(__always)
  mutating func append(_ value: Double, _ column: Int) {
    loss?.note(value, column)
    features.append(Float(value))
  }

  /// Adds a row, whose features the reader appends, to its bag.
  ///
  /// - Parameter labelPlace: the place of the label, if it differs from the row's.
  /// - Throws: ``ReadError`` if earlier rows of the bag have another label, group or fold.
  mutating func add(
    _ row: Row, at line: @autoclosure () -> ReadError.Place,
    labelAt labelPlace: @autoclosure () -> ReadError.Place? = nil
  ) throws {
    var row = row
    trim(&row)
    let code = try row.label.map { try bagRule.code(of: $0, at: labelPlace() ?? line()) }
    let event = try row.event.map { try bagRule.eventCode(of: $0, at: line()) }
    if let own = row.instanceLabel { instanceCodes.append(try instanceRule.code(of: own, at: line())) }
    if let place = row.place { places.append(place) }
    let bag: Int
    if let last = bagOfRow.last, row.bag == lastIdentifier {
      bag = last
      if row.blanks != firstBlanks[last], blanks == nil { blanks = names[last] }
    } else {
      // Checked before the name is recorded, so that a caller that continues after the error does not find it.
      if row.bag.isEmpty {
        throw ReadError(file: file, at: line(), found: "an empty bag id", expected: "the id of the instance's bag")
      }
      if row.bag.contains(where: { $0 == 0x0a || $0 == 0x0d }) {
        throw ReadError(
          file: file, at: line(), found: "\(ReadError.quoted(row.bag)), an id with a line end",
          expected: "an id of one line; Python's strip() removes a line end behind it")
      }
      if MissingValues.isMissingName(row.bag) {
        throw ReadError(
          file: file, at: line(), found: "\(ReadError.quoted(row.bag)), which says that the bag's id is missing",
          expected: "the id of the instance's bag; rows without one are to be removed, a bag of this name renamed")
      }
      try requireGroup(row, at: line())
      let name = String(decoding: row.bag, as: UTF8.self)
      if let known = index.note(name, among: names) {
        bag = known
        if blanks == nil, firstBlanks[known] != row.blanks { blanks = name }
        // Swift treats an accented letter and its decomposition as equal; a file with both has two ids that look alike.
        if !names[known].utf8.elementsEqual(row.bag) {
          throw UnicodeForms.error(names[known], file: file, at: line())
        }
      } else {
        bag = names.count
        names.append(name)
        firstBlanks.append(row.blanks)
        if let code { labelCodes.append(code) }
        if let event { eventCodes.append(event) }
        if let group = row.group { groups.append(group) }
        if !row.folds.isEmpty { folds.append(row.folds) }
      }
      lastIdentifier = row.bag
    }
    try compare(row, with: bag, code: code, event: event, at: line(), labelAt: labelPlace())
    bagOfRow.append(bag)
  }

  /// Refuses a row without a group, which would be one group with all others of the kind.
  private func requireGroup(_ row: Row, at line: @autoclosure () -> ReadError.Place) throws {
    guard let group = row.group, MissingLabels.isMissingGroup(group) else { return }
    throw ReadError(
      file: file, at: line(),
      found: group.isEmpty
        ? "an empty group"
        : "\(ReadError.quoted(group)), which says that the group of bag "
          + "\(String(decoding: row.bag, as: UTF8.self).onOneLine(limit: 60)) is missing",
      expected: Self.groupOrWayOut)
  }

  /// The remedy in errors about a bag whose group is missing.
  static let groupOrWayOut =
    "a group; --group-column names another column, --ignore-column leaves this one out"

  /// Refuses a row that contradicts earlier rows of its bag.
  private func compare(
    _ row: Row, with bag: Int, code: Int?, event: Int?, at line: @autoclosure () -> ReadError.Place,
    labelAt labelPlace: @autoclosure () -> ReadError.Place?
  ) throws {
    if let code, labelCodes[bag] != code {
      throw ReadError(
        file: file, at: labelPlace() ?? line(),
        found: "\(bagRule.title) \(bagRule.text(for: code)) for bag \(names[bag])",
        expected:
          "\(bagRule.text(for: labelCodes[bag])) as in the bag's first instance; "
          + (names[bag] == "-1" ? "rows of padding with the id -1 are to be removed; " : "") + wayOutOfLabels)
    }
    if let event, eventCodes[bag] != event {
      throw ReadError(
        file: file, at: line(), found: "event \(bagRule.eventText(for: event)) for bag \(names[bag])",
        expected: "\(bagRule.eventText(for: eventCodes[bag])) as in the bag's first instance")
    }
    if let group = row.group, groups[bag] != group {
      throw ReadError(
        file: file, at: line(), found: "group \(ReadError.quoted(group)) for bag \(names[bag])",
        expected:
          "\(ReadError.quoted(groups[bag])) as in the bag's first instance; --group-column names another column, "
          + "--ignore-column leaves this one out")
    }
    if !row.folds.isEmpty, let change = row.folds.indices.first(where: { row.folds[$0] != folds[bag][$0] }) {
      throw ReadError(
        file: file, at: line(), found: "fold \(ReadError.quoted(row.folds[change])) for bag \(names[bag])",
        expected: "\(ReadError.quoted(folds[bag][change])) as in the bag's first instance")
    }
  }

  /// Removes surrounding blanks and invisible characters from names and labels, for every layout alike.
  private mutating func trim(_ row: inout Row) {
    row.bag = visible(row.bag)
    let name = BagNames.trimmed(row.bag)
    if name.startIndex != row.bag.startIndex { row.blanks.insert(.before) }
    if name.endIndex != row.bag.endIndex { row.blanks.insert(.after) }
    row.bag = name
    if let label = row.label { row.label = BagNames.trimmed(visible(label)) }
    if let event = row.event { row.event = BagNames.trimmed(visible(event)) }
    if let label = row.instanceLabel { row.instanceLabel = BagNames.trimmed(visible(label)) }
    if let group = row.group { row.group = BagNames.trimmed(visible(group)) }
    for index in row.folds.indices { row.folds[index] = BagNames.trimmed(visible(row.folds[index])) }
  }

  private mutating func visible(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let plain = PlainText.visible(text) else { return text }
    unseen += 1
    if unseenExample == nil { unseenExample = plain }
    return plain
  }

  /// Creates the data set of all rows, with the decisions.
  ///
  /// - Throws: ``ReadError`` if there are no rows, or the labels do not determine the positive one.
  func finish(named name: String) throws -> ReadBags {
    guard rowCount > 0 else { throw ReadError(file: file, found: "no instances", expected: "at least one bag") }
    guard features.count == rowCount * featureCount else {
      throw ReadError(
        file: file, found: "\(features.count) values", expected: "\(rowCount) x \(featureCount) features")
    }
    try BagNames.requireDistinctPrints(names, file: file)
    let labels = try Labels(self)
    var sizes = [Int](repeating: 0, count: names.count)
    for bag in bagOfRow { sizes[bag] += 1 }
    var offsets = [0]
    offsets.reserveCapacity(names.count + 1)
    for size in sizes { offsets.append(offsets[offsets.count - 1] + size) }
    let order = rowOrder(offsets)
    func ordered<Element>(_ list: [Element]) -> [Element]? {
      guard list.count == rowCount else { return nil }
      return order.map { $0.map { list[$0] } } ?? list
    }
    let matrix =
      order.map { Matrix(columns: featureCount, elements: features, rowOrder: $0) }
      ?? Matrix(rows: rowCount, columns: featureCount, elements: features)
    var dataset = try BagDataset(
      name: name, instances: matrix, offsets: offsets, targets: labels.bags, bagNames: names,
      instanceLabels: labels.instances.flatMap { ordered($0) },
      groups: groups.isEmpty ? nil : groups.map { String(decoding: $0, as: UTF8.self) },
      featureNames: featureNames, places: ordered(places))
    if options.columns.hasLabels { dataset = try dataset.asking(for: options) }
    if let count = folds.first?.count {
      dataset.foldNames = (0..<count).map { column in folds.map { String(decoding: $0[column], as: UTF8.self) } }
    }
    let bagDecisions =
      unseenExample.map { PlainText.decision("ids and labels", unseen, String(decoding: $0, as: UTF8.self)) }.list
      + BagNames.decisions(names) + blanks.map(BagNames.blanks).list + (order == nil ? [] : [BagNames.scattered])
    var bags = ReadBags(
      dataset: dataset, decisions: decisions + bagDecisions + labels.decisions, classNames: labels.names)
    (bags.restLabels, bags.eventValue) = (labels.rest, labels.eventValue)
    (bags.featureTitles, bags.loss) = (featureTitles, loss)
    (bags.instanceClassNames, bags.restInstanceLabels) = (labels.instanceNames, labels.instanceRest)
    return bags
  }

  /// Checks the labels of the rows so far.
  ///
  /// - Throws: ``ReadError`` if they do not determine the positive one.
  func checkLabels() throws { if rowCount > 0 { _ = try Labels(self) } }

  /// Returns the rows in bag order; nil if they are already in it.
  private func rowOrder(_ offsets: [Int]) -> [Int]? {
    guard !zip(bagOfRow, bagOfRow.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
    var next = offsets
    var order = [Int](repeating: 0, count: rowCount)
    for (row, bag) in bagOfRow.enumerated() {
      order[next[bag]] = row
      next[bag] += 1
    }
    return order
  }

  /// The labels of bags and instances, in order of appearance.
  private struct Labels {
    var bags: Targets
    var instances: [Int?]?
    var names = ["0", "1"]
    var rest: [String]?
    var eventValue: String?
    var instanceNames: [String]?
    var instanceRest: [String]?
    var decisions: [ReadDecision] = []

    init(_ rows: BagCollector) throws {
      let own = rows.instanceCodes.count == rows.rowCount ? rows.instanceCodes : nil
      let instanceRule = try own.map { _ in
        try rows.instanceRule.resolve(bagsUseMinusOne: rows.bagRule.usesMinusOne)
      }
      instances = instanceRule.flatMap { rule in own?.map { rule.meanings[$0] } }
      if !rows.bagRule.isEmpty {
        let rule = try rows.bagRule.resolve(rows.labelCodes, events: rows.eventCodes, eventColumn: rows.eventColumn)
        (bags, names, rest, eventValue) = (rule.targets, rule.names, rule.rest, rule.eventValue)
        decisions += rule.decisions
      } else if let instances, rows.options.columns.hasLabels {
        if let task = rows.options.targets, task != .classes {
          throw ReadError(
            file: rows.file, found: "labels of instances alone",
            expected: "\(task == .number ? "numbers" : "times and events") of bags for --task \(task.rawValue)")
        }
        bags = .labels(
          try DerivedLabels.ofBags(
            rows.bagOfRow, instances, names: rows.names, hasMinusOne: rows.instanceRule.usesMinusOne, file: rows.file))
        (names, rest) = (instanceRule?.classNames ?? names, instanceRule?.rest)
        decisions.append(DerivedLabels.decision)
      } else {
        bags = .labels([Int](repeating: 0, count: rows.names.count))
        if !rows.options.columns.hasLabels {
          decisions.append(ReadDecision(.labels, "not read", option: "--no-labels"))
        }
      }
      if let instanceRule {
        decisions.append(instanceRule.decision)
        if instances?.contains(where: { $0 != nil }) == true {
          (instanceNames, instanceRest) = (instanceRule.classNames, instanceRule.rest)
        }
      }
    }
  }
}

/// The result of a reader: a data set, and the decisions about its file.
package struct ReadBags {
  package var dataset: BagDataset
  package var decisions: [ReadDecision] = []
  /// The file's names of the negative and the positive label, or of several classes; empty if targets are not classes.
  package var classNames = ["0", "1"]
  /// The value in the event column for a bag whose event happened.
  package var eventValue: String?
  /// The negative labels, if one was taken against several.
  package var restLabels: [String]?
  /// The file's names of the negative and the positive instance label; nil if no instance is labelled.
  package var instanceClassNames: [String]?
  /// The negative instance labels, if one was taken against several; see ``restLabels``.
  package var restInstanceLabels: [String]?
  /// The nominal values of features, by feature, in the order of their codes.
  package var nominals: [String: [String]] = [:]
  /// The columns by name, as options that repeat the reading; nil if the file has no columns.
  package var columns: CSVColumns?
  /// Whether features are columns beside those of bags and labels, so that one of them may be a group.
  var hasColumns = false
  /// The spelling of each feature after `--ignore-column`, if features have no names.
  package var featureTitles: [String]?
  /// The loss of the features in single precision; nil if it was not measured.
  package var loss: RoundingLoss?
  /// The features left out because of missing values, by their original indices.
  package var droppedFeatures: [Int]?
  /// The number of features that indices of sparse text may name, including those left out.
  var knownFeatureCount: Int?
  /// The SHA-256 digest of all files that were read, if there are more than the given one.
  var sha256: String?
}

extension ReadBags {
  /// Returns a feature's title as `--ignore-column` accepts it: its name, or the column or array with its number from
  /// 1.
  package func title(ofFeature column: Int) -> String {
    (dataset.featureNames?[column] ?? featureTitles?[column])?.onOneLine(limit: 60) ?? "number \(column + 1)"
  }

  /// Lists some features by name, at most six: `features a, b and 3 more`.
  package func listed(features columns: [Int]) -> String {
    (columns.count == 1 ? "feature " : "features ") + columns.shortList(6, rest: .count, title)
  }
}
