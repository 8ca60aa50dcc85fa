import MILBags
import UserInput

/// Lines that programs add around a table and that are not instances: rules, and the number of rows.
enum TableFrame {
  /// Blanks out a rule among the first three lines or at the end, and a last line that counts rows.
  ///
  /// Databases print `-----+-----` below the header and `(8 rows)` below the table. pandas prints `[8 rows x 5
  /// columns]`, and Markdown `|---|---|`.
  static func blank(_ bytes: inout [UInt8], _ decisions: inout [ReadDecision]) {
    var rules: [Int] = []
    var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    for number in 1...3 {
      let end = bytes[start...].firstIndex { $0 == 0x0a || $0 == 0x0d } ?? bytes.count
      guard end < bytes.count else { break }
      if isRule(bytes[start..<end]) { rules.append(clear(&bytes, start..<end, number)) }
      let isPair = end + 1 < bytes.count && bytes[end] == 0x0d && bytes[end + 1] == 0x0a
      start = end + (isPair ? 2 : 1)
    }
    var isRuleAtEnd = false
    while let last = lastLine(bytes), last.lowerBound > start {
      if let text = countOfRows(bytes[last]) {
        decisions.append(ReadDecision(.leftOut, "the last line, \(ReadError.quoted(text.utf8)), which counts the rows"))
        _ = clear(&bytes, last, 0)
      } else if !rules.isEmpty, !isRuleAtEnd, isRule(bytes[last]) {
        isRuleAtEnd = true
        _ = clear(&bytes, last, 0)
      } else {
        break
      }
    }
    guard !rules.isEmpty else { return }
    decisions.append(
      ReadDecision(
        .leftOut,
        (rules.count == 1
          ? "line \(rules[0]), a rule" : "lines \(rules.map(String.init).joined(separator: ", ")), rules")
          + (isRuleAtEnd ? ", and one at the end" : "")))
  }

  private static func clear(_ bytes: inout [UInt8], _ range: Range<Int>, _ number: Int) -> Int {
    for place in range { bytes[place] = UInt8(ascii: " ") }
    return number
  }

  /// Returns the last non-blank line.
  private static func lastLine(_ bytes: [UInt8]) -> Range<Int>? {
    guard let last = bytes.lastIndex(where: { !TextScanner.isBlank($0) && $0 != 0x0a && $0 != 0x0d }) else {
      return nil
    }
    let start = bytes[..<last].lastIndex { $0 == 0x0a || $0 == 0x0d }.map { $0 + 1 } ?? 0
    return start..<(last + 1)
  }

  private static func isRule(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { "-+|:= ".utf8.contains($0) } && String(decoding: line, as: UTF8.self).contains("--")
  }

  /// Returns the text of a line that counts rows; nil for any other.
  private static func countOfRows(_ line: ArraySlice<UInt8>) -> String? {
    guard line.count <= 80 else { return nil }
    let text = BagNames.trimmed(String(decoding: line, as: UTF8.self))
    let isCount =
      text.wholeMatch(of: /\(\d+ (rows?|Zeilen?|lignes?)( affected)?\)/) != nil
      || text.wholeMatch(of: /\d+ rows? (selected|returned|affected|in set)( \(.*\))?\.?/) != nil
      || text.wholeMatch(of: /\[\d+ rows x \d+ columns\]/) != nil
    return isCount ? text : nil
  }
}
