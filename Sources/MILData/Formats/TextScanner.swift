/// Walks through the lines and fields of a text file's bytes and knows where it stands.
struct TextScanner {
  /// The file's name, for errors.
  let file: String
  /// The whole text.
  let bytes: [UInt8]
  /// What separates fields.
  let separator: UInt8
  /// The next byte of the current line to read.
  private(set) var position: Int
  /// Where the current line ends: at its CR or LF, or at the end of the text.
  private(set) var lineEnd: Int
  /// The number of the current line, from 1; 0 before the first.
  private(set) var line = 0
  /// The number of the field last read, from 1.
  private(set) var field = 0
  private var nextStart: Int

  /// A scanner before the first line of a text; a byte order mark of UTF-8 is skipped.
  init(file: String, bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) {
    self.file = file
    self.bytes = bytes
    self.separator = separator
    nextStart = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    position = nextStart
    lineEnd = nextStart
  }

  /// Moves to the beginning of the next line that holds more than blanks; false at the end of the text.
  mutating func nextLine() -> Bool {
    field = 0
    while nextStart < bytes.count {
      line += 1
      position = nextStart
      var next = nextStart
      var isBlank = true
      while next < bytes.count, bytes[next] != lineFeed, bytes[next] != carriageReturn {
        if !Self.isBlank(bytes[next]) { isBlank = false }
        next &+= 1
      }
      lineEnd = next
      let isPair = next + 1 < bytes.count && bytes[next] == carriageReturn && bytes[next + 1] == lineFeed
      nextStart = next + (isPair ? 2 : 1)
      if !isBlank { return true }
    }
    position = lineEnd
    return false
  }

  /// Whether all fields of the line have been read; a separator at the end of a line begins no further field.
  var isAtLineEnd: Bool { position >= lineEnd }

  /// The number of fields from here to the end of the line.
  var fieldsLeft: Int {
    guard !isAtLineEnd else { return 0 }
    let separators = bytes[position..<lineEnd].reduce(0) { $0 + ($1 == separator ? 1 : 0) }
    return separators + (bytes[lineEnd - 1] == separator ? 0 : 1)
  }

  /// Reads the next field as a number.
  ///
  /// - Throws: ``ReadError`` when the field is missing, or anything but a finite number.
  @inline(__always)
  mutating func number() throws -> Double {
    field &+= 1
    let start = position
    skipBlanks()
    if let value = DecimalNumber.parse(bytes, at: &position, end: lineEnd), value.isFinite {
      skipBlanks()
      if position >= lineEnd { return value }
      if bytes[position] == separator {
        position &+= 1
        return value
      }
    }
    position = start
    throw error(found: foundHere(), expected: "a finite number")
  }

  /// Reads the next field as a feature: a number within the range of `Float`.
  @inline(__always)
  mutating func feature() throws -> Float {
    let start = position
    let value = Float(try number())
    guard value.isFinite else {
      position = start
      throw error(found: foundHere(), expected: "a number within the range of single precision")
    }
    return value
  }

  /// Reads the next field as text, without the blanks around it.
  mutating func text() throws -> ArraySlice<UInt8> {
    field &+= 1
    guard !isAtLineEnd else { throw error(found: foundHere(), expected: "one more field") }
    var end = position
    while end < lineEnd, bytes[end] != separator { end &+= 1 }
    var start = position
    position = min(end + 1, lineEnd)
    while start < end, Self.isBlank(bytes[start]) { start &+= 1 }
    while end > start, Self.isBlank(bytes[end - 1]) { end &-= 1 }
    return bytes[start..<end]
  }

  /// An error about the field last read.
  func error(found: String, expected: String) -> ReadError {
    ReadError(file: file, at: .line(line, field: field == 0 ? nil : field), found: found, expected: expected)
  }

  /// An error about the number of fields of the current line.
  func fieldCountError(found: Int, expected: String) -> ReadError {
    ReadError(file: file, at: .line(line), found: "\(found) fields", expected: expected)
  }

  /// What an error says about the field that begins here; `field` has been counted already.
  private func foundHere() -> String {
    if isAtLineEnd { return "the end of the line" }
    let rest = bytes[position..<lineEnd]
    return ReadError.quoted(rest.prefix { $0 != separator })
  }

  @inline(__always)
  private mutating func skipBlanks() {
    while position < lineEnd, Self.isBlank(bytes[position]) { position &+= 1 }
  }

  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
