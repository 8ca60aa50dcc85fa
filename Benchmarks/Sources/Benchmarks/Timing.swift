import Foundation

/// A clock that measures durations.
enum Clock: String, Codable {
  /// Elapsed time.
  case wall
  /// The processor time of this process, which other load on the machine changes little.
  case processor

  /// Returns the duration of `body` in seconds.
  func seconds(_ body: () throws -> Void) rethrows -> Double {
    guard self == .processor else { return try wallSeconds(body) }
    let start = Self.processorSeconds
    try body()
    return Self.processorSeconds - start
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Returns the elapsed time of `body` in seconds.
func wallSeconds(_ body: () throws -> Void) rethrows -> Double {
  let components = try ContinuousClock().measure(body).components
  return Double(components.seconds) + Double(components.attoseconds) * 1e-18
}

/// Returns the value below which the given share of the values lies, with linear interpolation; nil without values.
func quantile(_ values: [Double], _ share: Double) -> Double? {
  guard let last = values.indices.last else { return nil }
  let sorted = values.sorted()
  let place = share * Double(last)
  let (low, high) = (Int(place), min(Int(place) + 1, last))
  return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
}

/// Returns the median of the values; nil without values.
func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

extension Double? {
  /// Returns the number with the given number of decimal places, or a dash if it is nil.
  func text(_ digits: Int) -> String { map { String(format: "%.\(digits)f", $0) } ?? "-" }
}
