/// A number from 1e-12 to 1e12 in text form; `auto` if it follows from the data.
///
/// Committed results have C and gamma as texts.
package struct TextNumber: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The number; nil for `auto`.
  package var value: Double?

  /// Creates a number; nil for `auto`.
  package init(_ value: Double?) { self.value = value }

  /// The number as text.
  package var description: String {
    guard let value else { return "auto" }
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }

  /// Decodes a number or `auto`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    value = text == "auto" ? nil : Double(text)
    guard text == "auto" || (1e-12...1e12).contains(value ?? 0) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected numbers from 1e-12 to 1e12, several with slashes between, like 0.1/1/10")
    }
  }

  /// Encodes the text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
