import Containers
import UserInput

/// The common part of array readers.
enum FlatBags {
  /// Refuses features that are not finite, with row and column; NaN may be missing.
  ///
  /// - Parameters:
  ///   - ignoring: the columns, from 0, to skip.
  ///   - exact: the file's number at an index, if single precision cannot hold it.
  static func requireFinite(
    _ part: FilePart<(columns: Int, values: [Float])>, firstRow: Int = 0, allowsMissing: Bool = false,
    ignoring: Set<Int> = [], exact: (Int) -> Double? = { _ in nil }
  ) throws {
    let (columns, values) = part.content
    guard let place = firstFault(values, columns: columns, allowsMissing: allowsMissing, ignoring: ignoring) else {
      return
    }
    throw part.error(
      found: "\(found(values[place], exact(place))) in row \(firstRow + place / columns + 1), "
        + "column \(place % columns + 1)" + padding(values, columns: columns, at: place),
      expected: expectation(values[place], exact(place)))
  }

  /// Returns the remark on a row of NaN throughout, by the index of one of its values; empty for any other row.
  static func padding(_ values: [Float], columns: Int, at place: Int) -> String {
    let start = place / columns * columns
    return FileArray.padding(values[start..<min(start + columns, values.count)])
  }

  /// Returns the values with NaN in place of the infinite ones that the options take for missing.
  ///
  /// - Parameters:
  ///   - numbers: the file's numbers in double precision.
  ///   - index: the index of a value among them.
  static func withoutInfinity(
    _ values: [Float], _ options: ReadOptions, numbers: () -> [Double]?, index: (Int) -> Int = { $0 }
  ) -> [Float] {
    let rule = options.missingRule
    guard !rule.infinite.isEmpty, values.contains(where: \.isInfinite), let numbers = numbers() else { return values }
    var result = values
    // A number beyond single precision is not infinite.
    for place in values.indices where values[place].isInfinite && rule.isMissing(numbers[index(place)]) {
      result[place] = .nan
    }
    return result
  }

  /// Returns the index of the first value that is not finite, outside ignored columns.
  static func firstFault(_ values: [Float], columns: Int, allowsMissing: Bool, ignoring: Set<Int>) -> Int? {
    values.indices.first {
      !values[$0].isFinite && !(allowsMissing && values[$0].isNaN)
        && (ignoring.isEmpty || !ignoring.contains($0 % columns))
    }
  }

  /// Formats a value that is not finite, for errors; prefers the file's exact number.
  static func found(_ value: Float, _ exact: Double?) -> String { exact.map { "\($0)" } ?? "\(value)" }

  /// The range of features, for errors.
  static let range = FileArray.singleRange

  /// Returns the expectation for a value that is not finite; the file's exact number may be.
  static func expectation(_ value: Float, _ exact: Double?) -> String {
    value.isNaN
      ? "a finite number in single precision" + MissingValues.wayOut
      : FileArray.expectation(of: exact ?? Double(value))
  }
}
