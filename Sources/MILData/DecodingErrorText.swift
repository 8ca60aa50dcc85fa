extension DecodingError {
  /// Where in a JSON document decoding failed and why, in one line.
  public var oneLine: String {
    let (context, problem): (Context, String) =
      switch self {
      case .keyNotFound(let key, let context): (context, "field \"\(key.stringValue)\" is missing")
      case .valueNotFound(_, let context): (context, "the value is missing")
      case .typeMismatch(let type, let context): (context, "expected \(type): \(context.debugDescription)")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (Context(codingPath: [], debugDescription: ""), "not the expected JSON")
      }
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    let detail = context.underlyingError.map { " (\($0))" } ?? ""
    let line = (path.isEmpty ? problem : "\(path.drop { $0 == "." }): \(problem)") + detail
    return line.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
