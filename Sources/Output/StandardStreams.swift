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
    try print(StyledText(text), terminator: terminator)
  }

  /// Writes a whole text at once, with colours on a terminal; see ``Colours``.
  ///
  /// - Throws: ``OutputError`` as for a text without styles.
  package static func print(_ text: StyledText, terminator: String = "\n") throws {
    let colours = Colours(isTerminal: isTerminal, environment: ProcessInfo.processInfo.environment)
    if let number = Descriptor(STDOUT_FILENO).write(colours.text(of: text) + terminator) {
      throw OutputError(place: "standard output", reason: SystemReason.text(ofError: number))
    }
  }

  /// Whether standard output is a terminal, so that a person may read it.
  package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The width of the terminal that standard output is, in columns; nil if it is none or its width is not known.
  package static var terminalColumns: Int? { columns(of: STDOUT_FILENO) }
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
    print(StyledText(text), terminator: terminator, replacesLine: replacesLine)
  }

  /// Writes a text at once, with colours on a terminal; see ``Colours``.
  package static func print(_ text: StyledText, terminator: String = "\n", replacesLine: Bool = false) {
    let colours = Colours(isTerminal: isTerminal, environment: ProcessInfo.processInfo.environment)
    _ = Descriptor(STDERR_FILENO).write((replacesLine ? "\r\u{1B}[K" : "") + colours.text(of: text) + terminator)
  }

  /// Whether standard error is a terminal, so that a person may see it.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether a line on standard error can be replaced by the next: on a terminal that knows escape codes.
  package static var replacesLines: Bool { isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

  /// The width of the terminal that standard error is, in columns; nil if it is none or its width is not known.
  package static var terminalColumns: Int? { columns(of: STDERR_FILENO) }
}

/// Returns the width of a terminal; nil if the stream is none or the width is not known.
private func columns(of stream: Int32) -> Int? {
  var size = winsize()
  guard isatty(stream) == 1, ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
  return Int(size.ws_col)
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
