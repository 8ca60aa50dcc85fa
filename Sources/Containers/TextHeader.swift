import MILBags
import UserInput

/// The first line of a table of numbers, and what it implies.
package struct TextHeader: Sendable {
  /// The names of the columns; nil if the line counts them or is an instance.
  package private(set) var names: [String]?
  /// Whether the line is a header.
  package private(set) var isHere: Bool
  /// Whether the line counts so few columns that it may be an instance; it is then treated as one.
  package private(set) var mayCount: Bool
  /// Whether a number below is not a whole number.
  package var haveFractions = false
  /// The errors of columns without numbers, by index from 0.
  package var faults: [Int: ReadError] = [:]

  /// Creates a first line from its parts.
  package init(names: [String]?, isHere: Bool, mayCount: Bool) {
    (self.names, self.isHere, self.mayCount) = (names, isHere, mayCount)
  }
}
