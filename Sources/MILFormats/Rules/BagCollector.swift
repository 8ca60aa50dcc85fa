import Containers
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// Gathers the instances a reader meets, row by row, into bags in order of first appearance.
///
/// Rows of one bag need not follow each other; they keep their order within the bag. What labels mean is decided when all
/// are known.
struct BagCollector {
  /// What a row says besides its features; everything in every row or in none.
  struct Row {
    /// The bag's name in the file.
    var bag: ArraySlice<UInt8> = []
    /// The bag's label; nil where it is not to be read, or follows from those of its instances.
    var label: ArraySlice<UInt8>?
    /// Whether the event of the row's bag happened, where its label is a time.
    var event: ArraySlice<UInt8>?
    /// The row's own label.
    var instanceLabel: ArraySlice<UInt8>?
    /// The group that the row's bag belongs to.
    var group: ArraySlice<UInt8>?
    /// The folds that the row's bag belongs to, one a repetition.
    var folds: [ArraySlice<UInt8>] = []
    /// Where the row's instance is in its image.
    var place: InstancePlace?
    /// Whether the bag's name had blanks around it, which are no part of it.
    var hasBlanks = false
  }

  /// The features of all rows, row after row; the reader appends to them.
  var features: [Float] = []
  private let file: String
  private let options: ReadOptions
  /// The number of features of a row; a reader that knows it only at the end sets it before ``finish(named:)``.
  var featureCount: Int
  private var bagOfRow: [Int] = []
  private var names: [String] = []
  private var labelCodes: [Int] = []
  private var index = TextIndex()
  private var lastIdentifier: ArraySlice<UInt8> = []
  /// Whether the first row of each bag had blanks around the name, and a bag whose rows differ in that.
  private var hadBlanks: [Bool] = []
  private var blanks: String?
  /// How many names and labels held characters that cannot be seen, and the first of them without.
  private var unseen = 0
  private var unseenExample: ArraySlice<UInt8>?
  private var instanceCodes: [Int] = []
  private var groups: [ArraySlice<UInt8>] = []
  private var folds: [[ArraySlice<UInt8>]] = []
  private var places: [InstancePlace] = []
  private var eventCodes: [Int] = []
  private var bagRule: TargetRule
  private var instanceRule: LabelRule
  /// What the file calls events, where there are times.
  var eventColumn: String?
  /// The names of the features, where the layout has them.
  var featureNames: [String]?
  /// How the features are spelled for the user, where they have no names.
  var featureTitles: [String]?
  /// What single precision takes from the features.
  var loss: RoundingLoss?
  /// What helps where the label of a bag varies among its instances.
  var wayOutOfLabels = "labels of instances are named by --instance-label-column"
  /// What was decided before the rows were read.
  var decisions: [ReadDecision] = []

  /// A collector for rows of `featureCount` features; `expectedRows` only saves moving memory.
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

  /// Appends a value of the row's features, in single precision; `column` is its place among them.
  @inline(__always)
  mutating func append(_ value: Double, _ column: Int) {
    loss?.note(value, column)
    features.append(Float(value))
  }

  /// Adds a row, whose features the reader appends, to its bag.
  ///
  /// - Parameter labelPlace: where the label is, if not where the row is.
  /// - Throws: ``ReadError`` when earlier rows of the bag state another label, group or fold.
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
      if row.hasBlanks != hadBlanks[last], blanks == nil { blanks = names[last] }
    } else {
      // Before the name is noted: what is read on after a fault must not find it.
      if row.bag.isEmpty {
        throw ReadError(file: file, at: line(), found: "an empty bag id", expected: "the id of the instance's bag")
      }
      if MissingValues.isMissingName(row.bag) {
        throw ReadError(
          file: file, at: line(), found: "\(ReadError.quoted(row.bag)), which says that the bag's id is missing",
          expected: "the id of the instance's bag; rows without one are to be removed, a bag of this name renamed")
      }
      let name = String(decoding: row.bag, as: UTF8.self)
      if let known = index.note(name, among: names) {
        bag = known
        if blanks == nil, hadBlanks[known] != row.hasBlanks { blanks = name }
        // Swift takes an accented letter and its parts for one; a file that has both has two ids that look alike.
        if !names[known].utf8.elementsEqual(row.bag) {
          throw UnicodeForms.error(names[known], file: file, at: line())
        }
      } else {
        bag = names.count
        names.append(name)
        hadBlanks.append(row.hasBlanks)
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

  /// Refuses a row whose bag was said to be something else before.
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

  /// Takes blanks off names and labels, and what cannot be seen, in every layout alike.
  private mutating func trim(_ row: inout Row) {
    row.bag = visible(row.bag)
    let name = BagNames.trimmed(row.bag)
    if name.count != row.bag.count { (row.bag, row.hasBlanks) = (name, true) }
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

  /// The data set of all rows, and what was decided about it.
  ///
  /// - Throws: ``ReadError`` when there are no rows, or labels do not say which is positive.
  func finish(named name: String) throws -> ReadBags {
    guard rowCount > 0 else { throw ReadError(file: file, found: "no instances", expected: "at least one bag") }
    guard features.count == rowCount * featureCount else {
      throw ReadError(
        file: file, found: "\(features.count) values", expected: "\(rowCount) x \(featureCount) features")
    }
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
    if options.targets == .cox, options.columns.hasLabels { dataset = try dataset.asking(for: CoxSurvival()) }
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

  /// The rows bag after bag; nil where they stand so already.
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

  /// The labels of bags and instances, in the order in which they were met.
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
        bags = .labels(try DerivedLabels.ofBags(rows.bagOfRow, instances, names: rows.names, file: rows.file))
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

/// A data set as a reader made it, and what was decided about its file.
package struct ReadBags {
  package var dataset: BagDataset
  package var decisions: [ReadDecision] = []
  /// What the file calls the negative and the positive label, or several classes; none where targets are no classes.
  package var classNames = ["0", "1"]
  /// What the column of events says of a bag whose event happened.
  package var eventValue: String?
  /// The labels that are negative, where one was taken against several.
  package var restLabels: [String]?
  /// What the file calls the negative and the positive label of instances; nil where none is labelled.
  package var instanceClassNames: [String]?
  /// As ``restLabels``, of instances.
  package var restInstanceLabels: [String]?
  /// The names that are values of features, by feature, in the order of their numbers.
  package var nominals: [String: [String]] = [:]
  /// The columns of the file by their names, where it has such: what gives the same reading again.
  package var columns: CSVColumns?
  /// How each feature is spelled after `--ignore-column`, where features have no names.
  package var featureTitles: [String]?
  /// What single precision took from the features; nil where that was not looked at.
  package var loss: RoundingLoss?
  /// The features left out since values of theirs are missing, by their places before.
  package var droppedFeatures: [Int]?
  /// The number of features that indices of sparse text may name, those left out among them.
  var knownFeatureCount: Int?
  /// The SHA-256 digest of all files that were read, where they are more than the one that was given.
  var sha256: String?
}

extension ReadBags {
  /// What a feature is called, as `--ignore-column` takes it: its name, or the column or array with its number from 1.
  package func title(ofFeature column: Int) -> String {
    (dataset.featureNames?[column] ?? featureTitles?[column])?.onOneLine(limit: 60) ?? "number \(column + 1)"
  }

  /// Some features by their names, at most six of them: `features a, b and 3 more`.
  package func listed(features columns: [Int]) -> String {
    let more = columns.count > 6 ? " and \(columns.count - 6) more" : ""
    return (columns.count == 1 ? "feature " : "features ")
      + columns.prefix(6).map(title).joined(separator: ", ") + more
  }
}
