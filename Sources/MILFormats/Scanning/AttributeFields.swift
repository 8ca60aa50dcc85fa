import MILBags
import UserInput

/// Splits the lines below `@data` of an ARFF or KEEL file.
///
/// A line is dense, `1.5,name,'a b'`, or sparse, `{0 1.5, 2 name}`, with the indices of attributes from 0. An attribute
/// that a sparse line does not name is 0, or the first of its names.
struct AttributeFields {
  /// The value of each attribute; nil if a sparse line does not name it.
  private(set) var fields: [Field?]
  /// The number of lines that ended in a comma after the last field.
  private(set) var emptyEnds = 0

  /// The range of a value, without its quotation marks.
  struct Field {
    let range: Range<Int>
    let isQuoted: Bool
  }

  /// Creates the fields for lines of `count` attributes.
  init(count: Int) {
    fields = [Field?](repeating: nil, count: count)
  }

  /// Splits the current line of `text`; returns whether it is sparse.
  ///
  /// - Throws: ``ReadError`` for a wrong number of fields, an index out of range, or an unclosed quotation mark.
  mutating func read(_ text: TextScanner) throws -> Bool {
    var position = text.position
    skipBlanks(text, &position)
    if position < text.lineEnd, text.bytes[position] == UInt8(ascii: "{") {
      for index in fields.indices { fields[index] = nil }
      try readSparse(text, position + 1)
      return true
    }
    var count = 0
    let byTabs = fields.count > 1 && !Self.hasComma(text.bytes, from: position, to: text.lineEnd)
    while position < text.lineEnd || count == 0 {
      let field = try field(text, &position, number: count + 1, isSparse: false, byTabs: byTabs)
      if count < fields.count { fields[count] = field }
      count += 1
      guard position < text.lineEnd else { break }
      position += 1
      try refuseWeight(text, position, count)
      if position >= text.lineEnd, count == fields.count, !byTabs { emptyEnds += 1 }
      // A comma at the end of a line does not begin another field, unless one is missing.
      if position >= text.lineEnd, count == fields.count - 1 {
        fields[count] = Field(range: position..<position, isQuoted: false)
        count += 1
      }
    }
    guard count == fields.count else {
      throw text.fieldCountError(found: count, expected: "\(fields.count) as there are attributes")
    }
    return false
  }

  private mutating func readSparse(_ text: TextScanner, _ start: Int) throws {
    var position = start
    func fail(_ found: String, _ expected: String) -> ReadError {
      ReadError(file: text.file, at: .line(text.line), found: found, expected: expected)
    }
    var previous = -1
    while true {
      skipBlanks(text, &position)
      guard position < text.lineEnd else { throw fail("the end of the line", "a closing brace") }
      if text.bytes[position] == UInt8(ascii: "}") { return try endSparse(text, position + 1) }
      let begin = position
      guard let number = DecimalNumber.parse(text.bytes, at: &position, end: text.lineEnd),
        let index = Int32(exactly: number), index > previous, index < fields.count,
        position < text.lineEnd, TextScanner.isBlank(text.bytes[position])
      else {
        throw fail(
          ReadError.quoted(text.bytes[begin..<text.lineEnd]),
          "the position of an attribute from \(previous + 1) to \(fields.count - 1), and its value")
      }
      previous = Int(index)
      skipBlanks(text, &position)
      fields[Int(index)] = try field(text, &position, number: Int(index) + 1, isSparse: true)
      if position < text.lineEnd, text.bytes[position] == UInt8(ascii: ",") { position += 1 }
    }
  }

  /// Refuses text after the closing brace.
  private func endSparse(_ text: TextScanner, _ start: Int) throws {
    var position = start
    skipBlanks(text, &position)
    guard position < text.lineEnd else { return }
    if text.bytes[position] == UInt8(ascii: ",") { try refuseWeight(text, position + 1, fields.count) }
    throw ReadError(
      file: text.file, at: .line(text.line),
      found: ReadError.quoted(text.bytes[position..<text.lineEnd]) + " behind the closing brace",
      expected: "the end of the line")
  }

  /// Reads the field at `position`, and advances to the comma or brace after it.
  private func field(
    _ text: TextScanner, _ position: inout Int, number: Int, isSparse: Bool, byTabs: Bool = false
  ) throws -> Field {
    skipBlanks(text, &position)
    func isEnd(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ",") || (isSparse && byte == UInt8(ascii: "}")) || (byTabs && TextScanner.isBlank(byte))
    }
    if position < text.lineEnd, text.bytes[position] == UInt8(ascii: "'") || text.bytes[position] == UInt8(ascii: "\"")
    {
      let start = position + 1
      guard let end = Self.endOfQuoted(text.bytes, from: position, to: text.lineEnd) else {
        throw ReadError(
          file: text.file, at: .line(text.line, field: number), found: "a quotation mark without end",
          expected: "a closing quotation mark")
      }
      position = end
      if !byTabs { skipBlanks(text, &position) }
      guard position >= text.lineEnd || isEnd(text.bytes[position]) else {
        throw ReadError(
          file: text.file, at: .line(text.line, field: number),
          found: ReadError.quoted(text.bytes[position..<text.lineEnd]) + " after a quoted value", expected: "a comma")
      }
      return Field(range: start..<(end - 1), isQuoted: true)
    }
    let start = position
    while position < text.lineEnd, !isEnd(text.bytes[position]) { position += 1 }
    var end = position
    while end > start, TextScanner.isBlank(text.bytes[end - 1]) { end -= 1 }
    return Field(range: start..<end, isQuoted: false)
  }

  /// Refuses the weight of an instance, `{0.5}`, which no model supports.
  private func refuseWeight(_ text: TextScanner, _ position: Int, _ count: Int) throws {
    guard count == fields.count else { return }
    var position = position
    skipBlanks(text, &position)
    guard position < text.lineEnd, text.bytes[position] == UInt8(ascii: "{") else { return }
    throw ReadError(
      file: text.file, at: .line(text.line, field: count + 1),
      found: "the weight of an instance, " + ReadError.quoted(text.bytes[position..<text.lineEnd]),
      expected: "rows without weights, which no model here uses; "
        + #"sed -E '/^ *@/!s/[,[:space:]]+\{[0-9.eE+-]+\}//g' FILE removes them"#)
  }

  /// Whether there is a comma outside quoted texts.
  private static func hasComma(_ bytes: [UInt8], from start: Int, to end: Int) -> Bool {
    var place = start
    var isFieldStart = true
    while place < end {
      let byte = bytes[place]
      if byte == UInt8(ascii: ",") { return true }
      if isFieldStart, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        guard let next = endOfQuoted(bytes, from: place, to: end) else { return false }
        place = next
      } else {
        place += 1
      }
      isFieldStart = TextScanner.isBlank(byte)
    }
    return false
  }

  /// Returns the decision on commas after the last field; nil if there are none.
  func decision(of lines: Int) -> ReadDecision? {
    guard emptyEnds > 0 else { return nil }
    return ReadDecision(.leftOut, "an empty field behind the last attribute in \(emptyEnds) of \(lines) lines")
  }

  private func skipBlanks(_ text: TextScanner, _ position: inout Int) {
    while position < text.lineEnd, TextScanner.isBlank(text.bytes[position]) { position += 1 }
  }

  /// Returns the position after the closing quotation mark of a text that begins at `start`; nil if there is none
  /// before `end`.
  static func endOfQuoted(_ bytes: [UInt8], from start: Int, to end: Int) -> Int? {
    let quote = bytes[start]
    var next = start + 1
    while next < end {
      if bytes[next] == quote { return next + 1 }
      next += bytes[next] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Unescapes a quoted text: `\n`, `\r` and `\t` are line feed, return and tab; any other byte after a backslash is
  /// itself.
  static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\\")) else { return Array(bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        switch byte {
        case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
        default: result.append(byte)
        }
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
