/// Reads the UCI C4.5 text of the musk sets: molecule, conformation, features and class of one conformation a line.
///
/// A molecule is a bag. The class, 1 or 0 and a full stop, is the molecule's, stated again in each line.
enum C45Text {
  /// The data set in `text`, a scanner before its first line.
  static func read(_ text: TextScanner, name: String) throws -> BagDataset {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "lines of molecule, conformation, features, class")
    }
    let fieldCount = text.fieldsLeft
    guard fieldCount >= 4 else {
      throw text.fieldCountError(found: fieldCount, expected: "at least 4: molecule, conformation, features and class")
    }
    let rowLength = max(text.lineEnd - text.position, 2 * (fieldCount - 3))
    var rows = BagCollector(
      file: text.file, featureCount: fieldCount - 3, expectedRows: text.bytes.count / rowLength + 1)
    repeat {
      let fieldsHere = text.fieldsLeft
      guard fieldsHere == fieldCount else {
        throw text.fieldCountError(found: fieldsHere, expected: "\(fieldCount) as in the first line")
      }
      let molecule = try text.text()
      guard !molecule.isEmpty else { throw text.error(found: "an empty field", expected: "a molecule's name") }
      _ = try text.text()
      for _ in 0..<(fieldCount - 3) { rows.features.append(try text.feature()) }
      try rows.addRow(bag: molecule, label: classLabel(&text), at: .line(text.line))
    } while text.nextLine()
    return try rows.dataset(named: name)
  }

  private static func classLabel(_ text: inout TextScanner) throws -> Int {
    switch String(decoding: try text.text(), as: UTF8.self) {
    case "1.", "1": return 1
    case "0.", "0": return 0
    case let found:
      throw text.error(found: ReadError.quoted(found.utf8), expected: "the class \"1.\" or \"0.\"")
    }
  }
}
