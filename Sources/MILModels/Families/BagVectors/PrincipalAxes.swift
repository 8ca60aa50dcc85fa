import LinearAlgebra

/// The leading principal axes of instances: x becomes (x - mean) V.
///
/// Source: H. Hotelling, Analysis of a complex of statistical variables into principal components, Journal of
/// Educational Psychology 24, 1933, doi:10.1037/h0071325.
struct PrincipalAxes: Sendable {
  let mean: [Double]
  /// V, one column per axis, by descending variance; the element of the largest magnitude is positive.
  let axes: Matrix<Double>

  /// Finds the fewest axes that retain `energy` of the variance of all rows; an energy of 1 keeps all axes with
  /// variance.
  init(of instances: Matrix<Double>, energy: Double) throws {
    let count = Double(max(instances.rows, 1))
    let mean = instances.columnSums().map { $0 / count }
    let decomposition = try instances.subtracting(mean).gramOfColumns().symmetricEigendecomposition()
    let variances = decomposition.values.reversed().map { max($0, 0) }
    let (total, floor) = (variances.reduce(0, +), (variances.first ?? 0) * 1e-10)
    var (kept, sum) = (0, 0.0)
    while kept < variances.count, kept == 0 || (sum < energy * total * (1 - 1e-12) && variances[kept] > floor) {
      sum += variances[kept]
      kept += 1
    }
    let last = variances.count - 1
    var axes = decomposition.vectors.selectingColumns((0..<kept).map { last - $0 })
    for column in 0..<kept {
      let elements = axes.column(column)
      let largest = elements.max { $0.magnitude < $1.magnitude } ?? 0
      if largest < 0 { for row in 0..<axes.rows { axes[row, column] = -elements[row] } }
    }
    (self.mean, self.axes) = (mean, axes)
  }

  /// Restores the axes from a state.
  init(from state: ModelState) throws {
    axes = try state.doubles("axes", rows: state.featureCount)
    mean = try state.doubles("axes.mean", rows: 1, columns: state.featureCount).elements
  }

  /// Saves the axes in a state.
  func keep(in state: inout ModelState) {
    state.set("axes", to: axes)
    state.set("axes.mean", to: mean)
  }

  /// Returns the coordinates of each row.
  func coordinates(of instances: Matrix<Double>) -> Matrix<Double> { instances.subtracting(mean) * axes }
}

extension Matrix where Scalar == Double {
  /// Returns the sum of each column.
  func columnSums() -> [Double] {
    multiplied(by: [Double](repeating: 1, count: rows), transposingSelf: true)
  }

  /// Returns the matrix with a vector subtracted from each row.
  func subtracting(_ vector: [Double]) -> Matrix<Double> {
    var result = self
    result.withUnsafeMutableElements { elements in
      for row in 0..<rows { for column in 0..<columns { elements[row * columns + column] -= vector[column] } }
    }
    return result
  }

  /// Each element squared.
  var squares: Matrix<Double> { map { $0 * $0 } }
}
