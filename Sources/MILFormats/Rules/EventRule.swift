import MILBags
import UserInput

/// Determines the values of a column that mark an event: the one rule of all formats.
///
/// 1. With `--event-value VALUE`, that value marks an event, and all others do not.
/// 2. Words of events decide themselves: event, dead ... against censored, alive ... So do yes, true ... against no,
///   false ..., unless the name of the column refers to censoring, like `censorship`: yes is then a bag last seen
///   without the event.
/// 3. For 1 against 0, the name of the column decides. If it refers to censoring, 1 is a bag last seen without the
///   event. If the user names the column, or it refers to an event, 1 is a bag whose event happened.
/// 4. Anything else, such as 1 and 2, is an error that names the option.
struct EventRule {
  private static let happened: Set = [
    "event", "dead", "deceased", "died", "death", "relapse", "relapsed", "recurred", "progressed", "recurrence",
    "progression", "uncensored", "1:deceased", "1:recurred", "1:progression", "1:recurred/progressed",
  ]
  private static let censored: Set = [
    "alive", "living", "censored", "no event", "0:living", "0:censored", "0:diseasefree", "disease free",
  ]
  /// Answers to the question in the name of the column.
  private static let yes: Set = ["yes", "y", "true", "t"]
  private static let no: Set = ["no", "n", "false", "f", "none"]
  private static let eventWords = [
    "event", "dead", "death", "died", "dying", "deceased", "relapse", "recurr", "progress", "uncens", "failure",
  ]

  private let file: String
  private let options: ReadOptions
  private var texts: [String] = []
  private var last = -1

  /// Creates a rule without values.
  init(file: String, options: ReadOptions) { (self.file, self.options) = (file, options) }

  /// Returns the code of a value.
  mutating func code(of text: ArraySlice<UInt8>, at place: @autoclosure () -> ReadError.Place?) throws -> Int {
    if last >= 0, texts[last].utf8.elementsEqual(text) { return last }
    let name = String(decoding: text, as: UTF8.self)
    if text.isEmpty || MissingLabels.isCertain(text) {
      throw ReadError(
        file: file, at: place(), found: text.isEmpty ? "an empty field" : ReadError.quoted(text),
        expected: "whether the event happened; bags of which it is not known are to be removed")
    }
    last = texts.firstIndex(of: name) ?? texts.count
    if last == texts.count {
      guard texts.count < 16 else {
        throw ReadError(
          file: file, at: place(), found: "a 17th kind of event, \(ReadError.quoted(text))",
          expected: "a column that says whether the event happened; --event-column names it")
      }
      texts.append(name)
    }
    return last
  }

  /// Returns the value of a code, for errors.
  func text(for code: Int) -> String { texts.indices.contains(code) ? texts[code].onOneLine(limit: 40) : "\(code)" }

  /// Returns whether the event happened, by code; the value that marks it; and the decision.
  func resolve(column: String?) throws -> (happened: [Bool], value: String?, decision: ReadDecision) {
    let name = column.map { String($0.drop { $0 == "#" }) } ?? ""
    func decided(
      _ happened: [Bool], _ how: String, areWords: Bool = false
    ) -> (happened: [Bool], value: String?, decision: ReadDecision) {
      let (ones, zeros) = (zip(texts, happened).filter(\.1).map(\.0), zip(texts, happened).filter { !$0.1 }.map(\.0))
      let parts = [(ones, "the event happened"), (zeros, "it did not, the bag is censored")].filter { !$0.0.isEmpty }
      let sentence = parts.map { "\($0.0.map { ReadError.quoted($0.utf8) }.joined(separator: ", ")) says that \($0.1)" }
      // Words need no option for other files, and several of them may mark events.
      let value = areWords ? nil : ones.first ?? options.eventValue
      return (
        happened, value,
        ReadDecision(.labels, sentence.joined(separator: ", ") + how, option: ReadOption.eventValue.spelling)
      )
    }
    if let wanted = options.eventValue {
      let happened = texts.map { Self.areEqual($0, wanted) }
      guard happened.contains(true) || options.columns.areRemembered || options.asked?.isEmpty == true else {
        throw error("no value \(ReadError.quoted(wanted.utf8)) among \(list)", "one of these after --event-value")
      }
      return decided(happened, ", " + options.reason(for: .eventValue))
    }
    let plain = ColumnNames.plain(name)
    let isOfCensoring = plain.contains("cens") && !plain.contains("uncens")
    let words = texts.map { $0.lowercased() }
    let (yes, no) = isOfCensoring ? (Self.no, Self.yes) : (Self.yes, Self.no)
    let (happened, censored) = (Self.happened.union(yes), Self.censored.union(no))
    if words.allSatisfy({ happened.contains($0) || censored.contains($0) }) {
      let isTurned = isOfCensoring && words.contains { yes.contains($0) || no.contains($0) }
      return decided(
        words.map(happened.contains), isTurned ? ": the column \(ReadError.quoted(name.utf8)) is of censoring" : "",
        areWords: true)
    }
    let numbers = texts.map { Double($0) }
    let isOfEvents = Self.eventWords.contains(where: plain.contains)
    let isNamed = options.columns.event != nil
    guard numbers.allSatisfy({ $0 == 0 || $0 == 1 }), isOfCensoring != isOfEvents || isNamed && !isOfCensoring else {
      throw error(
        "\(list) in the column of events \(ReadError.quoted(name.utf8)), which may mean either",
        "--event-value VALUE, what the column says of a bag whose event happened")
    }
    let one = isOfCensoring ? 0.0 : 1
    let whose = isOfCensoring ? "censoring" : isOfEvents ? "events" : "events by --event-column"
    return decided(
      numbers.map { $0 == one }, ": the column \(ReadError.quoted(name.utf8)) is of \(whose)")
  }

  private var list: String { texts.map { ReadError.quoted($0.utf8) }.joined(separator: ", ") }

  private static func areEqual(_ text: String, _ other: String) -> Bool {
    if let one = Double(text), let two = Double(other) { return one == two }
    return text.lowercased() == other.lowercased()
  }

  private func error(_ found: String, _ expected: String) -> ReadError {
    ReadError(file: file, at: .field("events"), found: found, expected: expected)
  }
}
