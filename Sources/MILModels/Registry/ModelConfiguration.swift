/// The parameters of a model, with their defaults: what a model id can set, and what a classifier is made from.
///
/// Constructors only store; ``makeClassifier()`` makes an unfitted classifier. All leaves of the structure need names
/// of their own and values that are numbers, texts, or true and false.
public protocol ModelConfiguration: Codable, Sendable, Equatable {
  /// The defaults.
  init()

  /// Refuses values outside their range.
  ///
  /// - Throws: ``ConfigurationError`` naming the parameter, what was found and what was expected.
  func validate() throws

  /// An unfitted classifier with these parameters.
  func makeClassifier() -> any BagClassifier
}

extension ModelConfiguration {
  /// Accepts everything.
  public func validate() throws {}
}

/// A parameter that a model does not have or cannot take.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The parameter.
  public let parameter: String
  /// What is wrong with it, as half a sentence.
  public let problem: String

  /// An error about `parameter`.
  public init(parameter: String, problem: String) {
    self.parameter = parameter
    self.problem = problem
  }

  /// A value that the parameter cannot take.
  public init(parameter: String, found: some CustomStringConvertible, expected: String) {
    self.init(parameter: parameter, problem: "is \(found), expected \(expected)")
  }

  /// One line for the user.
  public var description: String { "parameter \"\(parameter)\" \(problem)" }

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
