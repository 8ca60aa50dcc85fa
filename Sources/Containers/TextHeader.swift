import MILBags
import UserInput

/// What the first line of a table of numbers says.
package struct TextHeader: Sendable {
  /// The names of the columns; nil where it counts them, or is an instance.
  package private(set) var names: [String]?
  /// Whether it is a header.
  package private(set) var isHere: Bool
  /// Whether it counts so few columns that it may be an instance; it is then taken for one.
  package private(set) var mayCount: Bool
  /// Whether a number below is none that counts.
  package var haveFractions = false
  /// Why columns, from 0, have no numbers.
  package var faults: [Int: ReadError] = [:]

  /// A first line from its parts.
  package init(names: [String]?, isHere: Bool, mayCount: Bool) {
    (self.names, self.isHere, self.mayCount) = (names, isHere, mayCount)
  }
}
