import MILBags
import UserInput

/// Scans the lines and fields of a text file's bytes, and tracks its position.
///
/// With a blank for the separator, any run of blanks and tabs separates fields. With another, a field may be quoted,
/// hold separators and line ends, and write a quotation mark twice (Y. Shafranovich, Common format and MIME type for
/// comma-separated values files, RFC 4180, 2005, doi:10.17487/RFC4180).
struct TextScanner {
  /// The file's name, for errors.
  let file: String
  /// The whole text.
  private(set) var bytes: [UInt8]
  /// The separator of fields.
  let separator: UInt8
  /// Lines that begin with one of these are skipped.
  let commentMarks: [UInt8]
  /// The next byte of the current line to read.
  private(set) var position: Int
  /// The end of the current line: at its CR or LF, or at the end of the text, without trailing blanks.
  private(set) var lineEnd: Int
  /// The number of the current line, from 1; 0 before the first.
  private(set) var line = 0
  /// The number of the field last read, from 1.
  private(set) var field = 0
  private var nextStart: Int
  private var lineStart = 0
  private var nextLineNumber = 1
  private let containsQuotes: Bool
  private let hasQuotes: Bool
  private let separatesByBlanks: Bool

  /// Creates a scanner before the first line of a text; it skips a UTF-8 byte order mark.
  init(file: String, bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) {
    self.init(file, bytes, separator, [], containsQuotes: bytes.contains(quote))
  }

  private init(
    _ file: String, _ bytes: [UInt8], _ separator: UInt8, _ commentMarks: [UInt8], containsQuotes: Bool
  ) {
    self.file = file
    self.bytes = bytes
    self.separator = separator
    self.commentMarks = commentMarks
    self.containsQuotes = containsQuotes
    separatesByBlanks = separator == blank
    hasQuotes = separator != blank && containsQuotes
    nextStart = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    position = nextStart
    lineEnd = nextStart
  }

  /// Returns a scanner before the first line of the same text; it keeps the separator unless given another.
  func restarted(separator: UInt8? = nil, commentMarks: [UInt8] = []) -> TextScanner {
    TextScanner(file, bytes, separator ?? self.separator, commentMarks, containsQuotes: containsQuotes)
  }

  /// Advances to the start of the next line that is neither blank nor a comment; returns false at the end.
  mutating func nextLine() -> Bool {
    field = 0
    while nextStart < bytes.count {
      line = nextLineNumber
      position = nextStart
      var next = nextStart
      while next < bytes.count, Self.isBlank(bytes[next]) { next &+= 1 }
      let first = next
      let isComment = next < bytes.count && commentMarks.contains(bytes[next])
      if hasQuotes, !isComment { next = endOfQuotedLine(from: position) }
      while next < bytes.count, bytes[next] != lineFeed, bytes[next] != carriageReturn { next &+= 1 }
      lineEnd = next
      let isPair = next + 1 < bytes.count && bytes[next] == carriageReturn && bytes[next + 1] == lineFeed
      nextStart = next + (isPair ? 2 : 1)
      nextLineNumber += 1
      if first < lineEnd, !isComment {
        while lineEnd > first, isSkipped(bytes[lineEnd - 1]) { lineEnd &-= 1 }
        if separatesByBlanks { position = first }
        lineStart = position
        return true
      }
    }
    position = lineEnd
    return false
  }

  /// Whether the current line has only separators and blanks.
  var hasOnlySeparators: Bool {
    guard lineStart < lineEnd, bytes[lineStart] == separator || Self.isBlank(bytes[lineStart]) else { return false }
    return bytes[lineStart..<lineEnd].allSatisfy { $0 == separator || Self.isBlank($0) }
  }

  /// Whether the current line has line feeds within quotation marks.
  var spansLines: Bool { nextLineNumber > line + 1 }

  /// A scanner at the start of the current line.
  var atLineStart: TextScanner {
    var result = self
    (result.position, result.field) = (lineStart, 0)
    return result
  }

  /// Overwrites bytes that are not separators, quotation marks or line ends by another such byte.
  mutating func replace(_ places: [Int], by byte: UInt8) {
    for place in places { bytes[place] = byte }
  }

  /// Ends the current line at a position in it, without blanks before that.
  mutating func endLine(at place: Int) {
    lineEnd = min(max(place, position), lineEnd)
    while lineEnd > position, isSkipped(bytes[lineEnd - 1]) { lineEnd &-= 1 }
  }

  /// Returns the end of the line from `start`, ignoring line ends within quotation marks but counting them.
  private mutating func endOfQuotedLine(from start: Int) -> Int {
    var next = start
    var isFieldStart = true
    var isQuoted = false
    while next < bytes.count {
      let byte = bytes[next]
      if isQuoted {
        // A doubled quotation mark closes the field and opens it again.
        if byte == quote { isQuoted = false }
        if byte == lineFeed { nextLineNumber += 1 }
      } else if byte == quote, isFieldStart || bytes[next - 1] == quote {
        isQuoted = true
      } else if byte == lineFeed || byte == carriageReturn {
        break
      }
      isFieldStart = byte == separator || (isFieldStart && Self.isBlank(byte))
      next &+= 1
    }
    return next
  }

  /// Whether all fields of the line have been read; a separator at the end of a line does not begin another field.
  var isAtLineEnd: Bool { position >= lineEnd }

  /// Whether the line ends with a separator, after which a field may be missing.
  var endsWithSeparator: Bool { lineEnd > 0 && lineEnd <= bytes.count && bytes[lineEnd - 1] == separator }

  /// The number of fields from here to the end of the line.
  var fieldsLeft: Int {
    var rest = self
    var count = 0
    while !rest.isAtLineEnd {
      rest.skipField()
      count += 1
    }
    return count
  }

  /// Skips a field, whatever its content.
  mutating func skipField() {
    field &+= 1
    if hasQuotes {
      skipBlanks()
      if !isAtLineEnd, bytes[position] == quote { passQuoted() }
    }
    while position < lineEnd, !isSeparator(bytes[position]) { position &+= 1 }
    passSeparator()
  }

  /// Skips a field, whatever its content, and returns its range without surrounding blanks and quotation marks.
  mutating func fieldRange() -> Range<Int> {
    let start = position
    skipField()
    var (low, high) = (start, position)
    if high > low, isSeparator(bytes[high - 1]) { high -= 1 }
    while low < high, Self.isBlank(bytes[low]) { low += 1 }
    while high > low, Self.isBlank(bytes[high - 1]) { high -= 1 }
    if high - low >= 2, bytes[low] == quote, bytes[high - 1] == quote { (low, high) = (low + 1, high - 1) }
    return low..<high
  }

  /// Reads the next field as a number.
  ///
  /// - Throws: ``ReadError`` if the field is missing, or anything but a finite number.
  @inline(__always)
  mutating func number() throws -> Double {
    let start = position
    skipBlanks()
    if let value = DecimalNumber.parse(bytes, at: &position, end: lineEnd), value.isFinite {
      let end = position
      skipBlanks()
      if position >= lineEnd || bytes[position] == separator {
        position &+= 1
        field &+= 1
        return value
      }
      if separatesByBlanks, position > end {
        field &+= 1
        return value
      }
    }
    position = start
    return try quotedNumber()
  }

  /// Reads the next field as a quoted number; any other field is an error.
  private mutating func quotedNumber() throws -> Double {
    let isQuoted = hasQuotes && !isAtLineEnd && bytes[position..<lineEnd].first { !isSkipped($0) } == quote
    let content = Array(try text())
    var place = content.firstIndex { !Self.isBlank($0) } ?? 0
    if isQuoted, let value = DecimalNumber.parse(content, at: &place, end: content.count), value.isFinite,
      content[place...].allSatisfy(Self.isBlank)
    {
      return value
    }
    throw error(found: ReadError.quoted(content), expected: "a finite number")
  }

  /// Reads the next field as a feature: a number within the range of `Float`.
  @inline(__always)
  mutating func feature() throws -> Double {
    let start = position
    let value = try number()
    guard Float(value).isFinite else {
      position = start
      field &-= 1
      let found = try text()
      throw error(found: ReadError.quoted(found), expected: FlatBags.range)
    }
    return value
  }

  /// Returns the sides of a field, which was read unchanged, with blanks.
  func blanks(around content: ArraySlice<UInt8>) -> BlankSides {
    // A slice that starts at 0 below the first line is a copy without doubled quotation marks.
    guard !content.isEmpty, content.startIndex > 0 || line == 1 else { return [] }
    func isBlank(_ byte: UInt8) -> Bool { Self.isBlank(byte) && byte != separator }
    var sides: BlankSides = []
    if content.startIndex > 0, isBlank(bytes[content.startIndex - 1]) { sides.insert(.before) }
    if content.endIndex < bytes.count, isBlank(bytes[content.endIndex]) { sides.insert(.after) }
    return sides
  }

  /// Reads the next field as text, without surrounding blanks and quotation marks.
  mutating func text() throws -> ArraySlice<UInt8> {
    field &+= 1
    guard !isAtLineEnd else { throw error(found: "the end of the line", expected: "one more field") }
    var start = position
    while start < lineEnd, isSkipped(bytes[start]) { start &+= 1 }
    if hasQuotes, start < lineEnd, bytes[start] == quote {
      position = start
      return try quotedText()
    }
    var end = start
    while end < lineEnd, !isSeparator(bytes[end]) { end &+= 1 }
    position = end
    passSeparator()
    while end > start, Self.isBlank(bytes[end - 1]) { end &-= 1 }
    return bytes[start..<end]
  }

  /// Reads a field that begins with a quotation mark.
  private mutating func quotedText() throws -> ArraySlice<UInt8> {
    let start = position + 1
    guard passQuoted() else {
      throw error(found: "a quotation mark without end", expected: "a closing quotation mark")
    }
    let content = bytes[start..<(position - 1)]
    skipBlanks()
    guard isAtLineEnd || bytes[position] == separator else {
      throw error(
        found: ReadError.quoted(bytes[position..<lineEnd]) + " after a quoted field", expected: "a separator")
    }
    passSeparator()
    guard content.contains(quote) else { return content }
    var plain: [UInt8] = []
    plain.reserveCapacity(content.count)
    var isSecond = false
    for byte in content {
      isSecond = byte == quote && !isSecond
      if !isSecond { plain.append(byte) }
    }
    return plain[...]
  }

  /// Skips the quoted text that begins here; returns false if it does not end on the line.
  @discardableResult
  private mutating func passQuoted() -> Bool {
    position &+= 1
    while position < lineEnd {
      if bytes[position] == quote {
        position &+= 1
        guard position < lineEnd, bytes[position] == quote else { return true }
      }
      position &+= 1
    }
    position = lineEnd
    return false
  }

  /// Creates an error about the field last read.
  func error(found: String, expected: String) -> ReadError {
    ReadError(file: file, at: .line(line, field: field == 0 ? nil : field), found: found, expected: expected)
  }

  /// Creates an error about the number of fields of the current line.
  func fieldCountError(found: Int, expected: String) -> ReadError {
    ReadError(file: file, at: .line(line), found: found == 1 ? "1 field" : "\(found) fields", expected: expected)
  }

  @inline(__always)
  private mutating func skipBlanks() {
    while position < lineEnd, isSkipped(bytes[position]) { position &+= 1 }
  }

  /// Advances past the separator here, or past a whole run of blanks.
  private mutating func passSeparator() {
    if separatesByBlanks { return skipBlanks() }
    position = min(position &+ 1, lineEnd)
  }

  /// Whether a byte is an insignificant blank around a field.
  @inline(__always)
  private func isSkipped(_ byte: UInt8) -> Bool { Self.isBlank(byte) && (byte != separator || separatesByBlanks) }

  @inline(__always)
  private func isSeparator(_ byte: UInt8) -> Bool { byte == separator || (separatesByBlanks && Self.isBlank(byte)) }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == blank || byte == UInt8(ascii: "\t") }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let quote = UInt8(ascii: "\"")
private let blank = UInt8(ascii: " ")
