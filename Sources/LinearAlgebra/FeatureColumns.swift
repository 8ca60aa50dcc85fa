// These loops over whole feature matrices are in this module because direct memory access makes them a hundred times
// faster than a subscript called from another module.

/// The smallest and largest value and the sum, in double precision, of each column, over blocks of rows.
package struct ColumnRanges: Sendable {
  /// The smallest value of each column; +infinity without rows.
  package private(set) var minimum: [Float]
  /// The largest value of each column; -infinity without rows.
  package private(set) var maximum: [Float]
  /// The sum of each column.
  package private(set) var sum: [Double]

  /// Creates the ranges of no rows.
  package init(columns: Int) {
    minimum = [Float](repeating: .infinity, count: columns)
    maximum = [Float](repeating: -.infinity, count: columns)
    sum = [Double](repeating: 0, count: columns)
  }

  /// Adds rows with the same number of columns.
  package mutating func add(_ rows: Matrix<Float>) {
    let columns = sum.count
    precondition(rows.columns == columns, "\(rows.columns) columns, expected \(columns)")
    rows.withUnsafeElements { elements in
      for row in 0..<rows.rows {
        for column in 0..<columns {
          let value = elements[row &* columns &+ column]
          if value < minimum[column] { minimum[column] = value }
          if value > maximum[column] { maximum[column] = value }
          sum[column] += Double(value)
        }
      }
    }
  }
}

/// The mean of the elements of each column that are not NaN, in double precision, over blocks of rows.
package struct ColumnMeans: Sendable {
  private var sum: [Double]
  private var present: [Int]

  /// Creates the means of no rows.
  package init(columns: Int) {
    sum = [Double](repeating: 0, count: columns)
    present = [Int](repeating: 0, count: columns)
  }

  /// The mean of each column; 0 if it has no element.
  package var values: [Double] { zip(sum, present).map { $1 == 0 ? 0 : $0 / Double($1) } }

  /// Adds rows with the same number of columns.
  package mutating func add(_ rows: Matrix<Float>) {
    let columns = sum.count
    precondition(rows.columns == columns, "\(rows.columns) columns, expected \(columns)")
    rows.withUnsafeElements { elements in
      for row in 0..<rows.rows {
        for column in 0..<columns {
          let value = elements[row &* columns &+ column]
          guard !value.isNaN else { continue }
          sum[column] += Double(value)
          present[column] += 1
        }
      }
    }
  }
}

extension Matrix<Float> {
  /// Returns the smallest and largest value and the sum, in double precision, of each column.
  ///
  /// Without rows they are +infinity, -infinity and 0.
  package func columnRanges() -> (minimum: [Float], maximum: [Float], sum: [Double]) {
    var ranges = ColumnRanges(columns: columns)
    ranges.add(self)
    return (ranges.minimum, ranges.maximum, ranges.sum)
  }

  /// Adds the squared differences of each column from its `centre` to `squares`, in double precision.
  package func addColumnSquares(around centre: [Double], to squares: inout [Double]) {
    precondition(centre.count == columns && squares.count == columns, "\(centre.count) centres for \(columns) columns")
    withUnsafeElements { elements in
      for row in 0..<rows {
        for column in 0..<columns {
          let difference = Double(elements[row &* columns &+ column]) - centre[column]
          squares[column] += difference * difference
        }
      }
    }
  }

  /// Returns the matrix with each column shifted and divided in double precision, clamped to the finite range of
  /// `Float`.
  ///
  /// x(i, j) becomes (x(i, j) - shift(j)) / divisor(j), with one shift and one divisor per column.
  package func transformed(subtracting shift: [Double], dividingBy divisor: [Double]) -> Matrix {
    var result = self
    result.transform(subtracting: shift, dividingBy: divisor)
    return result
  }

  /// Transforms in place, as ``transformed(subtracting:dividingBy:)`` does.
  package mutating func transform(subtracting shift: [Double], dividingBy divisor: [Double]) {
    precondition(shift.count == columns && divisor.count == columns, "one shift and one divisor a column")
    let limit = Double(Float.greatestFiniteMagnitude)
    let (rows, columns) = (rows, columns)
    withUnsafeMutableElements { elements in
      for row in 0..<rows {
        for column in 0..<columns {
          let place = row &* columns &+ column
          let value = (Double(elements[place]) - shift[column]) / divisor[column]
          elements[place] = Float(Swift.max(-limit, Swift.min(limit, value)))
        }
      }
    }
  }

  /// The mean of the elements of each column that are not NaN, in double precision; 0 if all are NaN.
  package var columnMeansOfPresent: [Double] {
    var means = ColumnMeans(columns: columns)
    means.add(self)
    return means.values
  }

  /// Replaces each element that is NaN by the value of its column.
  package mutating func fillMissing(with values: [Double]) {
    precondition(values.count == columns, "one value a column")
    let columns = columns
    withUnsafeMutableElements { elements in
      for place in elements.indices where elements[place].isNaN { elements[place] = Float(values[place % columns]) }
    }
  }

  /// Returns the bit patterns of the elements at `positions`, counted row after row, each with its lowest byte first.
  package func littleEndianBytes(at positions: Range<Int>) -> [UInt8] {
    precondition(positions.lowerBound >= 0 && positions.upperBound <= count, "elements \(positions) of \(count)")
    return withUnsafeElements { elements in
      elements[positions].map { $0.bitPattern.littleEndian }.withUnsafeBytes { [UInt8]($0) }
    }
  }
}
