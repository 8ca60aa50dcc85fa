import MILBags
import UserInput

/// Handles comments after the fields of a line of ARFF or KEEL's text: from `%` to the end of the line.
enum AttributeComment {
  private static let mark = UInt8(ascii: "%")

  /// Whether a text contains comment marks.
  static func mayBe(in bytes: [UInt8]) -> Bool { bytes.contains(mark) }

  /// Removes a comment from the current line; a mark within a word does not count.
  static func cut(_ text: inout TextScanner) {
    if let place = first(in: text, where: { isEnd($0) }) { text.endLine(at: place) }
  }

  /// Removes a comment as ``cut(_:)`` does, from a line of values.
  ///
  /// - Throws: ``ReadError`` for a mark within a value, which may or may not start a comment.
  static func cutData(_ text: inout TextScanner) throws {
    guard let place = first(in: text, where: { _ in true }) else { return }
    guard place == text.position || isEnd(text.bytes[place - 1]) else {
      let start = text.bytes[text.position..<place].lastIndex(where: isEnd).map { $0 + 1 } ?? text.position
      let end = text.bytes[place..<text.lineEnd].firstIndex(where: isEnd) ?? text.lineEnd
      throw ReadError(
        file: text.file, at: .line(text.line), found: ReadError.quoted(text.bytes[start..<end]),
        expected: "quotation marks around a value with %, or a blank before the % of a comment")
    }
    text.endLine(at: place)
  }

  /// Returns the first mark outside quotation marks, after a byte that fits.
  private static func first(in text: TextScanner, where fits: (UInt8) -> Bool) -> Int? {
    guard text.bytes[text.position..<text.lineEnd].contains(mark) else { return nil }
    var place = text.position
    var isStart = true
    while place < text.lineEnd {
      let byte = text.bytes[place]
      if byte == mark, place == text.position || fits(text.bytes[place - 1]) { return place }
      if isStart, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        place = AttributeFields.endOfQuoted(text.bytes, from: place, to: text.lineEnd) ?? text.lineEnd
        isStart = false
        continue
      }
      isStart = isEnd(byte)
      place += 1
    }
    return nil
  }

  /// Whether a byte separates values.
  private static func isEnd(_ byte: UInt8) -> Bool {
    TextScanner.isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
  }
}
