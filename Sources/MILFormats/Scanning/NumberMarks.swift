/// Marks beside the digits of a field that is otherwise a number, and the remedy for each.
enum NumberMarks {
  private static let units: Set = [
    "nm", "um", "\u{b5}m", "\u{3bc}m", "mm", "cm", "m", "km", "px", "mm2", "mm\u{b2}", "ng", "ug", "mg", "g", "kg",
    "ul", "ml",
    "mL", "dl", "l", "L", "ms", "s", "min", "h", "d", "y", "yr", "years", "days", "Hz", "kHz", "HU", "\u{b0}C", "C",
    "K",
  ]

  /// Returns the remedy for a quoted field, after a semicolon; empty if none is known.
  static func wayOut(_ found: String) -> String {
    guard found.count > 2, found.hasPrefix("\""), found.hasSuffix("\"") else { return "" }
    let text = String(found.dropFirst().dropLast())
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
    if text.wholeMatch(of: /[-+]?[0-9]{1,3}(['\u{2019} \u{a0}\u{202f}][0-9]{3})+([.,][0-9]*)?/) != nil {
      return "; numbers without marks between thousands"
        + (text.contains("'") ? ", as sed \"s/\\([0-9]\\)'\\([0-9]\\)/\\1\\2/g\" FILE writes them" : "")
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
}
