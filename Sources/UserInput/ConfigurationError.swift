/// A parameter, of a model or a synthetic data set, that does not exist or has an invalid value.
public struct ConfigurationError: Error, Equatable, OneLineText {
  /// The parameter.
  package let parameter: String
  /// The problem, as half a sentence.
  package let problem: String

  /// Creates an error about `parameter`.
  package init(parameter: String, problem: String) {
    self.parameter = parameter
    self.problem = problem
  }

  /// Creates an error about an invalid value.
  public init(parameter: String, found: some CustomStringConvertible, expected: String) {
    self.init(parameter: parameter, problem: "is \(found), expected \(expected)")
  }

  /// One line for the user.
  package var line: String { "parameter \"\(parameter)\" \(problem)" }

  /// Refuses a value outside a range.
  public static func require<Value: Comparable>(
    _ parameter: String, _ value: Value, in range: ClosedRange<Value>
  ) throws {
    if !range.contains(value) {
      throw ConfigurationError(
        parameter: parameter, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
