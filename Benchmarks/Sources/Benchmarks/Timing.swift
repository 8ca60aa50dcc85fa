import Foundation

/// What a duration is taken by.
enum Clock: String, Codable {
  /// The clock on the wall.
  case wall
  /// The time that the processor has given this process; other load on the machine changes it little.
  case processor

  /// The duration of `body` in seconds.
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

/// The duration of `body` in seconds on the wall.
func wallSeconds(_ body: () throws -> Void) rethrows -> Double {
  let components = try ContinuousClock().measure(body).components
  return Double(components.seconds) + Double(components.attoseconds) * 1e-18
}

/// The value below which the given share of the values lies, between neighbours in proportion; nil without values.
func quantile(_ values: [Double], _ share: Double) -> Double? {
  guard let last = values.indices.last else { return nil }
  let sorted = values.sorted()
  let place = share * Double(last)
  let (low, high) = (Int(place), min(Int(place) + 1, last))
  return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
}

/// The middle of the sorted values; nil without values.
func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

extension Double? {
  /// The number with some digits after the point, or a dash.
  func text(_ digits: Int) -> String { map { String(format: "%.\(digits)f", $0) } ?? "-" }
}
