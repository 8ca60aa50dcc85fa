import Foundation
import UserInput

/// The three streams that a program is started with, made safe to use.
package enum StandardStreams {
  /// Turns signals about writing into errors of the call that writes: a reader that has gone (SIGPIPE), and a file beyond
  /// the limit of the shell's `ulimit -f` (SIGXFSZ), end no program that was prepared.
  ///
  /// Streams that are closed were opened before (in `CSubprocesses`): a closed one would be the number of the next file
  /// that is opened, so that a note for standard error ended in a journal.
  package static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}

/// Standard output, the one way to it.
package enum StandardOutput {
  /// Writes a text at once, without a buffer, whole; control characters are made visible.
  ///
  /// - Throws: ``OutputError`` when not all of it could be written: the disk is full, the reader has gone, the stream is
  ///   closed.
  package static func print(_ text: String, terminator: String = "\n") throws {
    if let number = Descriptor(STDOUT_FILENO).write(text.printable + terminator) {
      throw OutputError(place: "standard output", reason: SystemReason.text(ofError: number))
    }
  }
}

/// Standard error, the one way to it: for notes, progress and the sentence that tells an error.
package enum StandardError {
  /// Writes a text at once, with control characters made visible. One that cannot be written is lost, since nothing is
  /// left to tell it with.
  ///
  /// - Parameters:
  ///   - text: what is written.
  ///   - terminator: what follows it.
  ///   - replacesLine: whether the line that a terminal shows is erased first.
  package static func print(_ text: String, terminator: String = "\n", replacesLine: Bool = false) {
    _ = Descriptor(STDERR_FILENO).write((replacesLine ? "\r\u{1B}[K" : "") + text.printable + terminator)
  }

  /// Whether a person may be looking at it.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Output that could not be written whole.
package struct OutputError: Error, Equatable, CustomStringConvertible {
  /// The stream or file.
  package let place: String
  /// Why, in the system's words.
  package let reason: String

  /// One line for the user.
  package var description: String { "\(place) cannot be written: \(reason)".onOneLine() }
}
