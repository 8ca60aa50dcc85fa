import MILBags
import UserInput

extension BagFormat {
  /// UCI's C4.5 text of the musk sets: molecule (the bag), conformation, features, class with a full stop.
  public static let c45 = BagFormat(
    "uci-c45", "UCI C4.5 text: molecule, conformation, features, class", options: .ofDeclaredText,
    .text { try C45Text.read($0, name: $1, options: $2) })
}

/// Reads the UCI C4.5 text of the musk sets: molecule, conformation, features and class of one conformation a line.
///
/// A molecule is a bag. The class, 1 or 0 and a full stop, belongs to the molecule and is repeated in each line.
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
      text, places: .init(bag: 0, label: count - 1, ignored: [1]), name: name, options: options)
  }
}
