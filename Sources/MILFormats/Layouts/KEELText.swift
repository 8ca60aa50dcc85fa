import MILBags
import UserInput

extension BagFormat {
  /// KEEL's text: bag, features, class, with or without a header.
  package static let keel: BagFormat = BagFormat(
    "keel", "KEEL text: bag, features, class", options: .ofTables,
    .text(recognises: { TextLayout.isDeclared($0) && AttributeHeader.isKEEL($0) }) { text, name, options in
      guard !KEELText.hasHeader(text) else {
        try BagFormat.keel.refuseOthers(than: BagFormat.arff.options, in: options, file: text.file)
        return try AttributeText.read(text, name: name, options: options)
      }
      return try TextLayout.table(text, options) { try KEELText.read($0, name: name, options: options) }
    })
}

/// Reads KEEL's text of multiple-instance data: bag, features and class of one instance a line.
///
/// A header (`@relation`, `@attribute`, `@inputs`, `@outputs`, `@data`) determines the roles of the columns; its first
/// attribute is the bag. Without a header, the first field is the bag and the last its label.
///
/// Source: J. Alcala-Fdez et al., KEEL data-mining software tool: data set repository, integration of algorithms and
/// experimental analysis framework, Journal of Multiple-Valued Logic and Soft Computing 17, 2011.
enum KEELText {
  /// Whether a text begins with a declaration.
  static func hasHeader(_ text: TextScanner) -> Bool {
    var first = text.restarted(separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%")])
    return first.nextLine() && first.bytes[first.position] == UInt8(ascii: "@")
  }

  /// Reads the data set in a text without header, whose scanner is before its first line.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "a header, or lines of bag, features and class")
    }
    let count = text.fieldsLeft
    guard count >= 3 else {
      throw text.fieldCountError(found: count, expected: "at least 3: bag, features and class")
    }
    return try DelimitedRows.read(text, places: .init(bag: 0, label: count - 1), name: name, options: options)
  }
}
