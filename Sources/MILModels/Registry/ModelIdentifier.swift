import UserInput

/// A model id as people write it: a registry name, and parameters that differ from the defaults.
package typealias ModelIdentifier = ParameterisedName

/// A model that cannot be found, made or used.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// One line for the user.
  public let description: String

  /// An error with its line.
  public init(_ description: String) { self.description = description }

  /// A model whose fit cannot be written to a file.
  package static let notKept = ModelError("a model of this kind cannot be kept in a file")
}
