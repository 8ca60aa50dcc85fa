import MILBags
import UserInput

/// Removes invisible characters from names and labels.
///
/// A no-break space looks like a blank, and a zero-width space like nothing. Copies from web pages and spreadsheets
/// contain them, and would split one bag into two. Blanks of all kinds become the ordinary one, and zero-width
/// characters are removed.
enum PlainText {
  /// Returns the visible text; nil if it has no invisible characters.
  ///
  /// Joiners (U+200C, U+200D) stay, since letters of some scripts look different without them.
  static func visible(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard text.contains(where: { $0 >= 0x80 }) else { return nil }
    let string = String(decoding: text, as: UTF8.self)
    guard string.unicodeScalars.contains(where: { isBlank($0) || isInvisible($0) }) else { return nil }
    var result = String.UnicodeScalarView()
    for scalar in string.unicodeScalars where !isInvisible(scalar) {
      result.append(isBlank(scalar) ? " " : scalar)
    }
    return ArraySlice(Array(String(result).utf8))
  }

  /// Returns the decision that texts were read as they look.
  ///
  /// - Parameters:
  ///   - what: the kind of the texts.
  ///   - count: their number.
  ///   - example: the first of them, as it looks.
  static func decision(_ what: String, _ count: Int, _ example: String) -> ReadDecision {
    ReadDecision(
      .encoding,
      "\(what) are taken as they look, with blanks for no-break spaces and without characters that cannot be seen: "
        + "\(count) of them, the first \(ReadError.quoted(example.utf8))")
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0x7f && scalar.properties.generalCategory == .spaceSeparator
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xad, 0x200b, 0x200e, 0x200f, 0x202a...0x202e, 0x2060...0x2064, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }
}
