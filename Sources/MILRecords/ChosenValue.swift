/// A parameter value that a fit chose; numbers are stored as numbers.
package enum ChosenValue: Codable, Sendable, Equatable, CustomStringConvertible {
  /// A number.
  case number(Double)
  /// A word, such as the name of a kernel.
  case text(String)

  /// Creates a number if the text is a finite number, otherwise a text.
  package init(_ text: String) {
    self = Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .text(text)
  }

  /// The value as people write it: `10`, `0.0005`, `adam`.
  package var description: String {
    switch self {
    case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
    case .text(let text): text
    }
  }

  /// Reads a number or a text.
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    self = try (try? value.decode(Double.self)).map { .number($0) } ?? .text(value.decode(String.self))
  }

  /// Writes the number or the text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    }
  }
}

extension TrialRecord {
  /// The values that the fit chose, by parameter, sorted by the parameters' names.
  ///
  /// Older records have them in the note `chosen`.
  package var choices: [(parameter: String, value: String)] {
    if let chosen = self.chosen { return chosen.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) } }
    return (self.notes["chosen"] ?? "").split(separator: ",").compactMap { part in
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      return pair.count == 2 ? (pair[0], pair[1]) : nil
    }
  }

  /// Merges the notes of a fit into the record; moves the note `chosen` to the typed property `chosen`.
  package mutating func take(notes more: [String: String]) {
    self.notes.merge(more) { $1 }
    let found = choices
    guard self.notes["chosen"] != nil, !found.isEmpty else { return }
    self.chosen = Dictionary(found.map { ($0.parameter, ChosenValue($0.value)) }) { $1 }
    self.notes["chosen"] = nil
  }
}
