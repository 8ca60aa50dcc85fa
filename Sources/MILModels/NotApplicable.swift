/// The reason why a model does not apply to its data: its trials are recorded as such and not retried.
public struct NotApplicable: Error, Equatable, CustomStringConvertible {
  /// The reason, as half a sentence.
  public let description: String

  /// Creates a reason.
  public init(_ reason: String) { description = reason }
}
