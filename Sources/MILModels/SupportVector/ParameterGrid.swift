/// The values that a parameter is chosen from, written `0.1/1/10`; one value alone is fixed.
///
/// `auto` stands for a value that follows from the data.
public struct ParameterGrid: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The values in their order; nil for `auto`.
  public var values: [Double?]

  /// A parameter that is fixed.
  public init(_ value: Double?) { values = [value] }

  /// The values with slashes between.
  public var description: String { values.map(Self.text).joined(separator: "/") }

  static func text(_ value: Double?) -> String {
    guard let value else { return "auto" }
    return Int(exactly: value).map(String.init) ?? "\(value)"
  }

  /// Reads `0.1/1/10`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    values = try text.split(separator: "/", omittingEmptySubsequences: false).map {
      if $0 == "auto" { return nil }
      guard let value = Double($0), (1e-12...1e12).contains(value) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected numbers from 1e-12 to 1e12 with slashes between, like 0.1/1/10")
      }
      return value
    }
  }

  /// Writes `0.1/1/10`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
