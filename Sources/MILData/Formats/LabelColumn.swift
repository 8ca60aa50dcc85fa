import UserInput

/// Turns the labels of a column, as a file writes them, into 1 (positive) and 0 (negative).
///
/// The rule, for all layouts:
/// 1. The number 1 is positive; 0 and -1 are negative.
/// 2. Where the layout allows names: `positive`, `pos`, `true` and `yes` are positive; `negative`, `neg`, `false`, `no`
///    and names that begin with `non` or `not` are negative, letter case aside.
/// 3. Where the layout allows names, two others make a pair. With one of them in rules 1 or 2, the other means the
///    opposite; otherwise the greater number, or the name that is last in alphabetical order, is positive, as in
///    scikit-learn, and a note says so. Two numbers always go by their order.
/// 4. Anything else is an error.
struct LabelColumn {
  /// Whether rules 2 and 3 apply.
  let allowsNames: Bool
  /// What the column is called, for notes and errors.
  let title: String
  private var values: [Value] = []

  private struct Value {
    let text: String
    let bytes: [UInt8]
    let number: Double?
    /// The label that rules 1 and 2 give it.
    let meaning: Int?
    /// The label that it goes by until all are known.
    var code: Int
  }

  /// A column without labels yet.
  init(title: String, allowsNames: Bool) {
    self.title = title
    self.allowsNames = allowsNames
  }

  /// The label 1 or 0 that `text` goes by until ``isSwapped`` is known; nil when it cannot stand beside the others.
  mutating func code(of text: ArraySlice<UInt8>) -> Int? {
    for value in values where text.elementsEqual(value.bytes) { return value.code }
    return add(text)
  }

  private mutating func add(_ text: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(text)
    guard !bytes.isEmpty, values.count < 64 else { return nil }
    var end = 0
    let parsed = DecimalNumber.parse(bytes, at: &end, end: bytes.count)
    let number = end == bytes.count ? parsed : nil
    let name = String(decoding: bytes, as: UTF8.self)
    let meaning = Self.meaning(of: number, name, allowsNames: allowsNames)
    var code = meaning
    // One value may be written in many ways, such as 1 and 1.0.
    let others = values.filter { $0.number == nil || $0.number != number }
    if let same = values.first(where: { number != nil && $0.number == number }) {
      code = same.code
    } else if meaning == nil || others.contains(where: { $0.meaning == nil }) {
      guard allowsNames, Set(others.map { $0.number.map { "\($0)" } ?? $0.text }).count <= 1 else { return nil }
      code = others.first.map { 1 - $0.code } ?? 0
    }
    guard let code else { return nil }
    values.append(Value(text: name, bytes: bytes, number: number, meaning: meaning, code: code))
    return code
  }

  /// The meaning of a label by rules 1 and 2.
  private static func meaning(of number: Double?, _ name: String, allowsNames: Bool) -> Int? {
    if let number { return number == 1 ? 1 : number == 0 || number == -1 ? 0 : nil }
    guard allowsNames else { return nil }
    let name = name.lowercased()
    if ["positive", "pos", "true", "yes"].contains(name) { return 1 }
    let isNegative =
      ["negative", "neg", "false", "no"].contains(name) || name.hasPrefix("non") || name.hasPrefix("not")
    return isNegative ? 0 : nil
  }

  /// What labels are accepted, for errors.
  var expectation: String {
    guard allowsNames else { return "the label 1 (positive) or 0 (negative)" }
    guard !values.isEmpty else { return "a label" }
    return "no third label beside " + values.prefix(2).map { ReadError.quoted($0.bytes) }.joined(separator: " and ")
  }

  /// What the class of a code is called: its text, or its number where the text is a way to write 0, 1 or -1.
  func className(_ code: Int) -> String {
    guard let value = values.first(where: { $0.code == code }), value.number.map({ ![0, 1, -1].contains($0) }) ?? true
    else { return String(code) }
    return value.text.onOneLine(limit: 40)
  }

  /// The first text that goes by a code.
  func text(for code: Int) -> String { values.first { $0.code == code }?.text ?? String(code) }

  /// Whether the codes have to be swapped to be labels, and what the user should know of the translation.
  ///
  /// - Returns: nil when the only label there is has no meaning.
  func translation() -> (isSwapped: Bool, note: String?)? {
    guard values.contains(where: { $0.meaning == nil }) else { return (false, nil) }
    guard let first = values.first, let second = values.first(where: { $0.code != first.code }) else { return nil }
    let isSecondPositive: Bool
    if let one = first.number, let two = second.number {
      isSecondPositive = two > one
    } else if let meaning = second.meaning ?? first.meaning.map({ 1 - $0 }) {
      isSecondPositive = meaning == 1
    } else {
      isSecondPositive = second.text > first.text
    }
    let (positive, negative) = isSecondPositive ? (second, first) : (first, second)
    let note =
      "\(title): \(ReadError.quoted(positive.bytes)) is taken as positive (1), "
      + "\(ReadError.quoted(negative.bytes)) as negative (0)"
    return (positive.code == 0, note)
  }
}
