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
      text, places: .init(bag: 0, label: count - 1, ignored: [1]), name: name, endsInFullStop: true, options: options)
  }

  /// Whether the last field of a line is a class with a full stop: 1., 0., -1., or a name if the next lines agree.
  ///
  /// - Parameter text: a scanner at the line.
  static func isClass(_ last: ArraySlice<UInt8>, below text: TextScanner) -> Bool {
    if TextLayout.number(last) != nil { return TextLayout.isLabel(last) }
    var fields = text
    // The third field is a number, unlike that of a header.
    guard (try? fields.text()) != nil, (try? fields.text()) != nil, (try? fields.number()) != nil else { return false }
    var text = text
    var lines = 0
    repeat {
      guard text.lineEnd > text.position, text.bytes[text.lineEnd - 1] == UInt8(ascii: ".") else { return false }
      lines += 1
    } while lines < 20 && text.nextLine()
    return lines > 1
  }
}
