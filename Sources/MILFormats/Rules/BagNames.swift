import Foundation
import MILBags
import UserInput

/// The sides of a name that have blanks, which are not part of it.
struct BlankSides: OptionSet {
  let rawValue: UInt8
  static let before = BlankSides(rawValue: 1)
  static let after = BlankSides(rawValue: 2)
}

/// The decisions about the names of bags.
enum BagNames {
  /// The decision for bags whose rows are not adjacent.
  static let scattered = ReadDecision(
    .bags, "rows with one id are one bag, though other bags' rows stand between them")

  /// Returns a name without surrounding blanks and invisible characters.
  static func trimmed(_ name: String) -> String {
    String(decoding: trimmed(PlainText.visible(ArraySlice(name.utf8)) ?? ArraySlice(name.utf8)), as: UTF8.self)
  }

  /// Returns a name or a label without surrounding blanks.
  @inline(__always)
  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = text.first, let last = text.last, TextScanner.isBlank(first) || TextScanner.isBlank(last) else {
      return text
    }
    let start = text.firstIndex { !TextScanner.isBlank($0) } ?? text.endIndex
    let end = text.lastIndex { !TextScanner.isBlank($0) }.map { $0 + 1 } ?? start
    return text[start..<end]
  }

  /// Returns the decision that ids that differ only in surrounding blanks are one.
  static func blanks(_ name: String) -> ReadDecision {
    ReadDecision(
      .bags,
      "blanks around ids are no part of them: rows that differ in them are one bag, \(name.onOneLine(limit: 60))")
  }

  /// Refuses ids that differ, but of which tables and figures show the same text.
  ///
  /// They show pictures of control characters, which are characters of their own.
  static func requireDistinctPrints(_ names: [String], file: String) throws {
    guard names.contains(where: { $0.printable != $0 }) else { return }
    var seen: [String: String] = [:]
    for name in names {
      guard let other = seen.updateValue(name, forKey: name.printable) else { continue }
      let both = [other, name].map { $0.onOneLine(limit: 40) }.joined(separator: " and ")
      throw ReadError(
        file: file, found: "the ids \(both), which tables show alike, as a control character and its picture",
        expected: "ids without control characters, as str.translate removes them, or others that differ in print")
    }
  }

  /// Returns decisions on ids that are one number in several spellings, which stay several bags, and on look-alike ids.
  static func decisions(_ names: [String]) -> [ReadDecision] {
    // Most ids are numbers in one spelling, or not numbers.
    guard names.contains(where: { name in number(name) != nil && Int(name).map(String.init) != name }) else {
      return cases(names) + looks(names)
    }
    var decisions: [ReadDecision] = []
    if let rounded = names.first(where: isRounded) {
      decisions.append(
        ReadDecision(
          .bags,
          "the id \(rounded.onOneLine(limit: 60)) is a number in scientific notation, which spreadsheets write for long ids "
            + "and which may stand for several; ids are best written out, or as text"))
    }
    let equal = spellings(names)
    if let first = equal.first {
      let shown = equal.prefix(6).map { list(of: $0) + " are \(count(of: $0.count)) bags" }.joined(separator: ", ")
      let more = equal.count > 6 ? " and so on for \(equal.count - 6) more numbers" : ""
      decisions.append(
        ReadDecision(
          .bags,
          "ids are compared as text: \(shown)\(more), though \(first.count == 2 ? "both" : "all") are one number; where "
            + "they are one bag, its id is to be written in one way"))
    }
    return decisions + cases(names) + looks(names)
  }

  /// Groups ids that are equal as numbers, if one of them is not a plain whole number; each group in order of
  /// appearance.
  private static func spellings(_ names: [String]) -> [[String]] {
    func isPlain(_ text: String) -> Bool {
      text.allSatisfy { "0"..."9" ~= $0 } && (text == "0" || !text.hasPrefix("0"))
    }
    var places: [Double: Int] = [:]
    var groups: [[String]] = []
    for name in names {
      guard let number = number(name), number.isFinite else { continue }
      if let place = places[number] {
        groups[place].append(name)
      } else {
        places[number] = groups.count
        groups.append([name])
      }
    }
    // Long whole numbers differ in digits beyond the precision of floating-point numbers.
    return groups.filter { $0.count > 1 && !$0.allSatisfy(isPlain) }
  }

  /// Parses a name as a number, with a decimal point or a decimal comma; nil if it is not one.
  private static func number(_ name: String) -> Double? {
    if let number = Double(name) { return number }
    guard name.utf8.count(where: { $0 == UInt8(ascii: ",") }) == 1, !name.contains(".") else { return nil }
    return Double(name.replacing(",", with: "."))
  }

  private static func list(of names: [String]) -> String {
    let shown = names.prefix(6).map { $0.onOneLine(limit: 40) }
    guard names.count <= 6, let last = shown.last else { return shown.joined(separator: ", ") + " ..." }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func count(of number: Int) -> String { number == 2 ? "two" : "\(number)" }

  /// Whether a name is a number that a spreadsheet shortened: 1.23E+11.
  private static func isRounded(_ name: String) -> Bool {
    let parts = name.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard parts.count == 2, let mantissa = parts.first, let exponent = parts.last, Double(mantissa) != nil else {
      return false
    }
    return exponent.hasPrefix("+") && Int(exponent) ?? 0 >= 5 || mantissa.contains(".") && Int(exponent) ?? 0 >= 5
  }

  /// Greek and Cyrillic letters that look like Latin ones.
  private static let lookalikes: [Character: Character] = Dictionary(
    zip(
      "\u{430}\u{435}\u{43e}\u{440}\u{441}\u{443}\u{445}\u{455}\u{456}\u{458}\u{410}\u{412}\u{415}\u{41a}\u{41c}"
        + "\u{41d}\u{41e}\u{420}\u{421}\u{422}\u{425}\u{391}\u{392}\u{395}\u{396}\u{397}\u{399}\u{39a}\u{39c}\u{39d}"
        + "\u{39f}\u{3a1}\u{3a4}\u{3a5}\u{3a7}\u{3bf}",
      "aeopcyxsijABEKMHOPCTXABEZHIKMNOPTYXo"), uniquingKeysWith: { first, _ in first })

  /// Returns the decision on look-alike names in other characters, such as full-width digits; they are several bags.
  private static func looks(_ names: [String]) -> [ReadDecision] {
    guard names.contains(where: { !$0.utf8.allSatisfy { $0 < 0x80 } }) else { return [] }
    var first: [String: String] = [:]
    var pairs: [(String, String)] = []
    for name in names {
      // Tables show control characters as pictures.
      let look = String(name.printable.precomposedStringWithCompatibilityMapping.map { lookalikes[$0] ?? $0 })
      if let other = first.updateValue(name, forKey: look) { pairs.append((other, name)) }
    }
    guard let (one, two) = pairs.first else { return [] }
    return [
      ReadDecision(
        .bags,
        "ids that look alike are written in other characters, as of another script or width, and are several bags: "
          + "\(one.onOneLine(limit: 40)) and \(two.onOneLine(limit: 40))"
          + (pairs.count > 1 ? " and \(pairs.count - 1) more pairs" : "")
          + "; where they are one bag, its id is to be written in one way")
    ]
  }

  /// Returns the decision on names that differ only in letter case; they are several bags.
  private static func cases(_ names: [String]) -> [ReadDecision] {
    var first: [String: String] = [:]
    for name in names {
      if let other = first.updateValue(name, forKey: name.lowercased()) {
        return [ReadDecision(.bags, "ids are compared with their letter case: \(other) and \(name) are two bags")]
      }
    }
    return []
  }
}
