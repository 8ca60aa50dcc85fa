import UserInput

/// Marks beside the digits of a field that is otherwise a number, and the remedy for each.
enum NumberMarks {
  private static let units: Set = [
    "nm", "um", "\u{b5}m", "\u{3bc}m", "mm", "cm", "m", "km", "px", "mm2", "mm\u{b2}", "ng", "ug", "mg", "g", "kg",
    "ul", "ml",
    "mL", "dl", "l", "L", "ms", "s", "min", "h", "d", "y", "yr", "years", "days", "Hz", "kHz", "HU", "\u{b0}C", "C",
    "K",
  ]

  /// Returns the remedy for a quoted field, after a semicolon; empty if none is known.
  ///
  /// - Parameter mark: the decimal mark that was asked for.
  static func wayOut(_ found: String, mark: ReadOptions.DecimalMark? = nil) -> String {
    guard found.count > 2, found.hasPrefix("\""), found.hasSuffix("\"") else { return "" }
    // Errors show invisible characters as their codes.
    let text = String(found.dropFirst().dropLast()).replacing(/\\u\{([0-9A-F]+)\}/) { match in
      UInt32(match.1, radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? String(match.0)
    }
    if MissingValues.isMarker(text.utf8) || MissingValues.infinity(text) != nil { return "" }
    if let thousands = thousands(text, mark) { return thousands }
    if text.wholeMatch(of: /[-+]?[0-9.]+ ?%/) != nil {
      return "; numbers without %, which sed 's/\\([0-9]\\) *%/\\1/g' FILE leaves out"
    }
    if text.wholeMatch(of: /[-+]?[$€£¥] ?[0-9.]+|[0-9.]+ ?[$€£¥]/) != nil {
      return "; numbers without the sign of a currency"
    }
    if text.wholeMatch(of: /\([0-9.]+\)/) != nil {
      return "; a minus in place of the parentheses of accountants, as sed 's/(\\([0-9.]*\\))/-\\1/g' FILE writes it"
    }
    if text.wholeMatch(of: /[-+]?[0-9.]+[dD][-+]?[0-9]+/) != nil {
      return "; e in place of Fortran's \(text.contains("D") ? "D" : "d") before the exponent"
    }
    if text.wholeMatch(of: /[<>≤≥~] ?[-+]?[0-9.]+/) != nil {
      return
        "; a number for a value beyond a limit, such as half the limit, or --missing where it becomes an empty field"
    }
    if text.wholeMatch(of: /[-+]?[0-9.]+([eE][-+]?[0-9]+)? *#.+/) != nil {
      return "; a comment behind values is to be removed, as sed 's/ *#.*//' FILE does"
    }
    let unit = text.drop { "+-0123456789. ".contains($0) }
    if text.first?.isLetter == false, units.contains(String(unit)) { return "; numbers without their unit" }
    if ["true", "false", "yes", "no", "t", "f"].contains(text.lowercased()) {
      return "; 1 and 0 in place of \(text) and its opposite"
    }
    return ""
  }

  /// Returns the remedy for marks between thousands, and for a comma that may be one or a decimal mark.
  private static func thousands(_ text: String, _ mark: ReadOptions.DecimalMark?) -> String? {
    let others = "'\u{2019} \u{a0}\u{202f}\u{2009}"
    if let found = text.wholeMatch(
      of: /[-+]?[0-9]{1,3}(?:(['\u{2019} \u{a0}\u{202f}\u{2009}])[0-9]{3})+(?:[.,][0-9]*)?/)
    {
      let kind = found.1 == " " ? ", blanks here" : found.1.first?.isWhitespace == true ? ", no-break blanks here" : ""
      let comma = text.contains(",") && mark != .comma ? ", and --decimal comma" : ""
      return "; numbers without marks between thousands\(kind)"
        + (text.contains("'") ? ", as sed \"s/\\([0-9]\\)'\\([0-9]\\)/\\1\\2/g\" FILE writes them" : "") + comma
    }
    if text.wholeMatch(of: /[-+]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]*/) != nil
      || mark == .comma && text.wholeMatch(of: /[-+]?[0-9]{1,3}(\.[0-9]{3})+/) != nil
    {
      return "; numbers without points between thousands" + (mark == .comma ? "" : ", and --decimal comma")
    }
    if text.wholeMatch(of: /[-+]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]*/) != nil {
      return "; numbers without commas between thousands" + (mark == .comma ? ", and without --decimal comma" : "")
    }
    guard text.contains(","), text.allSatisfy({ $0.isNumber || others.contains($0) || "+-.,eE".contains($0) }) else {
      return nil
    }
    return mark == .comma
      ? "; one comma in a number, its decimal mark, and no marks between thousands"
      : "; --decimal comma where all numbers have it and none a point, and commas between thousands are to be removed"
  }
}
