import MILBags
import UserInput

/// The evidence on whether a first line with numbers names the columns or is an instance.
struct NumericHeader {
  /// The first line's fields; empty fields name no column.
  private let names: [String]
  /// The number that each field is; nil for text.
  private let numbers: [Double?]
  /// A scanner at the first line.
  private let text: TextScanner

  /// Creates the evidence on the current line of `text`, which has these fields.
  init(_ text: TextScanner, names: [String]) {
    (self.text, self.names) = (text, names)
    numbers = names.map { TextLayout.number($0.utf8) }
  }

  /// Whether each field is a number; the first, above an index, may be empty.
  var isOfNumbers: Bool {
    zip(names, numbers).enumerated().allSatisfy { $0 == 0 && $1.0.isEmpty || $1.1 != nil }
      && hasNumber
  }

  /// Whether a field is a number.
  var hasNumber: Bool { numbers.contains { $0 != nil } }

  /// Returns the reason why the line is a header; nil if it is an instance.
  ///
  /// - Throws: ``ReadError`` that names `--header` if it may be either.
  func reason() throws -> String? {
    guard names.count >= 3 else { return nil }
    return isOfNumbers ? try reasonForNumbers() : try reasonForWords()
  }

  /// Whether the first line of a file of one bag has only numbers and missing values, as an instance has.
  ///
  /// Numbers may name the columns nevertheless, which other files tell. Behind an empty field, as pandas writes above
  /// an index, they do so if they count.
  /// - Throws: ``ReadError`` that names `--header` for other ordered numbers behind an empty field.
  func isInstance() throws -> Bool {
    let others = zip(names, numbers).filter { $1 == nil }.map(\.0)
    guard !others.isEmpty else { return true }
    guard others.allSatisfy({ MissingValues.isMarker($0.utf8) || MissingValues.infinity($0) != nil }) else {
      return false
    }
    // A single column may be called Na.
    guard names.count > 1 else { return names[0].lowercased() != "na" }
    guard isOfNumbers else { return true }
    let counts = numbers.compactMap(\.self).enumerated().allSatisfy { $0.element == Double($0.offset) }
    guard names.count > 2, !counts, try reasonForNumbers() == nil else { return false }
    if isOrdered { throw ambiguous("ordered numbers behind an empty field") }
    return true
  }

  /// The reason for a line of numbers: a column below it is text, or the numbers count the columns.
  private func reasonForNumbers() throws -> String? {
    // Numbers out of order name no columns: an id such as 12e4 or 101 may be the only number among ids.
    let below = isOrdered ? textBelow() : nil
    let sequence = sequence
    if let below, below.lines > 1, sequence.step != nil {
      return "the first line is a header of numbers: column \(below.column + 1) is text in all other lines"
    }
    if areWhole {
      // An instance does not begin with an empty field.
      if sequence.counts(from: names.first?.isEmpty == true ? 3 : 5) {
        return "the first line is a header that counts the columns"
      }
      if sequence.ascendsEvenly { throw ambiguous("evenly spaced numbers") }
    }
    if below != nil { throw ambiguous("ascending numbers above text") }
    return nil
  }

  /// Whether the numbers ascend strictly.
  private var isOrdered: Bool { sequence.values.count >= 3 && sequence.ascends }

  /// The numbers of the line.
  private var sequence: NumberSequence { NumberSequence(numbers.compactMap(\.self)) }

  /// The reason for a line of words and ordered numbers, such as wavelengths: the words are names of columns.
  private func reasonForWords() throws -> String? {
    let words = zip(names, numbers).enumerated().filter { $1.1 == nil && !($0 == 0 && $1.0.isEmpty) }.map(\.element.0)
    let sequence = sequence
    guard sequence.values.count > 1, sequence.ascends || sequence.descends, words.allSatisfy(Self.isNameOfColumn),
      !recursBelow()
    else { return nil }
    guard words.count > 1 else { throw ambiguous("the word \(ReadError.quoted(words[0].utf8)) and ordered numbers") }
    return "the first line is a header: names of columns, and numbers in their order"
  }

  /// Whether all fields but an empty first one are plainly written whole numbers.
  private var areWhole: Bool {
    let fields = names.first?.isEmpty == true ? names.dropFirst() : names[...]
    return fields.allSatisfy { field in Int(field).map { String($0) == field } ?? false }
  }

  /// Returns the first column that is text in all lines below, and the number of these lines; nil if there is none.
  private func textBelow() -> (column: Int, lines: Int)? {
    var columns = Set(names.indices)
    var lines = 0
    var text = text
    while !columns.isEmpty, lines < HeaderlessText.lineLimit, text.nextLine() {
      if text.hasOnlySeparators { continue }
      var line = text
      var count = 0
      while !line.isAtLineEnd, count < names.count {
        guard let field = try? line.text() else { return nil }
        if MissingValues.isMarker(field) || TextLayout.number(field) != nil { columns.remove(count) }
        count += 1
      }
      columns = columns.filter { $0 < count }
      lines += 1
    }
    return lines > 0 ? columns.min().map { ($0, lines) } : nil
  }

  /// Whether a word of the line is also in its column of a line below, as ids and labels are.
  private func recursBelow() -> Bool {
    var text = text
    var lines = 0
    while lines < HeaderlessText.lineLimit, text.nextLine() {
      lines += 1
      var line = text
      for (name, number) in zip(names, numbers) where !line.isAtLineEnd {
        guard let field = try? line.text() else { break }
        if number == nil, !name.isEmpty, BagNames.trimmed(field).elementsEqual(name.utf8) { return true }
      }
    }
    return false
  }

  /// Whether a word, without digits, is the name of a column of bags, labels, groups or bookkeeping.
  private static func isNameOfColumn(_ word: String) -> Bool {
    let plain = ColumnNames.plain(word)
    return !word.isEmpty && !word.contains(where: \.isNumber)
      && ([ColumnNames.bag, ColumnNames.label, ColumnNames.group, ColumnNames.diagnoses, ColumnNames.instanceLabel]
        .contains { $0.contains(plain) } || ColumnNames.isLabel(word) || ColumnNames.isBookkeeping(word))
  }

  private func ambiguous(_ what: String) -> ReadError {
    ReadError(
      file: text.file, at: .line(text.line),
      found: "\(ReadError.quoted(text.bytes[text.position..<text.lineEnd])), \(what), which may name the columns "
        + "or be an instance",
      expected: "--header yes where they are names, --header no where they are values")
  }
}
