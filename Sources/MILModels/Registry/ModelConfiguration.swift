import UserInput

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

  /// Names of parameters that models had not when their results were recorded.
  ///
  /// At their defaults they are left out of what records say of the configuration, so that these records stay current.
  static var laterParameters: Set<String> { get }

  /// What a fit decides and by which means, as half a sentence for lists: "all weights, by gradient".
  var trained: String { get }
}

extension ModelConfiguration {
  /// None.
  public static var laterParameters: Set<String> { [] }

  /// Nothing is said.
  public var trained: String { "not declared" }

  /// Accepts everything.
  public func validate() throws {}
}

/// A parameter that a model does not have or cannot take.
public typealias ConfigurationError = UserInput.ConfigurationError
