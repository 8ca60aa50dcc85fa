import LinearAlgebra
import UserInput

/// Deals with numbers that stand for missing features, such as -999.
enum MissingCode {
  /// Numbers that programs write for a missing value, and that no measurement is likely to reach exactly.
  private static let known: [Float] = [
    -99, -999, -9999, -99999, -999_999, 999, 9999, 99999, 999_999, -32768, -2_147_483_648,
  ]

  /// The bags with NaN in place of the code that the options name, or with a note on what may be one.
  ///
  /// - Throws: ``ReadError`` where the code is there, but nothing says what is done about missing features.
  static func settled(_ bags: ReadBags, _ options: ReadOptions, file: String) throws -> ReadBags {
    var result = bags
    guard let code = options.missingCode.map({ Float($0) }) else {
      if let note = suspicion(in: bags.dataset) { result.decisions.append(note) }
      return result
    }
    let instances = bags.dataset.instances
    let (count, first) = instances.withUnsafeElements { values in
      (values.count { $0 == code }, values.firstIndex(of: code))
    }
    guard let first else {
      result.decisions.append(ReadDecision(.missing, "no value is \(text(code))", option: "--missing-code"))
      return result
    }
    guard options.allowsMissing else {
      let column = first % bags.dataset.featureCount
      throw ReadError(
        file: file,
        found: "\(count) missing values, written \(text(code)), the first in instance "
          + "\(first / bags.dataset.featureCount + 1), feature \(bags.dataset.title(ofFeature: column))",
        expected: "a number in each" + MissingValues.wayOut)
    }
    result.dataset = bags.dataset.replacing(instances: instances.map { $0 == code ? .nan : $0 })
    result.decisions.append(
      ReadDecision(.missing, "\(text(code)) stands for a missing value", option: "--missing-code"))
    return result
  }

  /// A note on features with a known code far from all their other values; nil where there are none.
  private static func suspicion(in dataset: BagDataset) -> ReadDecision? {
    let (minimum, maximum, _) = dataset.instances.columnRanges()
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
        + "\(dataset.listed(features: columns)); "
        + "where it stands for a missing value, say so", option: "--missing-code \(text(code))")
  }

  /// Whether a value is a known code, and further from all others of its feature than these are from each other.
  private static func isOutlying(_ code: Float, _ column: Int, _ dataset: BagDataset) -> Bool {
    guard known.contains(code) else { return false }
    var (least, most) = (Float.infinity, -Float.infinity)
    for row in 0..<dataset.instanceCount {
      let value = dataset.instances[row, column]
      // NaN fails the comparison with itself.
      if value != code, value == value { (least, most) = (min(least, value), max(most, value)) }
    }
    guard least <= most else { return false }
    return (code < least ? least - code : code - most) > 3 * (most - least)
  }

  private static func text(_ code: Float) -> String {
    Int(exactly: code).map(String.init) ?? "\(code)"
  }
}
