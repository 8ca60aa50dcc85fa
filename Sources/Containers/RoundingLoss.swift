/// The loss of features rounded to single precision: values that become 0, and differences that vanish.
package struct RoundingLoss: Sendable {
  /// The first value of each feature; NaN if there is none yet.
  private var first: [Double]
  /// Whether a feature has different values before rounding.
  package private(set) var varies: [Bool]
  /// Whether a value of the feature that is not 0 becomes 0.
  package private(set) var vanishes: [Bool]

  /// Creates the state before any value.
  package init(columns: Int) {
    first = [Double](repeating: .nan, count: columns)
    varies = [Bool](repeating: false, count: columns)
    vanishes = varies
  }

  /// Records a value of a feature.
  @inline(__always)
  package mutating func note(_ value: Double, _ column: Int) {
    if value != first[column] {
      if first[column].isNaN { first[column] = value } else if !value.isNaN { varies[column] = true }
    }
    if value != 0, Float(value) == 0 { vanishes[column] = true }
  }

  /// Adds features without any value, up to this number of them.
  package mutating func grow(to count: Int) {
    guard count > first.count else { return }
    first += [Double](repeating: .nan, count: count - first.count)
    varies += [Bool](repeating: false, count: count - varies.count)
    vanishes += [Bool](repeating: false, count: count - vanishes.count)
  }

  /// Records numbers as stored in a file, row after row or column after column.
  package mutating func note(_ numbers: StoredNumbers, isColumnMajor: Bool) {
    let columns = first.count
    guard columns > 0, numbers.count > 0, numbers.count.isMultiple(of: columns) else { return }
    let rows = numbers.count / columns
    var place = 0
    numbers.forEachNumber { value in
      note(value, isColumnMajor ? place / rows : place % columns)
      place += 1
    }
  }

  /// Records a sparse matrix.
  package mutating func note(_ matrix: MATSparse) {
    guard matrix.columns == first.count else { return }
    for column in 0..<matrix.columns {
      let entries = matrix.columnStarts[column]..<matrix.columnStarts[column + 1]
      for entry in entries { note(matrix.values[entry], column) }
      if entries.count < matrix.rows { note(0, column) }
    }
  }

  /// Records the values of another part of the same features.
  package mutating func merge(_ other: RoundingLoss) {
    guard other.first.count == first.count else { return }
    for column in first.indices {
      if !other.first[column].isNaN { note(other.first[column], column) }
      if other.varies[column] { varies[column] = true }
      if other.vanishes[column] { vanishes[column] = true }
    }
  }

  /// Returns the loss of some features.
  package func selecting(_ columns: [Int]) -> RoundingLoss {
    var result = RoundingLoss(columns: columns.count)
    result.first = columns.map { first[$0] }
    result.varies = columns.map { varies[$0] }
    result.vanishes = columns.map { vanishes[$0] }
    return result
  }
}
