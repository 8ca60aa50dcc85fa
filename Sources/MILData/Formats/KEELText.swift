import UserInput

/// Reads KEEL's text of multiple-instance data: bag, features and class of one instance a line.
///
/// With its header (`@relation`, `@attribute`, `@inputs`, `@outputs`, `@data`) the roles of the columns follow from
/// it, the first attribute being the bag; without one the first field is the bag and the last its label.
///
/// Source: J. Alcala-Fdez et al., KEEL data-mining software tool: data set repository, integration of algorithms and
/// experimental analysis framework, Journal of Multiple-Valued Logic and Soft Computing 17, 2011.
enum KEELText {
  /// The data set in `text`, in whatever place the scanner is.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var first = text.restarted(separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%")])
    if first.nextLine(), first.bytes[first.position] == UInt8(ascii: "@") {
      return try AttributeText.read(text, name: name, options: options)
    }
    var text = text.restarted()
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "a header, or lines of bag, features and class")
    }
    let count = text.fieldsLeft
    guard count >= 3 else {
      throw text.fieldCountError(found: count, expected: "at least 3: bag, features and class")
    }
    let roles = [.bag] + [DelimitedRows.Role](repeating: .feature, count: count - 2) + [.label]
    return try DelimitedRows(fixed: roles, options: options).read(text, name: name)
  }
}
