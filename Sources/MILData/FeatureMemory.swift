import LinearAlgebra

// The loops over whole feature matrices, on the memory itself: generic code of another module runs a hundred times
// slower here. No pointer leaves this file.

extension Matrix<Float> {
  /// A matrix that takes its elements, row after row, from an array of exactly `rows * columns` values.
  init(rows: Int, columns: Int, features: [Float]) {
    self.init(rows: rows, columns: columns)
    precondition(features.count == count, "\(features.count) features do not fill \(rows) x \(columns)")
    withUnsafeMutableElements { elements in _ = elements.update(fromContentsOf: features) }
  }

  /// A matrix with the rows of `features` (each `columns` long) in the given order.
  init(columns: Int, features: [Float], rowOrder: [Int]) {
    self.init(rows: rowOrder.count, columns: columns)
    withUnsafeMutableElements { elements in
      for (row, source) in rowOrder.enumerated() {
        for column in 0..<columns { elements[row &* columns &+ column] = features[source &* columns &+ column] }
      }
    }
  }

  /// The smallest and largest value and the sum of each column, in one pass.
  func columnRanges() -> (minimum: [Float], maximum: [Float], sum: [Double]) {
    var minimum = [Float](repeating: .infinity, count: columns)
    var maximum = [Float](repeating: -.infinity, count: columns)
    var sum = [Double](repeating: 0, count: columns)
    withUnsafeElements { elements in
      for row in 0..<rows {
        for column in 0..<columns {
          let value = elements[row &* columns &+ column]
          if value < minimum[column] { minimum[column] = value }
          if value > maximum[column] { maximum[column] = value }
          sum[column] += Double(value)
        }
      }
    }
    return (minimum, maximum, sum)
  }

  /// The sum of the squared differences from `centre` in each column.
  func columnSquares(around centre: [Double]) -> [Double] {
    var squares = [Double](repeating: 0, count: columns)
    withUnsafeElements { elements in
      for row in 0..<rows {
        for column in 0..<columns {
          let difference = Double(elements[row &* columns &+ column]) - centre[column]
          squares[column] += difference * difference
        }
      }
    }
    return squares
  }

  /// Each column shifted and divided in double precision, held within the finite range of `Float`.
  func transformed(subtracting shift: [Double], dividingBy divisor: [Double]) -> Matrix {
    let limit = Double(Float.greatestFiniteMagnitude)
    var result = self
    result.withUnsafeMutableElements { elements in
      for row in 0..<rows {
        for column in 0..<columns {
          let place = row &* columns &+ column
          let value = (Double(elements[place]) - shift[column]) / divisor[column]
          elements[place] = Float(Swift.max(-limit, Swift.min(limit, value)))
        }
      }
    }
    return result
  }

  /// Adds the elements' bit patterns, row after row and lowest byte first, to a digest.
  func hash(into digest: inout SHA256) {
    withUnsafeElements { elements in
      for start in stride(from: 0, to: count, by: 1 << 14) {
        let chunk = elements[start..<Swift.min(start + (1 << 14), count)].map { $0.bitPattern.littleEndian }
        digest.update(chunk.withUnsafeBytes { [UInt8]($0) })
      }
    }
  }
}
