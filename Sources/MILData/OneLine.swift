extension String {
  /// The text on one line: line breaks and control characters escaped, at most `limit` characters.
  func onOneLine(limit: Int = 1000) -> String {
    var line = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isPlain = scalar == " " || !(scalar.properties.isWhitespace || scalar.properties.generalCategory == .control)
      line += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return line + (unicodeScalars.count > limit ? "..." : "")
  }
}

extension DecodingError {
  /// Where in a JSON document decoding failed, as `sets[0].name`, what was found there and what was expected.
  var parts: (path: String, found: String, expected: String) {
    func path(_ context: Context) -> String {
      let steps = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      return String(steps.drop { $0 == "." })
    }
    switch self {
    case .keyNotFound(let key, let context):
      return (path(context), "no field \"\(key.stringValue)\"", "it")
    case .valueNotFound(let type, let context):
      return (path(context), "nothing", "\(type)")
    case .typeMismatch(let type, let context):
      return (path(context), "another type (\(context.debugDescription))", "\(type)")
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return ("", "text that is not valid JSON (\(context.debugDescription))", "JSON")
    case .dataCorrupted(let context):
      return (path(context), context.debugDescription, "a valid value")
    @unknown default:
      return ("", "\(self)", "other JSON")
    }
  }
}
