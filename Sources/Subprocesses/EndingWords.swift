import CSubprocesses

/// The line that this program writes to standard error when a signal ends it: what is kept, and how to continue.
///
/// It is written for the signals of ``Leftovers``, before anything is removed. A second signal ends the program at
/// once.
package enum EndingWords {
  /// Sets the line, replacing any earlier one.
  ///
  /// - Parameter line: the line, without a line break at its end.
  package static func set(_ line: String) { ending_words(line) }

  /// Removes the line when it is no longer true.
  package static func clear() { ending_words(nil) }
}
