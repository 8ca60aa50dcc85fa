// Loops over whole matrices of features, here rather than where they are used: on the memory itself they run a hundred
// times faster than through a subscript from another module.

/// The smallest and largest value and the sum, in double precision, of each column, over blocks of rows.
package struct ColumnRanges: Sendable {
  /// The smallest value of each column; +infinity without rows.
  package private(set) var minimum: [Float]
  /// The largest value of each column; -infinity without rows.
  package private(set) var maximum: [Float]
  /// The sum of each column.
  package private(set) var sum: [Double]

  /// The ranges of no rows.
  package init(columns: Int) {
    minimum = [Float](repeating: .infinity, count: columns)
    maximum = [Float](repeating: -.infinity, count: columns)
    sum = [Double](repeating: 0, count: columns)
  }

  /// Adds rows of as many columns.
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

  /// The means of no rows.
  package init(columns: Int) {
    sum = [Double](repeating: 0, count: columns)
    present = [Int](repeating: 0, count: columns)
  }

  /// The mean of each column; 0 where it has no element.
  package var values: [Double] { zip(sum, present).map { $1 == 0 ? 0 : $0 / Double($1) } }

  /// Adds rows of as many columns.
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
  /// The smallest and largest value and the sum, in double precision, of each column.
  ///
  /// Without rows they are +infinity, -infinity and 0.
  public func columnRanges() -> (minimum: [Float], maximum: [Float], sum: [Double]) {
    var ranges = ColumnRanges(columns: columns)
    ranges.add(self)
    return (ranges.minimum, ranges.maximum, ranges.sum)
  }

  /// Adds the squared differences of each column from its `centre` to `squares`, in double precision.
  public func addColumnSquares(around centre: [Double], to squares: inout [Double]) {
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

  /// Each column shifted and divided in double precision, held within the finite range of `Float`.
  ///
  /// x(i, j) becomes (x(i, j) - shift(j)) / divisor(j), with one shift and one divisor a column.
  public func transformed(subtracting shift: [Double], dividingBy divisor: [Double]) -> Matrix {
    var result = self
    result.transform(subtracting: shift, dividingBy: divisor)
    return result
  }

  /// As ``transformed(subtracting:dividingBy:)``, in place.
  public mutating func transform(subtracting shift: [Double], dividingBy divisor: [Double]) {
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

  /// The mean of the elements of each column that are not NaN, in double precision; 0 where all are.
  public var columnMeansOfPresent: [Double] {
    var means = ColumnMeans(columns: columns)
    means.add(self)
    return means.values
  }

  /// Puts a value, one a column, in the place of each element that is NaN.
  public mutating func fillMissing(with values: [Double]) {
    precondition(values.count == columns, "one value a column")
    let columns = columns
    withUnsafeMutableElements { elements in
      for place in elements.indices where elements[place].isNaN { elements[place] = Float(values[place % columns]) }
    }
  }

  /// The bit patterns of the elements at `positions`, counted row after row, each with its lowest byte first.
  public func littleEndianBytes(at positions: Range<Int>) -> [UInt8] {
    precondition(positions.lowerBound >= 0 && positions.upperBound <= count, "elements \(positions) of \(count)")
    return withUnsafeElements { elements in
      elements[positions].map { $0.bitPattern.littleEndian }.withUnsafeBytes { [UInt8]($0) }
    }
  }
}
