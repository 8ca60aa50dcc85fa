import Containers

/// What readers of arrays have in common.
enum FlatBags {
  /// Refuses features that are not finite, naming row and column; what is not a number may be missing.
  ///
  /// - Parameters:
  ///   - ignoring: columns, from 0, that are not looked at.
  ///   - exact: the number of the file at a place, where single precision cannot hold it.
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
        + "column \(place % columns + 1)",
      expected: expectation(values[place]))
  }

  /// The first place of a value that is not finite, in a column that is not ignored.
  static func firstFault(_ values: [Float], columns: Int, allowsMissing: Bool, ignoring: Set<Int>) -> Int? {
    values.indices.first {
      !values[$0].isFinite && !(allowsMissing && values[$0].isNaN)
        && (ignoring.isEmpty || !ignoring.contains($0 % columns))
    }
  }

  /// A value that is not finite, for errors: the number of the file where it is one.
  static func found(_ value: Float, _ exact: Double?) -> String { exact.map { "\($0)" } ?? "\(value)" }

  /// The largest number that features can be, for errors.
  static let range = FileArray.singleRange

  /// What was expected in place of a value that is not finite.
  static func expectation(_ value: Float) -> String {
    value.isNaN ? "a finite number in single precision" + MissingValues.wayOut : range
  }
}
