import MILBags
import UserInput

/// How well the lines of a text fit the layout of the newsgroup tasks, in which two columns are not features.
enum NewsgroupsFit {
  /// Not at all: a field of the four columns is not of its kind, or the numbers do not count instances.
  case none
  /// The columns may also be features.
  case possible
  /// The third column numbers the instances of each bag, whose label is the greatest of theirs; or comments say so.
  case certain

  /// One bag of the text.
  private struct Bag {
    let label: Double
    var numbers: Set<Double>
    var last: Double
    var isPositive: Bool
  }

  /// Compares the first lines of a text, wherever the scanner is.
  init(_ text: TextScanner) {
    self = .none
    guard let (fields, hasComments, hasTabs) = TextLayout.fieldsByBlanks(text), fields.count == 5,
      TextLayout.number(fields[4]) != nil, hasComments || !hasTabs
    else { return }
    var text = text.restarted(
      separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%"), UInt8(ascii: "#")])
    var bags: [[UInt8]: Bag] = [:]
    var current: [UInt8] = []
    var (rows, ascend, differ, isWhole) = (0, true, true, true)
    while text.nextLine() {
      guard rows < HeaderlessText.lineLimit else {
        isWhole = false
        break
      }
      guard let id = try? text.text(), let label = Self.label(&text), let number = Self.wholeNumber(&text),
        let own = Self.label(&text), !text.isAtLineEnd
      else { return }
      current = Array(id)
      if var known = bags[current] {
        guard known.label == label else { return }
        if number <= known.last { ascend = false }
        if !known.numbers.insert(number).inserted { differ = false }
        (known.last, known.isPositive) = (number, known.isPositive || own > 0)
        bags[current] = known
      } else {
        bags[current] = Bag(label: label, numbers: [number], last: number, isPositive: own > 0)
      }
      rows += 1
    }
    // The last bag may go on.
    if !isWhole { bags[current] = nil }
    let agree = bags.values.allSatisfy { ($0.label > 0) == $0.isPositive }
    let repeats = bags.count < rows
    if differ, repeats ? ascend && agree || Self.isDescribed(text) : Self.isDescribed(text) {
      self = .certain
    } else if differ, repeats ? ascend || agree : agree {
      self = .possible
    }
  }

  /// Whether comments above the lines call the columns bag and instance, as those of the circulating files do.
  private static func isDescribed(_ text: TextScanner) -> Bool {
    let start = text.bytes.prefix(2000)
    let comments = start.split { $0 == 0x0a || $0 == 0x0d }.prefix { $0.first == UInt8(ascii: "%") }
    let words = comments.map { String(decoding: $0, as: UTF8.self).lowercased() }.joined(separator: " ")
    return words.contains("bag") && words.contains("instance")
  }

  /// Reads 1, 0 or -1, without a comma.
  private static func label(_ text: inout TextScanner) -> Double? {
    wholeNumber(&text).flatMap { [1, 0, -1].contains($0) ? $0 : nil }
  }

  /// Reads a number that is written with a sign and digits alone.
  private static func wholeNumber(_ text: inout TextScanner) -> Double? {
    guard let field = try? text.text() else { return nil }
    return Int(String(decoding: field, as: UTF8.self)).map(Double.init)
  }

  /// The error about a text that may have the layout, or features in its places.
  static func ambiguous(_ text: TextScanner) -> ReadError {
    ReadError(
      file: text.file,
      found: "whole numbers in column 3 and 0, 1 or -1 in column 4, which may be the number and the label of an "
        + "instance, or features",
      expected:
        "--format \(BagFormat.newsgroups.id) where they are of the instance, --format \(BagFormat.csv.id) where "
        + "they are features")
  }
}
