import Foundation
import UserInput

/// Whether a stream shows colours: on a terminal only, unless the environment states otherwise.
package struct Colours: Sendable, Equatable {
  /// Whether styles become escape codes.
  package let areOn: Bool

  /// No colours, as in files.
  package static let off = Colours(areOn: false)

  init(areOn: Bool) { self.areOn = areOn }

  /// Decides on the colours of a stream.
  ///
  /// The first of these rules that applies decides: `NO_COLOR` with any text switches colours off (no-color.org),
  /// `CLICOLOR_FORCE` with a text other than 0 switches them on, and `CLICOLOR=0` and `TERM=dumb` switch them off.
  /// Otherwise a terminal has colours, and a file or pipe has none.
  ///
  /// - Parameters:
  ///   - isTerminal: whether the stream is a terminal.
  ///   - environment: the environment variables.
  package init(isTerminal: Bool, environment: [String: String]) {
    func text(_ name: String) -> String { environment[name] ?? "" }
    if !text("NO_COLOR").isEmpty {
      areOn = false
    } else if !text("CLICOLOR_FORCE").isEmpty, text("CLICOLOR_FORCE") != "0" {
      areOn = true
    } else {
      areOn = isTerminal && text("CLICOLOR") != "0" && text("TERM") != "dumb"
    }
  }

  /// Returns the text with control characters made visible, and with escape codes if colours are on.
  ///
  /// Each line has codes of its own, so that a pager shows any of them alone.
  package func text(of styled: StyledText) -> String {
    styled.parts.map { part in
      let text = part.text.printable
      guard areOn, let style = part.style else { return text }
      return text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "\u{1B}[\(style.codes)m\($0)\u{1B}[0m" }
        .joined(separator: "\n")
    }
    .joined()
  }
}

extension TextStyle {
  /// The parameters of the escape sequence that begins the style (ECMA-48, "select graphic rendition").
  fileprivate var codes: String {
    switch self {
    case .best: "1;32"
    case .error: "1;31"
    case .warning: "33"
    case .good: "32"
    case .note: "2"
    }
  }
}
