/// Returns the arithmetic mean; nil for an empty array.
package func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

/// Returns the sample standard deviation, with n - 1 in the denominator; nil for fewer than two values.
package func sampleDeviation(_ values: [Double]) -> Double? {
  guard values.count > 1, let center = mean(values) else { return nil }
  let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(values.count - 1)).squareRoot()
}
