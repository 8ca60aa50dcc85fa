import MILBags
import UserInput

/// Detects the layout of a text from its first lines, and calls that layout's reader.
enum TextLayout {
  /// Detects the layout of `text`, wherever the scanner is.
  ///
  /// - Throws: ``ReadError`` that quotes the first line, if it fits no layout, or more than one.
  static func detect(_ text: TextScanner, options: ReadOptions) throws -> BagFormat {
    if let format = layoutByBlanks(text) { return format }
    var text = try TableShape(text, options: options).text
    guard text.nextLine() else { throw ReadError(file: text.file, found: "no lines", expected: "a file of bags") }
    if options.hasHeader != nil { return .csv }
    let isPlaced = options.columns.bag != nil || options.columns.label != nil
    let count = text.fieldsLeft
    let line = text.bytes[text.position..<text.lineEnd]
    let (first, last) = try ends(of: text)
    if !isPlaced, count >= 4, number(first) == nil, line.last == UInt8(ascii: "."), isLabel(last) { return .c45 }
    if options.columns != .automatic { return .csv }
    guard count >= 3 else {
      throw ReadError(
        file: text.file, at: .line(text.line), found: ReadError.quoted(line),
        expected: BagFormat.expectation(BagFormat.allCases.filter(\.isText)))
    }
    if try TableHeader(text, options: options) != nil { return .csv }
    return try HeaderlessText.layout(of: text, options: options).format
  }

  /// Reads the data set in a text of the given layout.
  static func read(
    _ text: TextScanner, as format: BagFormat, name: String, options: ReadOptions
  ) throws -> ReadBags {
    switch format {
    case .c45: return try C45Text.read(text, name: name, options: options)
    case .newsgroups: return try NewsgroupsText.read(text, name: name, options: options)
    case .andrews: return try SparseText.read(text, name: name, options: options)
    case .arff: return try AttributeText.read(text, name: name, options: options)
    case .keel where KEELText.hasHeader(text):
      try format.refuseOthers(than: BagFormat.arff.options, in: options, file: text.file)
      return try AttributeText.read(text, name: name, options: options)
    default: break
    }
    let table = try TableShape(text, options: options)
    var bags: ReadBags
    switch format {
    case .keel: bags = try KEELText.read(table.text, name: name, options: options)
    case .csv: bags = try CSVText.read(table.text, name: name, options: options)
    default: bags = try LabelBagCSV.read(table.text, name: name, options: options)
    }
    bags.decisions = table.decisions + bags.decisions
    return bags
  }

  /// Detects a layout with fields separated by blanks, or one that begins with a declaration; nil for others.
  private static func layoutByBlanks(_ text: TextScanner) -> BagFormat? {
    var text = text.restarted(
      separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%"), UInt8(ascii: "#")])
    guard text.nextLine() else { return nil }
    if text.bytes[text.position] == UInt8(ascii: "@") { return AttributeHeader.isKEEL(text) ? .keel : .arff }
    let hasComments = text.line > 1 && text.bytes.first == UInt8(ascii: "%")
    var fields: [ArraySlice<UInt8>] = []
    while fields.count < 5, let field = try? text.text(), field.first != UInt8(ascii: "#") { fields.append(field) }
    let colons = fields.map { field in field.count { $0 == UInt8(ascii: ":") } }
    if let first = colons.first, first >= 2, colons.dropFirst().allSatisfy({ $0 == 1 }) { return .andrews }
    if colons.count >= 2, colons[0] == 0, colons.dropFirst().allSatisfy({ $0 == 1 }), number(fields[0]) != nil {
      return .andrews
    }
    let isTable = fields.count == 5 && isLabel(fields[1]) && isLabel(fields[3]) && number(fields[4]) != nil
    let hasTabs = text.bytes[..<text.lineEnd].contains(UInt8(ascii: "\t"))
    return isTable && (hasComments || !hasTabs) ? .newsgroups : nil
  }

  /// Returns the first and the last field of the current line.
  private static func ends(of text: TextScanner) throws -> (first: ArraySlice<UInt8>, last: ArraySlice<UInt8>) {
    var text = text
    let first = try text.text()
    var last = first
    while !text.isAtLineEnd { last = try text.text() }
    return (first, last)
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    let bytes = Array(field)
    var end = 0
    guard let value = DecimalNumber.parse(bytes, at: &end, end: bytes.count), end == bytes.count else { return nil }
    return value
  }

  private static func isLabel(_ field: ArraySlice<UInt8>) -> Bool {
    number(field).map { [1, 0, -1].contains($0) } ?? false
  }
}
