import LinearAlgebra

/// Instances with mostly equal values in each column: a common row, and the differences of the few other values from
/// it.
///
/// Tf-idf features are mostly 0, image features are often constant, and standardisation shifts both to some other
/// value. With X = 1 b' + S and S sparse, X W = 1 (b' W) + S W and X' D = b (1' D) + S' D. Both products of a first
/// layer then cost only as much as the entries of S. They equal the dense products up to rounding. If a row differs
/// from b, its b' W is subtracted again, which leaves an error of the size of b. So b is 0 in columns whose most common
/// value exceeds ``largestBase``, unless they are constant.
package struct SparseRows: Sendable {
  /// The largest size of a column's most common value that serves as its base.
  ///
  /// Standardised columns have none above 1 on the rows that they are standardised by, since more than half of these
  /// share it. Single precision keeps the error below 1e-6 of it, which is no more than products of such features have
  /// anyway.
  package static let largestBase: Float = 16

  /// The value of each column that more than half of the rows have, if there is one and it is not too large; otherwise
  /// some value of the column, or 0.
  let base: [Float]
  /// Whether any base is nonzero.
  let isShifted: Bool
  /// The first entry of each row, and the number of entries.
  let starts: [Int]
  /// The column of each entry.
  let columns: [Int32]
  /// The difference of each entry's value from its column's base.
  let differences: [Float]
  /// The columns that are not all 0, ascending.
  let liveColumns: [Int32]

  /// Creates the sparse rows of a matrix; nil if more than `density` of its values are entries.
  package init?(_ matrix: Matrix<Float>, density: Double = 0.25) {
    let (rows, width) = (matrix.rows, matrix.columns)
    guard rows > 0, width > 0, max(rows, width) < Int(Int32.max) else { return nil }
    let base = Self.bases(matrix)
    let limit = Int(density * Double(rows * width))
    // Counted before memory is allocated, which a dense matrix would only waste.
    let count = Self.entryCount(matrix, base, limit: limit)
    guard count <= limit else { return nil }
    var (starts, columns, differences): ([Int], [Int32], [Float]) = ([0], [], [])
    starts.reserveCapacity(rows + 1)
    columns.reserveCapacity(count)
    differences.reserveCapacity(count)
    var isLive = base.map { $0 != 0 }
    matrix.withUnsafeElements { elements in
      for row in 0..<rows {
        for column in 0..<width where elements[row * width + column] != base[column] {
          columns.append(Int32(column))
          differences.append(elements[row * width + column] - base[column])
          isLive[column] = true
        }
        starts.append(columns.count)
      }
    }
    self.base = base
    isShifted = base.contains { $0 != 0 }
    self.starts = starts
    self.columns = columns
    self.differences = differences
    liveColumns = isLive.indices.filter { isLive[$0] }.map(Int32.init)
  }

  /// Returns the number of values that differ from their column's base; counting stops beyond the limit.
  private static func entryCount(_ matrix: Matrix<Float>, _ base: [Float], limit: Int) -> Int {
    matrix.withUnsafeElements { elements in
      var count = 0
      for row in 0..<matrix.rows where count <= limit {
        for column in 0..<matrix.columns where elements[row * matrix.columns + column] != base[column] { count += 1 }
      }
      return count
    }
  }

  /// Returns the majorities, without those so large that differences from them would be lost.
  private static func bases(_ matrix: Matrix<Float>) -> [Float] {
    var base = majorities(matrix)
    let large = base.indices.filter { base[$0].magnitude > largestBase }
    guard !large.isEmpty else { return base }
    matrix.withUnsafeElements { elements in
      for column in large {
        let isConstant = (0..<matrix.rows).allSatisfy { elements[$0 * matrix.columns + column] == base[column] }
        if !isConstant { base[column] = 0 }
      }
    }
    return base
  }

  /// Returns the majority candidate of each column.
  ///
  /// Source: R. S. Boyer, J. S. Moore, MJRTY: a fast majority vote algorithm, in Automated reasoning: essays in honor
  /// of Woody Bledsoe, 1991, doi:10.1007/978-94-011-3488-0_5.
  private static func majorities(_ matrix: Matrix<Float>) -> [Float] {
    let width = matrix.columns
    var (candidates, votes) = (matrix.row(0), [Int32](repeating: 0, count: width))
    matrix.withUnsafeElements { elements in
      for row in 0..<matrix.rows {
        for column in 0..<width {
          let value = elements[row * width + column]
          if value == candidates[column] {
            votes[column] += 1
          } else if votes[column] == 0 {
            candidates[column] = value
            votes[column] = 1
          } else {
            votes[column] -= 1
          }
        }
      }
    }
    // Only a finite base can be subtracted from every value.
    return candidates.map { $0.isFinite ? $0 : 0 }
  }

  /// Returns the number of entries in a range of rows.
  func entryCount(_ rows: Range<Int>) -> Int { starts[rows.upperBound] - starts[rows.lowerBound] }

  /// Calls `body` with the rows as raw memory.
  func withPointers<Result>(_ body: (SparsePointers<Float>) -> Result) -> Result {
    base.withUnsafeBufferPointer { base in
      starts.withUnsafeBufferPointer { starts in
        columns.withUnsafeBufferPointer { columns in
          differences.withUnsafeBufferPointer { differences in
            liveColumns.withUnsafeBufferPointer { live in
              body(
                SparsePointers(
                  base: base, isShifted: isShifted, starts: starts, columns: columns, differences: differences,
                  liveColumns: live))
            }
          }
        }
      }
    }
  }
}

/// ``SparseRows`` as raw memory, for the duration of a step.
struct SparsePointers<Scalar> {
  var base: UnsafeBufferPointer<Scalar>
  var isShifted: Bool
  var starts: UnsafeBufferPointer<Int>
  var columns: UnsafeBufferPointer<Int32>
  var differences: UnsafeBufferPointer<Scalar>
  var liveColumns: UnsafeBufferPointer<Int32>
}
