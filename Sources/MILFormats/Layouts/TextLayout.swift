import MILBags
import UserInput

/// A detector of the layout of a text by its first lines.
enum TextLayout {
  /// Detects the layout of `text`, wherever the scanner is.
  ///
  /// - Throws: ``ReadError`` that quotes the first line, if it fits no layout, or more than one.
  static func detect(_ text: TextScanner, options: ReadOptions) throws -> BagFormat {
    if let format = BagFormat.all.first(where: { $0.recognises(text) }) { return format }
    let isPlaced = options.columns.bag != nil || options.columns.label != nil
    if !isPlaced, options.hasHeader == nil, options.columns.instanceLabel == nil, NewsgroupsFit(text) == .possible {
      throw NewsgroupsFit.ambiguous(text)
    }
    var text = try TableShape(text, options: options).text
    guard text.nextLine() else { throw ReadError(file: text.file, found: "no lines", expected: "a file of bags") }
    if options.hasHeader != nil { return .csv }
    let count = text.fieldsLeft
    let line = text.bytes[text.position..<text.lineEnd]
    let (first, last) = try ends(of: text)
    if !isPlaced, count >= 4, number(first) == nil, line.last == UInt8(ascii: "."),
      try C45Text.isPlausible(last, in: text)
    {
      return .c45
    }
    if options.columns != .automatic { return .csv }
    guard count >= 3 else {
      try refuseTwoColumns(text)
      throw ReadError(
        file: text.file, at: .line(text.line), found: ReadError.quoted(line),
        expected: BagFormat.expectation(BagFormat.all.filter(\.isText)))
    }
    if try TableHeader(text, options: options) != nil { return .csv }
    return try HeaderlessText.layout(of: text, options: options).format
  }

  /// Refuses a table of two columns, which lacks a bag, a label or a feature.
  private static func refuseTwoColumns(_ text: TextScanner) throws {
    var next = text
    guard text.fieldsLeft == 2, next.nextLine(), next.fieldsLeft == 2 else { return }
    throw ReadError(
      file: text.file, at: .line(text.line),
      found: "no bag column beside a label and a feature among two columns, "
        + ReadError.quoted(text.bytes[text.position..<text.lineEnd]),
      expected: "a column with the bag of each instance, called bag or the like, one with its label and at least one "
        + "of features")
  }

  /// Reads a table of fields, and adds the decisions about its shape.
  static func table(
    _ text: TextScanner, _ options: ReadOptions, read: (TextScanner) throws -> ReadBags
  ) throws -> ReadBags {
    let table = try TableShape(text, options: options)
    var bags = try read(table.text)
    bags.decisions = table.decisions + bags.decisions
    return bags
  }

  /// Returns whether a text begins with a declaration.
  static func isDeclared(_ text: TextScanner) -> Bool {
    firstLine(text).map { $0.bytes[$0.position] == UInt8(ascii: "@") } ?? false
  }

  /// Returns the first five fields of the first line, separated by blanks.
  ///
  /// Returns nil if there is no line or it is a declaration.
  static func fieldsByBlanks(
    _ text: TextScanner
  ) -> (fields: [ArraySlice<UInt8>], hasComments: Bool, hasTabs: Bool)? {
    guard var line = firstLine(text), line.bytes[line.position] != UInt8(ascii: "@") else { return nil }
    let hasComments = line.line > 1 && line.bytes.first == UInt8(ascii: "%")
    let hasTabs = line.bytes[..<line.lineEnd].contains(UInt8(ascii: "\t"))
    var fields: [ArraySlice<UInt8>] = []
    while fields.count < 5, let field = try? line.text(), field.first != UInt8(ascii: "#") { fields.append(field) }
    return (fields, hasComments, hasTabs)
  }

  /// Returns the scanner at the first line that is not a comment.
  private static func firstLine(_ text: TextScanner) -> TextScanner? {
    var text = text.restarted(
      separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%"), UInt8(ascii: "#")])
    return text.nextLine() ? text : nil
  }

  /// Returns the first and the last field of the current line.
  private static func ends(of text: TextScanner) throws -> (first: ArraySlice<UInt8>, last: ArraySlice<UInt8>) {
    var text = text
    let first = try text.text()
    var last = first
    while !text.isAtLineEnd { last = try text.text() }
    return (first, last)
  }

  /// Returns the number in a field, whose decimal mark is a point or a comma; nil for text.
  static func number(_ field: some Sequence<UInt8>) -> Double? {
    let bytes = DecimalMarks.pointed(field)
    var end = 0
    guard let value = DecimalNumber.parse(bytes, at: &end, end: bytes.count), end == bytes.count else { return nil }
    return value
  }

  /// Returns whether a field is 1, 0 or -1.
  static func isLabel(_ field: ArraySlice<UInt8>) -> Bool {
    number(field).map { [1, 0, -1].contains($0) } ?? false
  }
}
