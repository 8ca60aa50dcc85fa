import Foundation
import UserInput

/// The three standard streams of a program, made safe to use.
package enum StandardStreams {
  /// Turns signals about writing into errors of the writing call.
  ///
  /// Neither a closed reader (SIGPIPE) nor a file above the limit of the shell's `ulimit -f` (SIGXFSZ) then ends the
  /// program.
  ///
  /// `CSubprocesses` has already opened closed streams. Otherwise the next opened file would have the number of a
  /// closed stream, and a note for standard error could end up in a journal.
  package static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}

/// Standard output: the only way to write to it.
package enum StandardOutput {
  /// Writes a whole text at once, without a buffer; control characters are made visible.
  ///
  /// - Throws: ``OutputError`` if the write was incomplete, because the disk is full, the reader has gone, or the
  ///   stream is closed.
  package static func print(_ text: String, terminator: String = "\n") throws {
    if let number = Descriptor(STDOUT_FILENO).write(text.printable + terminator) {
      throw OutputError(place: "standard output", reason: SystemReason.text(ofError: number))
    }
  }

  /// The width of the terminal that standard output is, in columns; nil if it is none or its width is not known.
  package static var terminalColumns: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}

/// Standard error, for notes, progress and error messages: the only way to write to it.
package enum StandardError {
  /// Writes a text at once, with control characters made visible.
  ///
  /// A failed write is ignored, since there is no other stream to report it.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - terminator: the text after it.
  ///   - replacesLine: whether to erase the current line of a terminal first.
  package static func print(_ text: String, terminator: String = "\n", replacesLine: Bool = false) {
    _ = Descriptor(STDERR_FILENO).write((replacesLine ? "\r\u{1B}[K" : "") + text.printable + terminator)
  }

  /// Whether standard error is a terminal, so that a person may see it.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// An error of incomplete output.
package struct OutputError: Error, Equatable, CustomStringConvertible {
  /// The stream or file.
  package let place: String
  /// The reason, in the system's words.
  package let reason: String

  /// The place and the reason in one line for the user.
  package var description: String { "\(place) cannot be written: \(reason)".onOneLine() }
}
