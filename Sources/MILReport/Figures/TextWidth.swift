/// The widths of texts in figures, which leave room for them: labels are never cut and never overlap.
enum TextWidth {
  /// The size of common text.
  static let size = 12.0
  static let family = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

  /// Returns an upper bound of a text's width: Helvetica's widths, and a margin for wider substitute fonts.
  static func of(_ text: String, size: Double = size) -> Double {
    text.reduce(0) { $0 + width($1) } * size * 1.13
  }

  private static func width(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "'", "|", ".", ",", ":", ";", "!", "I": 0.28
    case "f", "t", " ", "[", "]", "/", "(", ")", "r", "-", "\\": 0.34
    case "c", "k", "s", "v", "x", "y", "z", "J": 0.5
    case "m", "M", "w", "W", "%", "@", "—": 0.9
    case "A"..."Z", "&": 0.72
    case "+", "=", "<", ">", "−", "±", "~": 0.6
    default: character.isASCII ? 0.56 : 1
    }
  }

  /// Splits a text into lines of at most `width`; a wider word has its own line.
  static func lines(of text: String, width limit: Double, size: Double = size) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, of("\(last) \(word)", size: size) <= limit {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
