import UserInput

/// A model id in the form that users write: a registry name, and the parameters that differ from the defaults.
package typealias ModelIdentifier = ParameterisedName

/// An error of a model that cannot be found, created or used.
public struct ModelError: Error, Equatable, OneLineText {
  /// One line for the user.
  package let line: String

  /// Creates an error from its line.
  public init(_ line: String) { self.line = line }

  /// An error of a model whose fit cannot be saved to a file.
  package static let notKept = ModelError("a model of this kind cannot be kept in a file")
}
