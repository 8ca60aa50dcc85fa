import Foundation
import MILRecords

/// The formats of numbers in tables.
enum NumberText {
  /// Returns a number in the style of its kind.
  static func text(_ value: Double, _ style: NumberStyle) -> String {
    switch style {
    case .share: share(value)
    case .decimals(let count): plain(value, decimals: count)
    case .signedShare: signedShare(value)
    case .probability: probability(value)
    case .count: plain(value, decimals: 0)
    }
  }

  /// Returns a share or its spread as in papers: three decimals, no zero before the point (`.887`, `1.000`).
  static func share(_ value: Double) -> String {
    let text = fixed(value, decimals: 3)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text.replacing("−0.", with: "−.")
  }

  /// Returns a margin that holds: a share as in ``share(_:)``, rounded up, since a smaller one was not shown.
  static func margin(_ value: Double) -> String {
    // A margin of three decimals may be a rounding error above them.
    share(value.isFinite ? (value * 1000 - 1e-6).rounded(.up) / 1000 : value)
  }

  /// Returns a signed number with one decimal (`+0.4`, `−1.2`, `0.0`).
  static func signed(_ value: Double) -> String {
    let text = fixed(value, decimals: 1)
    return value > 0 && text != "0.0" ? "+" + text : text
  }

  /// Returns a share with three decimals and a sign if it is not 0 (`+.031`, `−.200`, `.000`).
  static func signedShare(_ value: Double) -> String {
    let text = share(value)
    return value > 0 && text != share(0) ? "+" + text : text
  }

  /// Returns a probability: three decimals, `<.001` for smaller values (`.050`, `1.000`).
  static func probability(_ value: Double) -> String { value < 0.0005 ? "<.001" : share(value) }

  /// Returns a p-value with its relation (`= .050`, `< .001`).
  static func equality(_ p: Double) -> String { p < 0.0005 ? "< .001" : "= " + share(p) }

  /// Returns a share without trailing zeros (`.05`, `.1`).
  static func briefShare(_ value: Double) -> String {
    var text = share(value)
    while text.hasSuffix("0"), text.count > 2 { text.removeLast() }
    return text
  }

  /// Returns a number with two decimals (`3.40`).
  static func hundredths(_ value: Double) -> String { fixed(value, decimals: 2) }

  /// Returns a number with one decimal, or none if the decimal is 0 (`2.5`, `95`).
  static func tenths(_ value: Double) -> String {
    let text = fixed(value, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Returns the shortest text from which the number can be read back; empty for nil.
  static func exact(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// Returns an integer as text; empty for nil.
  static func exact(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }

  /// Returns a pixel of a figure, to a hundredth.
  static func coordinate(_ value: Double) -> String {
    var text = fixed(value, decimals: 2).replacing("−", with: "-")
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// Returns the number of decimals that shows three digits of a list's largest magnitude: at least two, at most six.
  static func decimals(forLargest magnitude: Double) -> Int {
    guard magnitude > 0, magnitude.isFinite else { return 2 }
    return max(2, min(6, 2 - Int(log10(magnitude).rounded(.down))))
  }

  /// Returns a number with the given decimals, at most six.
  static func plain(_ value: Double, decimals: Int) -> String { fixed(value, decimals: decimals) }

  /// Returns the decimal text of a value, halves rounded away from zero; unrounded for a billion or more.
  private static func fixed(_ value: Double, decimals: Int) -> String {
    let scale = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000][min(max(decimals, 0), 6)]
    guard value.magnitude < 1e9 else { return "\(value)" }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "−" : ""
    if scale == 1 { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    let padding = String(repeating: "0", count: min(max(decimals, 0), 6) - fraction.count)
    return "\(sign)\(scaled / scale).\(padding)\(fraction)"
  }
}
