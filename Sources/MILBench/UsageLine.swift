import MILReport

/// The usage in a message of the argument parser, which leaves it in one line of any length.
enum UsageLine {
  /// Returns a message with its usage in lines of a terminal's width, broken between arguments.
  ///
  /// - Parameters:
  ///   - message: help, or an error with its usage.
  ///   - columns: the width; nil without a terminal, which changes nothing.
  static func fitted(in message: String, to columns: Int?) -> String {
    guard let columns else { return message }
    return message.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        guard line.hasPrefix("USAGE: ") || line.hasPrefix("Usage: "), line.count > columns else { return String(line) }
        return wrapped(joined(line), to: columns - indentation.count).joined(separator: "\n" + indentation)
          .replacing(unbreakable, with: " ")
      }
      .joined(separator: "\n")
  }

  private static let indentation = "  "
  /// The no-break space, at which no line is broken.
  private static let unbreakable = "\u{A0}"

  /// Joins an option with its value, and the words in brackets.
  private static func joined(_ usage: Substring) -> String {
    var depth = 0
    let inBrackets = usage.map { character in
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      return character == " " && depth > 0 ? unbreakable : String(character)
    }
    .joined()
    return inBrackets.replacing(/(--[a-z-]+) </) { "\($0.output.1)\(unbreakable)<" }
  }
}
