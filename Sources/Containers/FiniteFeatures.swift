/// The words of errors about features that are not finite.
extension FileArray {
  /// The range of features.
  package static let singleRange = "a number within the range of single precision, up to 3.4e38"

  /// The remedy for a missing feature.
  package static let wayOutOfMissing = "; --missing drop-instances, drop-columns or mean where values are missing"

  /// Returns the remedy for an infinite feature.
  package static func wayOutOfInfinity(_ number: Double) -> String {
    "; --missing-code \(number > 0 ? "inf" : "-inf") with --missing drop-instances, drop-columns or mean where infinity "
      + "stands for a missing value"
  }

  /// Returns the expectation in the error about a number that single precision cannot hold as a finite one.
  package static func expectation(of number: Double) -> String {
    if number.isNaN { return "a finite number" + wayOutOfMissing }
    return singleRange + (number.isInfinite ? wayOutOfInfinity(number) : "")
  }

  /// Returns the remark on a row of NaN throughout; empty for any other row.
  package static func padding(_ row: some Collection<some BinaryFloatingPoint>) -> String {
    row.count > 1 && row.allSatisfy(\.isNaN) ? ", as the whole row, which looks like padding" : ""
  }
}
