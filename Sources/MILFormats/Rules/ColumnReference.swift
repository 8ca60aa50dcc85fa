/// A column or an array as the user or a kept model writes it.
///
/// `#2` is the second, `name:2` the one called 2, and a plain `2` either.
struct ColumnReference {
  /// The name, without `name:`.
  let name: String
  /// Whether the text can only be a name.
  let isName: Bool
  /// Whether the text is a position after `#`.
  let isPosition: Bool
  /// The position, from 0; nil if the text can only be a name.
  let position: Int?

  /// Parses a text.
  init(_ text: String) {
    isName = text.hasPrefix("name:")
    name = isName ? String(text.dropFirst(5)) : text
    isPosition = text.hasPrefix("#") && Int(text.dropFirst()) != nil
    position = isName ? nil : Int(isPosition ? text.dropFirst() : text[...]).map { $0 &- 1 }
  }

  /// Returns the indices of the names that are equal to this one, or else of those that differ only in letter case.
  func places(in names: [String]) -> [Int] {
    let exact = names.indices.filter { names[$0] == name }
    guard exact.isEmpty else { return exact }
    let lowered = name.lowercased()
    return names.indices.filter { names[$0].lowercased() == lowered }
  }

  /// Returns the name in a text.
  static func name(in text: String) -> String { ColumnReference(text).name }
}
