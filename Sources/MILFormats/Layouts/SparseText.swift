import Containers
import MILBags
import UserInput

extension BagFormat {
  /// Sparse text of Andrews' archive: instance:bag:label index:value ...
  package static let andrews = BagFormat(
    "andrews-svm", "sparse text: instance:bag:label index:value ...", options: [.encoding, .featureCount],
    .text(recognises: SparseText.isPlausible) { try SparseText.read($0, name: $1, options: $2) })
}

/// Reads the sparse text of S. Andrews' archive: `instance:bag:label index:value ...`, one instance a line.
///
/// It also reads SVMlight's text for queries, `label qid:bag index:value ...`, in which a query is a bag. Indices count
/// from 1 and ascend; features that a line does not name are 0. Lines that begin with `#` or `%` are comments, and so
/// is text from a `#` after a blank. Labels are usually 1 for positive and -1 for negative bags.
///
/// Source: S. Andrews, I. Tsochantaridis, T. Hofmann, Support vector machines for multiple-instance learning, NIPS 15,
/// 2002.
struct SparseText {
  private var text: TextScanner
  private var rows: BagCollector
  /// The indices of the named features, from 0.
  private var indices: [Int32] = []
  private var values: [Float] = []
  /// The end of each row in the named features.
  private var rowEnds: [Int] = []
  private var largest = 0
  /// The features, from 0, that become 0 in single precision.
  private var vanishing: Set<Int32> = []
  /// The loss of the first features in single precision.
  private var loss = RoundingLoss(columns: 0)
  /// The number of features whose loss is measured, since a damaged index may be huge.
  private static let mostMeasured = 1 << 20
  private let columns: CSVColumns
  private let featureCount: Int?
  /// Whether a model determines the number of features.
  private let isKnown: Bool
  private let hasLabels: Bool
  private let missing: MissingRule
  /// Whether lines begin with a label, then the bag's id after `qid:`.
  private var hasQueries = false

  /// Returns whether most of the first lines have pairs of index and value after the instance, bag and label.
  ///
  /// A header may have colons, too: names of columns such as `chr1:100-200`.
  static func isPlausible(_ text: TextScanner) -> Bool {
    guard let first = TextLayout.fieldsByBlanks(text)?.fields, isLine(first) else { return false }
    var text = text.restarted(separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "#"), UInt8(ascii: "%")])
    var (lines, alike, pairs) = (0, 0, 0)
    while lines < 50, text.nextLine() {
      var fields: [ArraySlice<UInt8>] = []
      var line = text
      while fields.count < 20, let field = try? line.text(), field.first != UInt8(ascii: "#") { fields.append(field) }
      lines += 1
      guard isLine(fields) else { continue }
      alike += 1
      if fields.dropFirst().contains(where: isPair) { pairs += 1 }
    }
    return 2 * alike > lines && pairs > 0
  }

  /// Whether the fields of a line may be those of an instance.
  private static func isLine(_ fields: [ArraySlice<UInt8>]) -> Bool {
    let colons = fields.map { field in field.count { $0 == UInt8(ascii: ":") } }
    guard let first = colons.first, colons.dropFirst().allSatisfy({ $0 == 1 }) else { return false }
    return first >= 2 || (colons.count >= 2 && first == 0 && (TextLayout.number(fields[0]) != nil || isPair(fields[1])))
  }

  /// Whether a field is `qid:bag` or `index:value`, which also follow a label that is a name.
  private static func isPair(_ field: ArraySlice<UInt8>) -> Bool {
    let parts = field.split(separator: UInt8(ascii: ":"))
    guard parts.count == 2 else { return false }
    return parts[0].elementsEqual("qid".utf8) || parts.allSatisfy { TextLayout.number($0) != nil }
  }

  /// Reads the data set in `text`, wherever the scanner is.
  ///
  /// The options set the number of features; by default it is the largest index in the file.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var reader = SparseText(text, options)
    while reader.text.nextLine() { try reader.readLine() }
    return try reader.dataset(named: name)
  }

  private init(_ text: TextScanner, _ options: ReadOptions) {
    self.text = text.restarted(
      separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "#"), UInt8(ascii: "%")])
    featureCount = options.featureCount ?? options.knownFeatureCount
    isKnown = options.featureCount == nil && options.knownFeatureCount != nil
    missing = options.missingRule
    hasLabels = options.columns.hasLabels
    columns = options.columns
    // The collector gets no features here, since the number of features is known only at the end.
    rows = BagCollector(file: text.file, featureCount: 0, expectedRows: 0, options: options)
    rows.wayOutOfLabels =
      "sparse text has labels of bags alone, those of instances need a table with a column instance_label; --no-labels "
      + "of predict and explain leaves labels unread"
  }

  /// Reads the bag and the label of the current line.
  private mutating func head() throws -> (bag: ArraySlice<UInt8>, label: ArraySlice<UInt8>) {
    let head = try text.text()
    let colons = head.indices.filter { head[$0] == UInt8(ascii: ":") }
    if colons.isEmpty {
      let place = (line: text.line, field: text.field)
      let query = text.isAtLineEnd ? [] : try text.text()
      guard query.starts(with: Array("qid:".utf8)), query.count > 4 else {
        throw ReadError(
          file: text.file, at: .line(place.line, field: place.field),
          found: "\(ReadError.quoted(head)), a label and no bag",
          expected:
            "sparse text that says the bag of each instance: instance:bag:label index:value ..., or label qid:bag "
            + "index:value ...")
      }
      hasQueries = true
      return (query.dropFirst(4), head)
    }
    guard let first = colons.first, let last = colons.last, first + 1 < last, last + 1 < head.endIndex else {
      throw text.error(found: ReadError.quoted(head), expected: "instance:bag:label")
    }
    return (head[(first + 1)..<last], head[(last + 1)...])
  }

  private mutating func readLine() throws {
    let (bag, label) = try head()
    let row = BagCollector.Row(bag: bag, label: hasLabels ? label : nil)
    try rows.add(row, at: .line(text.line, field: text.field))
    var previous = 0
    while !text.isAtLineEnd, text.bytes[text.position] != UInt8(ascii: "#") {
      let pair = try text.text()
      var place = pair.startIndex
      guard let number = DecimalNumber.parse(text.bytes, at: &place, end: pair.endIndex), place + 1 < pair.endIndex,
        text.bytes[place] == UInt8(ascii: ":")
      else { throw text.error(found: ReadError.quoted(pair), expected: "index:value") }
      place += 1
      guard let index = Int32(exactly: number), Int(index) > previous, Int(index) <= featureCount ?? Int(Int32.max)
      else {
        let largest = featureCount ?? Int(Int32.max)
        let range = "\(previous < largest ? previous + 1 : 1) to \(largest)"
        let reason =
          number == 0
          ? "; indices count from 1, as scikit-learn writes with zero_based=False"
          : previous > 0 && number <= Double(previous)
            ? "; the indices of a line ascend"
            : isKnown
              ? "; the model has \(featureCount ?? 0) features, and one that is to know more is trained with --feature-count"
              : featureCount.map { number > Double($0) ? "; --feature-count says \($0)" : "" } ?? ""
        throw text.error(found: "index \(ReadError.quoted(pair))", expected: "a whole number from \(range)\(reason)")
      }
      let value = try value(of: pair, from: &place)
      if value != 0, Float(value) == 0 { vanishing.insert(index - 1) }
      if index <= Self.mostMeasured {
        loss.grow(to: Int(index))
        loss.note(value, Int(index) - 1)
      }
      values.append(Float(value))
      previous = Int(index)
      indices.append(index - 1)
    }
    largest = max(largest, previous)
    rowEnds.append(indices.count)
  }

  /// Reads the value of a pair after its index; NaN if it is missing and allowed to be.
  private func value(of pair: ArraySlice<UInt8>, from place: inout Int) throws -> Double {
    let start = place
    if let value = DecimalNumber.parse(text.bytes, at: &place, end: pair.endIndex), place == pair.endIndex,
      value.isFinite
    {
      guard Float(value).isFinite else { throw text.error(found: ReadError.quoted(pair), expected: FlatBags.range) }
      return value
    }
    let isMissing = MissingValues.isMarker(text.bytes[start..<pair.endIndex])
    let infinity = MissingValues.infinity(String(decoding: text.bytes[start..<pair.endIndex], as: UTF8.self))
    if isMissing && missing.allows || infinity.map(missing.isMissing) == true { return .nan }
    throw text.error(
      found: ReadError.quoted(pair),
      expected: "a finite number as value"
        + (infinity.map(FileArray.wayOutOfInfinity) ?? (isMissing ? MissingValues.wayOut : "")))
  }

  /// Creates the data set of all lines; features that no line names are 0.
  private mutating func dataset(named name: String) throws -> ReadBags {
    let count = featureCount ?? largest
    guard rows.rowCount > 0, count > 0 else {
      throw ReadError(file: text.file, found: "no instances with features", expected: "instance:bag:label index:value")
    }
    try SparseSize.check(rows: rows.rowCount, columns: count, isForced: featureCount != nil, text)
    let all = NumberedFeatures(count: count, file: text.file)
    let leftOut = try all.places(of: columns.ignored, columns)
    let kept = all.kept(without: leftOut)
    var place = [Int?](repeating: nil, count: count)
    for (new, old) in kept.enumerated() { place[old] = new }
    rows.featureCount = kept.count
    rows.features = [Float](repeating: 0, count: rows.rowCount * kept.count)
    var start = 0
    for (row, end) in rowEnds.enumerated() {
      for entry in start..<end {
        if let column = place[Int(indices[entry])] { rows.features[row * kept.count + column] = values[entry] }
      }
      start = end
    }
    rows.featureTitles = kept.map { "#\($0 + 1)" }
    loss.grow(to: count)
    var loss = loss.selecting(kept)
    for index in vanishing { if let column = place[Int(index)] { loss.note(.leastNonzeroMagnitude, column) } }
    rows.loss = loss
    rows.decisions += all.decision(leftOut).list
    indices = []
    values = []
    var result = try rows.finish(named: name)
    result.knownFeatureCount = count
    if isKnown, largest < count {
      result.decisions.insert(
        ReadDecision(
          .columns, "\(count) features, as the model has; the largest index here is \(largest)",
          option: "--feature-count"),
        at: 0)
    } else if featureCount == nil {
      result.decisions.insert(
        ReadDecision(.columns, "\(count) features, the largest index", option: "--feature-count"), at: 0)
    }
    if hasQueries { result.decisions.insert(ReadDecision(.bags, "qid is the bag"), at: 0) }
    return result
  }
}

/// Guards against sparse text with an index so large that the dense matrix would exhaust memory.
enum SparseSize {
  /// Refuses more features than a memory limit: four times the text plus 64 MiB, but never more than 2^31 values.
  ///
  /// If the user set the number of features, only the latter limit applies.
  static func check(rows: Int, columns: Int, isForced: Bool, _ text: TextScanner) throws {
    let (count, overflows) = rows.multipliedReportingOverflow(by: columns)
    let limit = isForced ? 1 << 31 : min(1 << 31, text.bytes.count / 8 * 3 + (8 << 20))
    guard !overflows, count <= limit else {
      throw ReadError(
        file: text.file, found: "\(rows) instances with features up to number \(columns)",
        expected: "no more than \(limit) values in all" + (isForced ? "" : ", or --feature-count"))
    }
  }
}
