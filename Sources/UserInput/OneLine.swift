extension String {
  /// Returns the text on one line: line breaks and control characters escaped, at most `limit` characters.
  package func onOneLine(limit: Int = 1000) -> String {
    var line = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isPlain = scalar == " " || !(scalar.properties.isWhitespace || scalar.properties.generalCategory == .control)
      line += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return line + (unicodeScalars.count > limit ? "..." : "")
  }
}

extension String {
  /// The text with visible characters for each control character and each character that XML forbids.
  ///
  /// Other characters have other substitutes, so that names stay distinct: `␇` is U+0007, `[U+0085]` a character
  /// without a picture. Tabs, line feeds and carriage returns stay. Such a text is safe in SVG, in HTML, in JSON and on
  /// a terminal.
  package var printable: String {
    guard unicodeScalars.contains(where: { $0.substitute != nil }) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let substitute = scalar.substitute {
        text.append(contentsOf: substitute.unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// The picture of a control character, or the number of a character that cannot be shown; nil for other characters.
  fileprivate var substitute: String? {
    switch value {
    case 0x09, 0x0A, 0x0D: nil
    case 0..<0x20: Unicode.Scalar(0x2400 + value).map { String($0) }
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0xFFFE, 0xFFFF: number
    // These reverse the direction of the text that follows, so that a name reads as another.
    case 0x202A...0x202E, 0x2066...0x2069: number
    default: nil
    }
  }

  private var number: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "[U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
  }
}
