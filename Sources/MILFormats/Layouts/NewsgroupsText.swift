import MILBags
import UserInput

extension BagFormat {
  /// Text of the 20 Newsgroups tasks: bag, bag label, instance, instance label, features, separated by blanks.
  package static let newsgroups = {
    var format = BagFormat(
      "newsgroups-text", "bag, bag label, instance, instance label, features, separated by blanks",
      options: .ofDeclaredText,
      .text(recognises: NewsgroupsText.isCertain) { try NewsgroupsText.read($0, name: $1, options: $2) })
    format.labelsInstances = true
    return format
  }()
}

/// Reads the text of the 20 Newsgroups tasks of Z.-H. Zhou, Y.-Y. Sun and Y.-F. Li.
///
/// Comment lines begin with `%`. Every other line is an instance, its fields separated by blanks: bag id, bag label,
/// number of the instance, label of the instance, features. The bag label is taken from the file.
///
/// Source: Z.-H. Zhou, Y.-Y. Sun, Y.-F. Li, Multi-instance learning by treating instances as non-i.i.d. samples, ICML,
/// 2009, doi:10.1145/1553374.1553534.
enum NewsgroupsText {
  /// Whether lines have the layout, and not columns of features in its places.
  static func isCertain(_ text: TextScanner) -> Bool { NewsgroupsFit(text) == .certain }

  /// Reads the data set in `text`, wherever the scanner is.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var text = text.restarted(separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%")])
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "lines of bag, label, instance, label, features")
    }
    let count = text.fieldsLeft
    guard count >= 5 else {
      throw text.fieldCountError(
        found: count, expected: "at least 5: bag id, bag label, instance, instance label and features")
    }
    return try DelimitedRows.read(
      text,
      places: .init(
        bag: 0, label: 1, instanceLabel: 3, ignored: [2], meaning: "the number of the instance"),
      name: name, options: options)
  }
}
