import MILBags
import UserInput

extension BagFormat {
  /// UCI's C4.5 text of the musk sets: molecule (the bag), conformation, features, class with a full stop.
  package static let c45 = BagFormat(
    "uci-c45", "UCI C4.5 text: molecule, conformation, features, class", options: .ofDeclaredText,
    .text { try C45Text.read($0, name: $1, options: $2) })
}

/// Reads the UCI C4.5 text of the musk sets: molecule, conformation, features and class of one conformation a line.
///
/// A molecule is a bag. The class, 1 or 0 and a full stop, belongs to the molecule and is repeated in each line. The
/// full stop does not belong to it.
enum C45Text {
  /// Reads the data set in `text`, a scanner before its first line.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "lines of molecule, conformation, features, class")
    }
    let count = text.fieldsLeft
    guard count >= 4 else {
      throw text.fieldCountError(found: count, expected: "at least 4: molecule, conformation, features and class")
    }
    return try DelimitedRows.read(
      text, places: .init(bag: 0, label: count - 1, ignored: [1], meaning: "the conformation"), name: name,
      endsInFullStop: true, options: options)
  }

  /// Whether the last field of all lines is a class with a full stop, and the second a conformation, no number.
  ///
  /// Classes are 1., 0., -1., or names. Fields such as `1.` are also numbers without decimals, which other tables have.
  ///
  /// - Parameter text: a scanner at the first line, whose last field is `last`.
  /// - Throws: ``ReadError`` that names `--format` for names with a full stop behind numbers alone.
  static func isPlausible(_ last: ArraySlice<UInt8>, in text: TextScanner) throws -> Bool {
    let isNumber = TextLayout.number(last) != nil
    guard !isNumber || TextLayout.isLabel(last) else { return false }
    var fields = text
    // The third field is a number, unlike that of a header.
    guard (try? fields.text()) != nil, (try? fields.text()) != nil, isNumber || (try? fields.number()) != nil else {
      return false
    }
    var text = text
    var (lines, conformations) = (0, 0)
    repeat {
      if text.hasOnlySeparators { continue }
      guard text.lineEnd > text.position, text.bytes[text.lineEnd - 1] == UInt8(ascii: ".") else { return false }
      var line = text
      line.skipField()
      if let second = try? line.text(), TextLayout.number(second) == nil { conformations += 1 }
      lines += 1
    } while lines < HeaderlessText.lineLimit && text.nextLine()
    guard isNumber || lines > 1 else { return false }
    if conformations == lines { return true }
    guard !isNumber else { return false }
    throw ReadError(
      file: text.file, found: "names with a full stop in the last column, and numbers in column 2",
      expected:
        "--format \(BagFormat.c45.id) where column 2 is a conformation, --format \(BagFormat.csv.id) where it is "
        + "the label or a feature")
  }
}
