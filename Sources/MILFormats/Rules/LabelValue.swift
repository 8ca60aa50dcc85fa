import MILBags
import UserInput

/// A label of a file in one spelling.
struct LabelValue {
  let text: String
  let bytes: [UInt8]
  let number: Double?
  /// The code of its first spelling.
  let code: Int
  let place: ReadError.Place?
  /// The number of bags or instances with it.
  var count = 0

  /// Creates a label of a file; `place` is that of its first appearance.
  init(text: String, bytes: [UInt8], number: Double?, code: Int, place: ReadError.Place?) {
    (self.text, self.bytes, self.number, self.code, self.place) = (text, bytes, number, code, place)
  }

  /// Creates the label that a name from outside the file spells.
  init(_ name: String, code: Int) {
    self.init(text: name, bytes: Array(name.utf8), number: Double(name), code: code, place: nil)
  }

  /// The name of its class: a number in its usual notation, any other label as in the file.
  var name: String {
    if let number, number.magnitude < 0x1p53, let whole = Int(exactly: number) { return String(whole) }
    return text.onOneLine(limit: 40)
  }

  /// Whether the label has a name: as text, as a number, or ignoring letter case.
  func matches(_ name: String) -> Bool {
    if text == name { return true }
    if let number { return Self.areEqual(text, number, name, Double(name)) }
    return text.lowercased() == name.lowercased()
  }

  /// Whether two notations are one number; beyond double precision, by their digits.
  static func areEqual(_ text: String, _ number: Double?, _ other: String, _ otherNumber: Double?) -> Bool {
    guard let number, number == otherNumber else { return false }
    if number.magnitude < 0x1p53 { return true }
    if let one = Int(text), let two = Int(other) { return one == two }
    return text == other
  }

  /// Returns at most six labels in quotation marks, as in `"a", "b" and "c"`.
  static func list(_ labels: [LabelValue]) -> String {
    let shown = labels.prefix(6).map { ReadError.quoted($0.bytes) }
    let more = labels.count > 6 ? " and \(labels.count - 6) more" : ""
    guard labels.count <= 6, let lastLabel = shown.last, shown.count > 1 else {
      return shown.joined(separator: ", ") + more
    }
    return shown.dropLast().joined(separator: ", ") + " and " + lastLabel
  }

  /// Returns which labels are positive and which negative, in words.
  ///
  /// - Parameter positive: the codes of the positive ones.
  static func sentence(_ labels: [LabelValue], _ positive: Set<Int>) -> String {
    let ones = labels.filter { positive.contains($0.code) }
    let zeros = labels.filter { !positive.contains($0.code) }
    let parts = [(ones, "positive"), (zeros, "negative")].filter { !$0.0.isEmpty }
    return parts.map { "\(list($0.0)) \($0.0.count == 1 ? "is" : "are") \($0.1)" }.joined(separator: ", ")
  }
}
