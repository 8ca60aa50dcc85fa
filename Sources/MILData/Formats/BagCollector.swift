import LinearAlgebra
import MILResults
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
          "\(bagRule.text(for: labelCodes[bag])) as in the bag's first instance; labels of instances are named by "
          + "--instance-label-column")
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

  /// Takes blanks off names and labels, in every layout alike.
  private func trim(_ row: inout Row) {
    let name = BagNames.trimmed(row.bag)
    if name.count != row.bag.count { (row.bag, row.hasBlanks) = (name, true) }
    if let label = row.label { row.label = BagNames.trimmed(label) }
    if let event = row.event { row.event = BagNames.trimmed(event) }
    if let label = row.instanceLabel { row.instanceLabel = BagNames.trimmed(label) }
    if let group = row.group { row.group = BagNames.trimmed(group) }
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
      BagNames.decisions(names) + blanks.map(BagNames.blanks).list + (order == nil ? [] : [BagNames.scattered])
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

/// What is to be said of the names of bags.
enum BagNames {
  /// Said where the rows of a bag do not follow each other.
  static let scattered = ReadDecision(
    .bags, "rows with one id are one bag, though other bags' rows stand between them")

  /// A name without blanks around it.
  static func trimmed(_ name: String) -> String {
    String(decoding: trimmed(ArraySlice(name.utf8)), as: UTF8.self)
  }

  /// A name, or a label, without blanks around it.
  @inline(__always)
  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = text.first, let last = text.last, TextScanner.isBlank(first) || TextScanner.isBlank(last) else {
      return text
    }
    let start = text.firstIndex { !TextScanner.isBlank($0) } ?? text.endIndex
    let end = text.lastIndex { !TextScanner.isBlank($0) }.map { $0 + 1 } ?? start
    return text[start..<end]
  }

  /// That ids with and without blanks around them are one.
  static func blanks(_ name: String) -> ReadDecision {
    ReadDecision(
      .bags,
      "blanks around ids are no part of them: rows with and without such are one bag, \(name.onOneLine(limit: 60))")
  }

  /// Ids that are one number written in several ways, which stay several bags.
  static func decisions(_ names: [String]) -> [ReadDecision] {
    // Most ids are numbers in one way of writing or no numbers at all.
    guard names.contains(where: { name in Double(name) != nil && Int(name).map(String.init) != name }) else {
      return cases(names)
    }
    if let rounded = names.first(where: isRounded) {
      return [
        ReadDecision(
          .bags,
          "the id \(rounded.onOneLine(limit: 60)) is a number in scientific notation, which spreadsheets write for long ids "
            + "and which may stand for several; ids are best written out, or as text")
      ]
    }
    var first: [Double: String] = [:]
    for name in names {
      guard let number = Double(name), number.isFinite else { continue }
      func isPlain(_ text: String) -> Bool {
        text.allSatisfy { "0"..."9" ~= $0 } && (text == "0" || !text.hasPrefix("0"))
      }
      if let other = first[number], !(isPlain(other) && isPlain(name)) {
        return [ReadDecision(.bags, "ids are compared as text: \(other) and \(name) are two bags")]
      }
      first[number] = name
    }
    return []
  }

  /// Whether a name is a number as spreadsheets shorten it: 1.23E+11.
  private static func isRounded(_ name: String) -> Bool {
    let parts = name.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard parts.count == 2, let mantissa = parts.first, let exponent = parts.last, Double(mantissa) != nil else {
      return false
    }
    return exponent.hasPrefix("+") && Int(exponent) ?? 0 >= 5 || mantissa.contains(".") && Int(exponent) ?? 0 >= 5
  }

  /// Names that differ in letter case alone, which are of several bags.
  private static func cases(_ names: [String]) -> [ReadDecision] {
    var first: [String: String] = [:]
    for name in names {
      if let other = first.updateValue(name, forKey: name.lowercased()) {
        return [ReadDecision(.bags, "ids are compared with their letter case: \(other) and \(name) are two bags")]
      }
    }
    return []
  }
}

/// A data set as a reader made it, and what was decided about its file.
struct ReadBags {
  var dataset: BagDataset
  var decisions: [ReadDecision] = []
  /// What the file calls the negative and the positive label, or several classes; none where targets are no classes.
  var classNames = ["0", "1"]
  /// What the column of events says of a bag whose event happened.
  var eventValue: String?
  /// The labels that are negative, where one was taken against several.
  var restLabels: [String]?
  /// What the file calls the negative and the positive label of instances; nil where none is labelled.
  var instanceClassNames: [String]?
  /// As ``restLabels``, of instances.
  var restInstanceLabels: [String]?
  /// The names that are values of features, by feature, in the order of their numbers.
  var nominals: [String: [String]] = [:]
  /// The columns of the file by their names, where it has such: what gives the same reading again.
  var columns: CSVColumns?
  /// How each feature is spelled after `--ignore-column`, where features have no names.
  var featureTitles: [String]?
  /// What single precision took from the features; nil where that was not looked at.
  var loss: RoundingLoss?
  /// The features left out since values of theirs are missing, by their places before.
  var droppedFeatures: [Int]?
}

extension ReadBags {
  /// What a feature is called, as `--ignore-column` takes it: its name, or the column or array with its number from 1.
  func title(ofFeature column: Int) -> String {
    (dataset.featureNames?[column] ?? featureTitles?[column])?.onOneLine(limit: 60) ?? "number \(column + 1)"
  }

  /// Some features by their names, at most six of them: `features a, b and 3 more`.
  func listed(features columns: [Int]) -> String {
    let more = columns.count > 6 ? " and \(columns.count - 6) more" : ""
    return (columns.count == 1 ? "feature " : "features ")
      + columns.prefix(6).map(title).joined(separator: ", ") + more
  }
}
