import Foundation

/// A mapping of values to positions along an axis, with round ticks.
struct Scale {
  let lower: Double
  let upper: Double
  let isLogarithmic: Bool
  let start: Double
  let end: Double

  /// Creates a scale over the values, with a margin, from pixel `start` to pixel `end`.
  ///
  /// - Parameter bounds: the limits of the scale, for example 0 to 1 for shares.
  init(
    of values: [Double], start: Double, end: Double, isLogarithmic: Bool = false,
    bounds: ClosedRange<Double> = -.infinity ... .infinity
  ) {
    let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    let (low, high) = (usable.min() ?? (isLogarithmic ? 1 : 0), usable.max() ?? 1)
    self.start = start
    self.end = end
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      (lower, upper) = (low / 1.3, max(high, low * 1.01) * 1.3)
    } else {
      let margin = max((high - low) * 0.05, abs(high) * 1e-3, 1e-9)
      (lower, upper) = (max(low - margin, bounds.lowerBound), min(high + margin, bounds.upperBound))
    }
  }

  /// Returns the pixel of a value.
  func position(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (log(max(value, .leastNormalMagnitude)) - log(lower)) / (log(upper) - log(lower))
      : (value - lower) / max(upper - lower, .leastNormalMagnitude)
    return start + min(max(share, 0), 1) * (end - start)
  }

  /// Returns about `count` round values within the scale.
  func ticks(_ count: Int = 6) -> [Double] {
    if isLogarithmic {
      let powers = Int(log10(lower).rounded(.down))...Int(log10(upper).rounded(.up))
      let steps: [Double] = powers.count > 4 ? [1] : [1, 2, 5]
      return powers.flatMap { power in steps.map { $0 * pow(10, Double(power)) } }.filter {
        (lower...upper).contains($0)
      }
    }
    let rough = (upper - lower) / Double(max(count, 1))
    let power = pow(10, log10(rough).rounded(.down))
    let step = ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10) * power
    let first = Int((lower / step).rounded(.up))
    let last = Int((upper / step).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// Returns the text of a tick.
  static func label(_ value: Double) -> String {
    let magnitude = value.magnitude
    if magnitude >= 1000 || (magnitude == value.rounded().magnitude && magnitude >= 1) || magnitude == 0 {
      return NumberText.plain(value, decimals: 0)
    }
    let decimals = magnitude >= 0.1 || magnitude == 0 ? 2 : min(6, 1 - Int(log10(magnitude).rounded(.down)))
    var text = NumberText.plain(value, decimals: decimals)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
