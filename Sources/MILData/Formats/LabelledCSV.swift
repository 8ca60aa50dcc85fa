/// Reads CSV of labelled instances: a header line, then one instance a line, one column of which is the class by name.
///
/// The class column is the one column whose first value is no number; classes are numbered in order of appearance.
enum LabelledCSV {
  /// The instances in `text`, a scanner before its first line.
  static func read(_ text: TextScanner, name: String) throws -> LabelledInstances {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "a header and lines of a class and features")
    }
    var header: [String] = []
    while !text.isAtLineEnd { header.append(String(decoding: try text.text(), as: UTF8.self)) }
    guard header.count >= 2, text.nextLine() else {
      throw text.error(found: "\(header.count) columns", expected: "a header and lines of a class and features")
    }
    let classColumn = try classColumn(text, columns: header.count)
    var features: [Float] = []
    var classes: [Int] = []
    var classNames: [String] = []
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    repeat {
      for column in header.indices {
        guard column == classColumn else {
          features.append(try text.feature())
          continue
        }
        let word = try text.text()
        guard !word.isEmpty else { throw text.error(found: "an empty field", expected: "a class") }
        if numbers[word] == nil {
          numbers[word] = classNames.count
          classNames.append(String(decoding: word, as: UTF8.self))
        }
        classes.append(numbers[word] ?? 0)
      }
      guard text.isAtLineEnd else {
        throw text.fieldCountError(
          found: header.count + text.fieldsLeft, expected: "\(header.count) as in the header")
      }
    } while text.nextLine()
    header.remove(at: classColumn)
    return try LabelledInstances(
      name: name, features: .init(rows: classes.count, columns: header.count, elements: features), classes: classes,
      classNames: classNames, featureNames: header)
  }

  /// The one column whose value in the current line is no number.
  private static func classColumn(_ text: TextScanner, columns: Int) throws -> Int {
    var text = text
    var words: [Int] = []
    for column in 0..<columns {
      let field = try text.text()
      var position = field.startIndex
      let isNumber = DecimalNumber.parse(text.bytes, at: &position, end: field.endIndex) != nil
      if !isNumber || position != field.endIndex { words.append(column) }
    }
    guard words.count == 1, let column = words.first else {
      throw text.error(found: "\(words.count) columns of words", expected: "one, the class")
    }
    return column
  }
}
