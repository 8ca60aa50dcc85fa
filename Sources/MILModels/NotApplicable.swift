import UserInput

/// The reason why a model does not apply to its data: its trials are recorded as such and not retried.
public struct NotApplicable: Error, Equatable, OneLineText {
  /// The reason, as half a sentence.
  package let line: String

  /// Creates a reason.
  public init(_ reason: String) { line = reason }
}
