import Foundation

/// Finds where a text stops being JSON5.
///
/// Foundation's decoder does not report the place on every platform, and crashes on some damaged texts. This scanner
/// follows only the structure of the text: brackets, keys, strings, commas and literals. Text that the decoder refuses
/// for another reason passes here.
struct JSON5Fault: Error {
  /// The line and column (from 1, in bytes), what was found there and what was expected.
  let description: String

  /// Returns the first fault of `text`; nil if there is none.
  static func first(in text: Data) -> String? {
    var scanner = JSON5Scanner(bytes: Array(text))
    do {
      try scanner.requireText()
      try scanner.document()
      return nil
    } catch {
      return error.description
    }
  }
}

private struct JSON5Scanner {
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Refuses bytes that are not text in UTF-8.
  mutating func requireText() throws(JSON5Fault) {
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    var parser = UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    while case .valid(let scalar) = parser.parseScalar(from: &rest) { position += scalar.count }
    throw fault("text in UTF-8")
  }

  mutating func document() throws(JSON5Fault) {
    try value()
    try skipBlank()
    if current != nil { throw fault("the end") }
  }

  private mutating func value() throws(JSON5Fault) {
    try skipBlank()
    switch current {
    case UInt8(ascii: "{"): try list(closedBy: UInt8(ascii: "}"), ofMembers: true)
    case UInt8(ascii: "["): try list(closedBy: UInt8(ascii: "]"), ofMembers: false)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try string()
    default: try literal()
    }
  }

  private mutating func list(closedBy end: UInt8, ofMembers: Bool) throws(JSON5Fault) {
    let closing = String(UnicodeScalar(end))
    depth += 1
    if depth > 256 { throw fault("lists and objects nested less deeply") }
    position += 1
    try skipBlank()
    var keys: Set<[UInt8]> = []
    while current != end {
      if ofMembers {
        let start = position
        // A decoder would silently take one of two values under one key.
        guard keys.insert(try key()).inserted else {
          position = start
          throw fault("a key that the object has not had yet; remove one of the two")
        }
      }
      try value()
      try skipBlank()
      guard current == UInt8(ascii: ",") else {
        if current == end { break }
        throw fault("a comma or \(closing)")
      }
      position += 1
      try skipBlank()
    }
    position += 1
    depth -= 1
  }

  /// Skips a key and its colon; returns the key as written, without its quotation marks.
  private mutating func key() throws(JSON5Fault) -> [UInt8] {
    let start = position
    let isQuoted = current == UInt8(ascii: "\"") || current == UInt8(ascii: "'")
    if isQuoted {
      try string()
    } else if word().isEmpty {
      throw fault("a key or }")
    }
    let name = isQuoted ? bytes[start + 1..<position - 1] : bytes[start..<position]
    try skipBlank()
    guard current == UInt8(ascii: ":") else { throw fault("a colon after the key") }
    position += 1
    return Array(name)
  }

  private mutating func string() throws(JSON5Fault) {
    let start = position
    let quote = current
    position += 1
    while let byte = current, byte != quote {
      if byte == UInt8(ascii: "\n") { break }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard current == quote else {
      position = start
      throw fault("a text that ends on its line")
    }
    position += 1
  }

  private mutating func literal() throws(JSON5Fault) {
    let start = position
    let text = word()
    let unsigned = text.first == "-" || text.first == "+" ? String(text.dropFirst()) : text
    let isHexadecimal = unsigned.lowercased().hasPrefix("0x") && UInt64(unsigned.dropFirst(2), radix: 16) != nil
    let isNumber = !unsigned.isEmpty && Double(unsigned)?.isFinite == true
    guard ["true", "false", "null", "Infinity", "NaN"].contains(unsigned) || isHexadecimal || isNumber else {
      position = start
      throw fault("a value")
    }
  }

  /// Reads the letters, digits and signs of an identifier or a number.
  private mutating func word() -> String {
    let start = position
    while let byte = current, isWordByte(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
      true
    default: false
    }
  }

  /// Skips white space and comments.
  private mutating func skipBlank() throws(JSON5Fault) {
    while let byte = current {
      let next = position + 1 < bytes.count ? bytes[position + 1] : 0
      if byte == UInt8(ascii: "/") && next == UInt8(ascii: "/") {
        while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
      } else if byte == UInt8(ascii: "/") && next == UInt8(ascii: "*") {
        let start = position
        position += 2
        while position + 1 < bytes.count, bytes[position...].prefix(2) != [UInt8(ascii: "*"), UInt8(ascii: "/")] {
          position += 1
        }
        guard position + 1 < bytes.count else {
          position = start
          throw fault("a comment that ends")
        }
        position += 2
      } else if [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(byte) {
        position += 1
      } else {
        return
      }
    }
  }

  private func fault(_ expected: String) -> JSON5Fault {
    let before = bytes.prefix(position)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = position - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
    let rest = bytes.dropFirst(position).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.prefix(20)
    let found = position >= bytes.count ? "the end" : "\"\(String(decoding: rest, as: UTF8.self))\""
    return JSON5Fault(description: "line \(line), column \(column): found \(found), expected \(expected)")
  }
}
