import MILBags
import UserInput

/// The first line of a table of numbers, and what it implies.
package struct TextHeader: Sendable {
  /// The names of the columns; nil if the line counts them or is an instance.
  package private(set) var names: [String]?
  /// Whether the line is a header.
  package private(set) var isHere: Bool
  /// The fields of a line of numbers that may be a header; until that is decided it is treated as an instance.
  package private(set) var numbers: [String]?
  /// Whether the line counts the columns from 0 or 1.
  package let isCounted: Bool
  /// Whether a line below equals the first one.
  package var recurs = false
  /// Whether a number is not a whole number.
  package var haveFractions = false
  /// Whether a number is written with a decimal point.
  package var havePoints = false
  /// Whether numbers are written with decimal commas.
  package var haveCommas = false
  /// The loss of the columns in single precision; nil if it was not measured.
  package var loss: RoundingLoss?
  /// The errors of columns without numbers, by index from 0.
  package var faults: [Int: ReadError] = [:]
  /// The decisions about the text.
  package var decisions: [ReadDecision] = []

  /// Creates a first line from its parts.
  package init(names: [String]?, isHere: Bool, numbers: [String]? = nil, isCounted: Bool = false) {
    (self.names, self.isHere, self.numbers, self.isCounted) = (names, isHere, numbers, isCounted)
  }

  /// Decides that a line of numbers is a header; one that counts the columns gives them no names.
  package mutating func becomeHeader() {
    if !isCounted { names = numbers }
    (isHere, numbers) = (true, nil)
  }

  /// Decides that a line of numbers is an instance.
  package mutating func becomeInstance() { numbers = nil }
}
