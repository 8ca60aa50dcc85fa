// In this module for speed, as in FeatureColumns.swift.

extension Matrix<Float> {
  /// Fills row `row` with independent normal values of the given mean and standard deviation.
  package mutating func drawRow(
    _ row: Int, mean: Double, deviation: Double, using generator: inout RandomGenerator
  ) {
    precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
    let columns = columns
    withUnsafeMutableElements { elements in
      for place in (row * columns)..<((row + 1) * columns) {
        elements[place] = Float(mean + deviation * generator.normal())
      }
    }
  }

  /// Returns the rows at the given positions, in their order, as a new matrix; a position may occur several times.
  package func selectingRows(at positions: [Int]) -> Matrix {
    var result = Matrix(rows: positions.count, columns: columns)
    let columns = columns
    withUnsafeElements { source in
      result.withUnsafeMutableElements { target in
        for (row, position) in positions.enumerated() {
          precondition(position >= 0 && position < rows, "row \(position) of \(rows)")
          for column in 0..<columns {
            target[row &* columns &+ column] = source[position &* columns &+ column]
          }
        }
      }
    }
    return result
  }
}
