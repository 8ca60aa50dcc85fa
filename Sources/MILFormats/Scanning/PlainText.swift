import MILBags
import UserInput

/// Names and labels without characters that cannot be seen.
///
/// A no-break space looks like a blank, and a zero-width space like nothing; copies from web pages and spreadsheets have them,
/// and would make two bags of one. Blanks of all kinds become the ordinary one, and characters without width are left out.
enum PlainText {
  /// The text as it looks; nil where it has nothing that cannot be seen.
  ///
  /// Joiners (U+200C, U+200D) stay, since letters of some scripts look otherwise without them.
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

  /// That texts were taken as they look.
  ///
  /// - Parameters:
  ///   - what: what the texts are.
  ///   - count: how many they are.
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
