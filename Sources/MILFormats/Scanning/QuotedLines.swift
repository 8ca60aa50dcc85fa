import MILBags
import UserInput

/// Lines that a quotation mark joins: on purpose, as in a note of two lines, or because it is stray.
extension TextScanner {
  /// Returns the number of the current line's physical lines, if there are several and each has `fields` fields.
  ///
  /// A stray quotation mark joins whole lines of a table; the lines of a quoted text rarely have as many separators.
  func joinedLines(ofFields fields: Int) -> Int? {
    guard spansLines else { return nil }
    let lines = bytes[atLineStart.position..<lineEnd].split { $0 == 0x0a || $0 == 0x0d }
    let areAll = lines.allSatisfy { line in line.count { $0 == separator } == fields - 1 }
    return lines.count > 1 && areAll ? lines.count : nil
  }

  /// Refuses the current line if a stray quotation mark joins it with others of `fields` fields.
  func refuseJoinedLines(ofFields fields: Int) throws {
    guard let count = joinedLines(ofFields: fields) else { return }
    throw ReadError(
      file: file, at: .line(line),
      found: "a quotation mark that joins \(count) lines of \(fields) fields each",
      expected: Self.closingMark)
  }

  /// Refuses a line end in the field last read.
  ///
  /// - Parameter what: the field in words: `an id`.
  func refuseLineEnd(in content: ArraySlice<UInt8>, _ what: String) throws {
    guard content.contains(where: { $0 == 0x0a || $0 == 0x0d }) else { return }
    let before = bytes[atLineStart.position..<position].count { $0 == 0x0a } - content.count { $0 == 0x0a }
    throw ReadError(
      file: file, at: .line(line + max(before, 0), field: field),
      found: "\(ReadError.quoted(content)), \(what) that a quotation mark continues over a line end",
      expected: Self.closingMark)
  }

  /// Refuses the current line if a quotation mark joins it with others, in a table without texts of several lines.
  func refuseLineEnds(ofFields fields: Int) throws {
    guard spansLines else { return }
    try refuseJoinedLines(ofFields: fields)
    throw ReadError(
      file: file, at: .line(line), found: "a quotation mark that continues over a line end",
      expected: Self.closingMark)
  }

  static let closingMark =
    "the closing quotation mark in the same line; one that quotes nothing is to be removed"
}
