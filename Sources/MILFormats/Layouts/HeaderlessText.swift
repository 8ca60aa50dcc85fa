import MILBags
import UserInput

/// Finds the bag and label columns of a table without header, if only one reading is plausible.
///
/// Three layouts circulate: bag label, bag, features; bag, bag label, features; and KEEL's bag, features, label. In
/// each of them, all rows of a bag must have the same label, and neither column may have fractions. KEEL's is used only
/// if neither of the others fits.
enum HeaderlessText {
  /// The columns, from 0, and the layout with this order.
  struct Layout {
    let format: BagFormat
    let bag: Int
    let label: Int
  }

  /// The decisions about a table without header.
  static let decisions = [
    ReadDecision(.columns, "the first line is an instance, so columns have no names", option: "--header yes")
  ]

  /// The maximum number of lines to check.
  static let lineLimit = 20_000

  /// Determines the layout of the lines from the current one on.
  ///
  /// - Throws: ``ReadError`` if two layouts are plausible, or none.
  static func layout(of text: TextScanner, options: ReadOptions, names: [String]? = nil) throws -> Layout {
    let count = text.fieldsLeft
    guard count >= 3 else {
      throw text.fieldCountError(found: count, expected: "at least 3: bag, label and features")
    }
    if ![nil, .classes].contains(options.targets) {
      let target = options.columns.holdTimes ? "--time-column and --event-column" : "--label-column"
      throw ReadError(
        file: text.file, at: .line(text.line), found: "columns without names",
        expected: "--bag-column, \(target), by position from 1")
    }
    let candidates = candidates(count, options.columns, names)
    guard candidates.count == 3 else {
      throw ReadError(
        file: text.file, at: .line(text.line), found: "\(count) columns, of which too few are left for bags and labels",
        expected: "--bag-column and --label-column, by position from 1")
    }
    let free = free(count, options.columns, names)
    let columns = try LeadingColumns(
      text, Set(free.prefix(5) + free.suffix(2) + candidates.flatMap { [$0.bag, $0.label] }))
    let chosen = try chosen(candidates, columns, text, options)
    try refuseRowNumbers(chosen, columns, text, options, names)
    if options.columns.hasLabels {
      let others = free.filter { $0 != chosen.bag && $0 != chosen.label }
      try ConstantColumns(columns, chosen, among: others).refuse(
        among: others, text, labelIsGiven: options.columns.label != nil)
    }
    return chosen
  }

  /// Returns the most plausible of the three layouts.
  private static func chosen(
    _ candidates: [Layout], _ columns: LeadingColumns, _ text: TextScanner, _ options: ReadOptions
  ) throws -> Layout {
    let fits = candidates.map { LayoutFit(columns, $0, file: text.file, options) }
    let isOne = (candidates[0].bag, candidates[0].label) == (candidates[1].bag, candidates[1].label)
    let hasLabels = options.columns.hasLabels
    for tier in [isOne ? [0] : [0, 1], [2]] {
      let good = tier.filter { fits[$0].isGood }
      if good.count == 1 { return candidates[good[0]] }
      // If a column of 0 and 1 competes with other numbers, it holds the labels.
      let plain = good.filter { fits[$0].hasPlainLabels }
      if plain.count == 1 { return candidates[plain[0]] }
      if good.count > 1 { throw ambiguous(text, good.map { candidates[$0] }, hasLabels: hasLabels) }
    }
    let possible = (isOne ? [0] : [0, 1]).filter { fits[$0].isPossible }
    if possible.count == 1 { return candidates[possible[0]] }
    if possible.count > 1 { throw ambiguous(text, possible.map { candidates[$0] }, hasLabels: hasLabels) }
    if fits[2].isPossible { return candidates[2] }
    let line = text.bytes[text.position..<text.lineEnd]
    guard hasLabels else {
      throw ReadError(
        file: text.file, at: .line(text.line), found: ReadError.quoted(line) + ", without a name that tells the bag",
        expected: "--bag-column, by position from 1: --bag-column 1 where the first column is the bag")
    }
    throw ReadError(
      file: text.file, at: .line(text.line), found: ReadError.quoted(line),
      expected:
        "a column of bags and one of labels, the same in all rows of a bag; --bag-column and --label-column name "
        + "them (predict and explain take --no-labels --bag-column N for bags without labels), or --format one of "
        + BagFormat.namesOfText)
  }

  /// Refuses row numbers or names as the bag column, if the columns after it look like bags and labels.
  ///
  /// - Throws: ``ReadError`` with the columns of both readings.
  private static func refuseRowNumbers(
    _ chosen: Layout, _ columns: LeadingColumns, _ text: TextScanner, _ options: ReadOptions, _ names: [String]?
  ) throws {
    guard options.columns.bag == nil, LayoutFit(columns, chosen, file: text.file, options).hasRowsOfTheirOwn else {
      return
    }
    var rest = options.columns
    rest.ignored.append("#\(chosen.bag + 1)")
    for other in candidates(text.fieldsLeft, rest, names) {
      let fit = LayoutFit(columns, other, file: text.file, options)
      guard fit.repeatsAsBagsDo else { continue }
      let (own, bag, label) = (chosen.bag + 1, other.bag + 1, other.label + 1)
      let hasLabels = options.columns.hasLabels
      throw ReadError(
        file: text.file, at: .line(text.line),
        found: "column \(own), which has another value in each of \(fit.lines) lines, before column \(bag), whose "
          + "\(fit.bagCount) values repeat as ids of bags do",
        expected: "--ignore-column \(own) --bag-column \(bag)\(hasLabels ? " --label-column \(label)" : "") where "
          + "column \(own) numbers or names the rows, or --bag-column \(own)\(hasLabels ? " and --label-column" : "") where each "
          + "line is a bag")
    }
  }

  /// Whether the user or a kept model names the bag and label columns, so that nothing is left to find.
  static func isSettled(_ columns: CSVColumns, names: [String]?) -> Bool {
    func isHere(_ text: String?) -> Bool {
      text.map { place(of: $0, names) != nil || !columns.mayBeMissing($0) } ?? false
    }
    // Instance labels alone do not distinguish a bag label from a feature.
    if isHere(columns.instanceLabel), !isHere(columns.label), !columns.holdTimes { return true }
    guard isHere(columns.bag) else { return false }
    if columns.holdTimes { return !columns.hasLabels || isHere(columns.time) && isHere(columns.event) }
    return !columns.hasLabels || isHere(columns.label)
  }

  /// Returns the columns without a role of the user's.
  private static func free(_ count: Int, _ columns: CSVColumns, _ names: [String]?) -> [Int] {
    let others = [columns.instanceLabel, columns.group].compactMap(\.self) + columns.folds + columns.ignored
    let all = others + columns.kept + columns.coordinates + [columns.bag, columns.label].compactMap(\.self)
    let taken = Set(all.compactMap { place(of: $0, names) })
    return (0..<count).filter { !taken.contains($0) }
  }

  /// Returns the three layouts over the columns without another role.
  private static func candidates(_ count: Int, _ columns: CSVColumns, _ names: [String]?) -> [Layout] {
    func place(_ text: String) -> Int? { self.place(of: text, names).flatMap { (0..<count).contains($0) ? $0 : nil } }
    let bag = columns.bag.flatMap(place)
    let label = columns.label.flatMap(place)
    let free = free(count, columns, names)
    if let bag, let label { return [Layout](repeating: Layout(format: .csv, bag: bag, label: label), count: 3) }
    guard let first = free.first, let last = free.last else { return [] }
    if let bag {
      return [first, first, last].map { Layout(format: .csv, bag: bag, label: $0) }
    }
    if let label { return [Layout](repeating: Layout(format: .csv, bag: first, label: label), count: 3) }
    guard free.count >= 2 else { return [] }
    return [
      Layout(format: .labelBagCSV, bag: free[1], label: first), Layout(format: .csv, bag: first, label: free[1]),
      Layout(format: .keel, bag: first, label: last),
    ]
  }

  /// Returns the column, from 0, of a text: a position, or one of the names of a header that counts the columns.
  private static func place(of text: String, _ names: [String]?) -> Int? {
    let column = ColumnReference(text)
    return (column.isPosition ? nil : names?.firstIndex(of: column.name)) ?? column.position
  }

  private static func ambiguous(
    _ text: TextScanner, _ layouts: [Layout], hasLabels: Bool
  ) -> ReadError {
    let readings = layouts.map { "column \($0.bag + 1) the bag and column \($0.label + 1) its label" }
    return ReadError(
      file: text.file, at: .line(text.line),
      found: "columns of which two readings are plausible: "
        + readings.joined(separator: ", or "),
      expected: "--bag-column\(hasLabels ? " and --label-column" : ""), by position from 1, to say which")
  }
}
