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
    let chosen = try chosen(candidates, text, options)
    try refuseRowNumbers(chosen, text, options, names)
    try SecondLabel.refuse(among: free(count, options.columns, names), beside: chosen, text, options)
    return chosen
  }

  /// Returns the most plausible of the three layouts.
  private static func chosen(
    _ candidates: [Layout], _ text: TextScanner, _ options: ReadOptions
  ) throws -> Layout {
    let fits = try candidates.map { try Fit(text, $0, options) }
    let isOne = (candidates[0].bag, candidates[0].label) == (candidates[1].bag, candidates[1].label)
    let hasLabels = options.columns.hasLabels
    for tier in [isOne ? [0] : [0, 1], [2]] {
      let good = tier.filter { fits[$0].isGood }
      // Of several classes behind the bag, a last column of two values that is the same in each bag may be a feature.
      if tier == [2], !good.isEmpty, !isOne, fits[1].showsSeveralClasses {
        throw ambiguous(text, [candidates[1], candidates[2]], hasLabels: hasLabels)
      }
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
    _ chosen: Layout, _ text: TextScanner, _ options: ReadOptions, _ names: [String]?
  ) throws {
    guard options.columns.bag == nil, try Fit(text, chosen, options).hasRowsOfTheirOwn else { return }
    var rest = options.columns
    rest.ignored.append("#\(chosen.bag + 1)")
    for other in candidates(text.fieldsLeft, rest, names) {
      let fit = try Fit(text, other, options)
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
    if text.hasPrefix("name:") { return names?.firstIndex(of: String(text.dropFirst(5))) }
    if text.hasPrefix("#") { return Int(text.dropFirst()).map { $0 &- 1 } }
    return names?.firstIndex(of: text) ?? Int(text).map { $0 &- 1 }
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

  /// How well a layout fits the first lines.
  private struct Fit {
    /// Whether there are two labels of one kind, the same throughout each bag.
    var isGood = false
    /// Whether the labels' own names determine the positive one.
    var hasPlainLabels = false
    /// Whether each bag has one label, and there are fewer labels than bags.
    var isPossible = false
    /// The number of lines checked, and of bags in them.
    private(set) var lines = 0
    private(set) var bagCount = 0
    /// Whether the lines of each bag are adjacent.
    private var areTogether = true
    private var labelCount = 0

    /// Whether the labels are several classes, which many lines show to be the same throughout each bag.
    var showsSeveralClasses: Bool { isPossible && labelCount > 2 && lines >= bagCount + 4 }

    /// Whether each line is a separate bag.
    var hasRowsOfTheirOwn: Bool { lines > 0 && bagCount == lines }

    /// Whether ids repeat like bag ids, with one label each: in blocks, or too often for chance.
    var repeatsAsBagsDo: Bool {
      // A few values beside a column with one value may be labels beside a feature.
      bagCount > max(2, labelCount) && (labelCount > 1 || bagCount > 10) && lines >= 2 * bagCount
        && (areTogether || lines - bagCount >= 10)
    }

    init(_ start: TextScanner, _ layout: Layout, _ options: ReadOptions) throws {
      var text = start
      var labelOfBag: [[UInt8]: [UInt8]] = [:]
      var labels: Set<[UInt8]> = []
      var rule = LabelRule(of: .bags, file: text.file, options: options)
      var lines = 0
      var areTogether = true
      var previous: ArraySlice<UInt8> = []
      func plain(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        BagNames.trimmed(PlainText.visible(field) ?? field)
      }
      let last = max(layout.bag, layout.label)
      repeat {
        if text.hasOnlySeparators { continue }
        var fields: [ArraySlice<UInt8>] = []
        while !text.isAtLineEnd, fields.count <= last { fields.append(try text.text()) }
        guard fields.count > last else { break }
        let (bag, label) = (plain(fields[layout.bag]), plain(fields[layout.label]))
        guard Self.isIdentifier(bag), Self.isIdentifier(label) else { return }
        let known = labelOfBag[Array(bag)]
        guard known == nil || known.map({ label.elementsEqual($0) }) == true else { return }
        if known != nil, !bag.elementsEqual(previous) { areTogether = false }
        previous = bag
        labelOfBag[Array(bag)] = Array(label)
        labels.insert(Array(label))
        guard labels.count <= 10, (try? rule.code(of: label, at: nil)) != nil else { return }
        lines += 1
      } while lines < HeaderlessText.lineLimit && text.nextLine()
      (self.lines, self.areTogether, bagCount, labelCount) = (lines, areTogether, labelOfBag.count, labels.count)
      isPossible = labelOfBag.count > labels.count
      hasPlainLabels = rule.saysItself
      isGood = labels.count <= 4 && (try? rule.resolve())?.classNames.count == 2
    }

    /// Whether a field is text or a whole number.
    private static func isIdentifier(_ field: ArraySlice<UInt8>) -> Bool {
      let bytes = DecimalMarks.pointed(field)
      var end = 0
      guard let number = DecimalNumber.parse(bytes, at: &end, end: bytes.count), end == bytes.count else {
        return !bytes.isEmpty
      }
      return number.rounded() == number
    }
  }
}
