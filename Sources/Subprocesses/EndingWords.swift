import CSubprocesses

/// The line that this program writes to standard error when a signal ends it: what is kept, and how to go on.
///
/// It is written for the signals that ``Leftovers`` is for, before anything is removed. A second signal ends the program at
/// once.
package enum EndingWords {
  /// Sets the line, in place of an earlier one.
  ///
  /// - Parameter line: without a line break at its end.
  package static func set(_ line: String) { ending_words(line) }

  /// Takes the line back, once it would no longer be true.
  package static func clear() { ending_words(nil) }
}
