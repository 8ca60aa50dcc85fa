import LinearAlgebra
import MILBags
import UserInput

/// Handles numbers that encode missing features, such as -999.
enum MissingCode {
  /// Numbers that programs write for a missing value, and that measurements hardly ever equal.
  private static let known: [Float] = [
    -99, -999, -9999, -99999, -999_999, 999, 9999, 99999, 999_999, -32768, -2_147_483_648,
  ]

  /// Returns the bags with NaN in place of the codes that the options name.
  ///
  /// - Throws: ``ReadError`` if a code occurs, but the options do not allow missing features.
  static func settled(_ bags: ReadBags, _ options: ReadOptions, file: String) throws -> ReadBags {
    guard !options.missingCodes.isEmpty else { return bags }
    // Readers take infinite numbers for missing, since no other feature may be infinite.
    let codes = options.missingCodes.filter(\.isFinite).map { Float($0) }
    var result = bags
    let infinite = Set(options.missingCodes.filter(\.isInfinite)).sorted(by: >).map { "\($0)" }
    if !infinite.isEmpty, options.allowsMissing {
      result.decisions.append(
        ReadDecision(
          .missing,
          "\(infinite.joined(separator: " and ")) \(infinite.count > 1 ? "stand" : "stands") for a missing value",
          option: "--missing-code"))
    }
    let instances = bags.dataset.instances
    let counts = instances.withUnsafeElements { values in codes.map { code in values.count { $0 == code } } }
    for (code, count) in zip(codes, counts) where count == 0 {
      result.decisions.append(ReadDecision(.missing, "no value is \(text(code))", option: "--missing-code"))
    }
    let found = zip(codes, counts).filter { $0.1 > 0 }
    guard let first = instances.withUnsafeElements({ values in values.firstIndex(where: codes.contains) }) else {
      return result
    }
    let written = found.map { text($0.0) }.joined(separator: " or ")
    guard options.allowsMissing else {
      let column = first % bags.dataset.featureCount
      throw ReadError(
        file: file,
        found: "\(found.reduce(0) { $0 + $1.1 }) missing values, written \(written), the first in instance "
          + "\(first / bags.dataset.featureCount + 1), feature \(bags.title(ofFeature: column))",
        expected: "a number in each" + MissingValues.wayOut)
    }
    result.dataset = bags.dataset.replacing(instances: instances.map { codes.contains($0) ? .nan : $0 })
    result.decisions.append(
      ReadDecision(
        .missing, "\(written) \(found.count > 1 ? "stand" : "stands") for a missing value", option: "--missing-code"))
    return result
  }

  /// Returns a note on features with a known code far from all their other values; nil if there are none.
  ///
  /// - Parameters:
  ///   - minimum: the minimum of each feature.
  ///   - maximum: the maximum of each feature.
  static func suspicion(in bags: ReadBags, minimum: [Float], maximum: [Float]) -> ReadDecision? {
    let dataset = bags.dataset
    let candidates = minimum.indices.filter { column in
      minimum[column] < maximum[column] && (known.contains(minimum[column]) || known.contains(maximum[column]))
    }
    let found = candidates.compactMap { column in
      [minimum[column], maximum[column]].first { isOutlying($0, column, dataset) }.map { (column: column, code: $0) }
    }
    guard let code = found.first?.code else { return nil }
    let columns = found.filter { $0.code == code }.map(\.column)
    return ReadDecision(
      .missing,
      "\(text(code)) is taken as a number, though it lies far from all other values of "
        + "\(bags.listed(features: columns)); "
        + "where it stands for a missing value, say so", option: "--missing-code \(text(code))")
  }

  /// Whether a value is a known code, and farther from the feature's other values than three times their range.
  private static func isOutlying(_ code: Float, _ column: Int, _ dataset: BagDataset) -> Bool {
    guard known.contains(code) else { return false }
    var (least, most) = (Float.infinity, -Float.infinity)
    for row in 0..<dataset.instanceCount {
      let value = dataset.instances[row, column]
      // NaN is not equal to itself.
      if value != code, value == value { (least, most) = (min(least, value), max(most, value)) }
    }
    guard least <= most else { return false }
    return (code < least ? least - code : code - most) > 3 * (most - least)
  }

  private static func text(_ code: Float) -> String {
    Int(exactly: code).map(String.init) ?? "\(code)"
  }
}
