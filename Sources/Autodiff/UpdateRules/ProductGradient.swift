import LinearAlgebra

/// The gradient X' D of an m x n weight matrix, which is not stored before the update.
struct ProductGradient<Scalar: KernelScalar> {
  let m: Int
  let n: Int
  let k: Int
  /// k x m
  let x: UnsafePointer<Scalar>
  /// k x n
  let d: UnsafePointer<Scalar>

  /// Calls `body` with each row of the gradient.
  func forEachRow(_ body: (_ row: Int, _ gradient: UnsafePointer<Scalar>) -> Void) {
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: n) { gradient in
      guard let start = gradient.baseAddress else { return }
      for row in 0..<m {
        gradient.initialize(repeating: 0)
        for i in 0..<k { Scalar.axpy(n: n, alpha: x[i * m + row], x: d + i * n, y: start) }
        body(row, start)
      }
    }
  }
}

/// The same as ``ProductGradient`` for an X whose columns are a base and few entries; columns that are all 0 are
/// skipped.
struct SparseProductGradient<Scalar: KernelScalar> {
  let n: Int
  /// The columns that are not skipped, and the base of each.
  let columns: UnsafePointer<Int32>
  let count: Int
  let base: UnsafePointer<Scalar>
  /// The first entry of each of these columns, and the number of entries; their rows and values.
  let starts: UnsafePointer<Int32>
  let rows: UnsafePointer<Int32>
  let values: UnsafePointer<Scalar>
  /// The sum of the rows of D.
  let total: UnsafePointer<Scalar>
  let d: UnsafePointer<Scalar>

  /// Calls `body` with each row of the gradient that is not skipped.
  func forEachRow(_ body: (_ row: Int, _ gradient: UnsafePointer<Scalar>) -> Void) {
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: n) { gradient in
      guard let start = gradient.baseAddress else { return }
      for live in 0..<count {
        for column in 0..<n { start[column] = base[live] * total[column] }
        for entry in Int(starts[live])..<Int(starts[live + 1]) {
          Scalar.axpy(n: n, alpha: values[entry], x: d + Int(rows[entry]) * n, y: start)
        }
        body(Int(columns[live]), start)
      }
    }
  }
}
