/// Sums and maxima over some rows of a matrix, column by column.
extension KernelScalar {
  /// Computes the sum of each column.
  @inline(__always)
  static func addRows(
    _ rows: Range<Int>, _ input: UnsafePointer<Self>, _ width: Int, _ result: UnsafeMutablePointer<Self>
  ) {
    result.update(repeating: 0, count: width)
    for row in rows {
      let input = input + row * width
      for column in 0..<width { result[column] += input[column] }
    }
  }

  /// Computes the largest value of each column and, if `positions` is given, its row, counted from the first.
  static func maximum(
    _ rows: Range<Int>, _ input: UnsafePointer<Self>, _ width: Int, _ result: UnsafeMutablePointer<Self>,
    positions: UnsafeMutablePointer<Self>? = nil
  ) {
    result.update(from: input + rows.lowerBound * width, count: width)
    positions?.update(repeating: 0, count: width)
    for row in rows.dropFirst() {
      let input = input + row * width
      if let positions {
        // Rows are counted in the matrix's own scalar, which is exact up to 2^24 instances per bag.
        let position = Self(row - rows.lowerBound)
        for column in 0..<width where input[column] > result[column] || input[column].isNaN {
          result[column] = input[column]
          positions[column] = position
        }
      } else {
        for column in 0..<width where input[column] > result[column] || input[column].isNaN {
          result[column] = input[column]
        }
      }
    }
  }
}
