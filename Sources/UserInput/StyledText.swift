/// The role of a part of a text, which decides its look on a terminal.
package enum TextStyle: Sendable {
  /// The best of several: bold and green.
  case best
  /// An error or a problem: bold and red.
  case error
  /// A warning: yellow.
  case warning
  /// A good state: green.
  case good
  /// A remark: dim.
  case note
}

/// A text with styled parts; the stream that prints it decides whether they become escape codes.
///
/// Widths are those of ``plain``.
package struct StyledText: Sendable, Equatable {
  /// A part of one style, or without any.
  package struct Part: Sendable, Equatable {
    /// The text.
    package let text: String
    /// The style; nil for none.
    package let style: TextStyle?
  }

  /// The parts in order; none is empty.
  package private(set) var parts: [Part] = []

  /// Creates a text of one style, or without any.
  package init(_ text: String = "", _ style: TextStyle? = nil) { append(text, style) }

  /// Adds a part.
  package mutating func append(_ text: String, _ style: TextStyle? = nil) {
    if !text.isEmpty { parts.append(Part(text: text, style: style)) }
  }

  /// Adds another text.
  package mutating func append(_ other: StyledText) { parts += other.parts }

  /// Returns texts as lines, each of which ends in a line feed.
  package static func lines(_ lines: [StyledText]) -> StyledText {
    lines.reduce(into: StyledText()) { text, line in
      text.append(line)
      text.append("\n")
    }
  }

  /// The text without styles.
  package var plain: String { parts.map(\.text).joined() }
}
