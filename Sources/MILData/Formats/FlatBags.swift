import UserInput

/// What readers of arrays have in common.
enum FlatBags {
  /// An array of the file: where it is, for errors, and its content.
  struct Part<Content> {
    let file: String
    let field: String
    let content: Content

    func error(found: String, expected: String) -> ReadError {
      ReadError(file: file, at: .field(field), found: found, expected: expected)
    }
  }

  /// Refuses features that are not finite, naming row and column; what is not a number may be missing.
  static func requireFinite(
    _ part: Part<(columns: Int, values: [Float])>, firstRow: Int = 0, allowsMissing: Bool = false
  ) throws {
    let (columns, values) = part.content
    guard let place = values.firstIndex(where: { !$0.isFinite && !(allowsMissing && $0.isNaN) }) else { return }
    throw part.error(
      found: "\(values[place]) in row \(firstRow + place / columns + 1), column \(place % columns + 1)",
      expected: "a finite number in single precision" + (values[place].isNaN ? MissingValues.wayOut : ""))
  }
}
