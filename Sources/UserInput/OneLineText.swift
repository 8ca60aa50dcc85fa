/// A value whose description is one line for the user, such as an error.
///
/// The conforming types of all modules have their public `description` from here.
package protocol OneLineText: CustomStringConvertible {
  /// The description.
  var line: String { get }
}

extension OneLineText {
  /// One line for the user.
  public var description: String { line }
}
