/// Why a model does not apply to the data that it is given: its trials are recorded as such and not tried again.
public struct NotApplicable: Error, Equatable, CustomStringConvertible {
  /// The reason, as half a sentence.
  public let description: String

  /// A reason.
  public init(_ reason: String) { description = reason }
}
