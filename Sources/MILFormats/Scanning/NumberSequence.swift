/// The numbers of a line, which may count or name columns: 0, 1, 2, or the wavelengths 400, 410, 420.
struct NumberSequence {
  /// The numbers, in order.
  let values: [Double]

  /// Creates the sequence of some numbers.
  init(_ values: [Double]) { self.values = values }

  /// Creates the sequence of some fields; nil if one of them is not a number.
  init?(fields: [String]) {
    values = fields.compactMap { TextLayout.number($0.utf8) }
    guard values.count == fields.count else { return nil }
  }

  /// Whether each number is greater than the one before.
  var ascends: Bool { zip(values, values.dropFirst()).allSatisfy(<) }

  /// Whether each number is less than the one before.
  var descends: Bool { zip(values, values.dropFirst()).allSatisfy(>) }

  /// The step from each number to the next; nil for fewer than two numbers, and for unequal steps.
  var step: Double? {
    guard values.count > 1 else { return nil }
    let step = values[1] - values[0]
    let isEven = zip(values, values.dropFirst()).allSatisfy { abs($1 - $0 - step) <= 1e-6 * abs(step) }
    return isEven ? step : nil
  }

  /// Whether three or more numbers count 0, 1, 2 ... or, if there are `fewest`, 1, 2, 3 ...
  func counts(from fewest: Int) -> Bool {
    guard values.count >= 3, step == 1 else { return false }
    return values[0] == 0 || values[0] == 1 && values.count >= fewest
  }

  /// Whether the numbers ascend at equal steps: 1, 2, 3 or, from four numbers, 10, 20, 30, 40.
  var ascendsEvenly: Bool {
    guard let step, step > 0 else { return false }
    return values.count > 3 || values.count == 3 && values[0] == 1 && step == 1
  }
}
