extension String {
  /// The text on one line: line breaks and control characters escaped, at most `limit` characters.
  public func onOneLine(limit: Int = 1000) -> String {
    var line = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isPlain = scalar == " " || !(scalar.properties.isWhitespace || scalar.properties.generalCategory == .control)
      line += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return line + (unicodeScalars.count > limit ? "..." : "")
  }
}
