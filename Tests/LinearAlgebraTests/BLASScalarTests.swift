import LinearAlgebra
import Testing

/// Compares the BLAS calls with plain loops on blocks of larger matrices, which reveal wrong strides.
@Suite("BLAS calls")
struct BLASScalarTests {
  @Test("gemm is the triple loop, in both precisions", arguments: [false, true], [false, true])
  func gemm(transposeA: Bool, transposeB: Bool) {
    #expect(gemmError(Double.self, transposeA, transposeB) < 1e-14)
    #expect(gemmError(Float.self, transposeA, transposeB) < 1e-5)
  }

  private func gemmError<Scalar: BLASScalar>(_: Scalar.Type, _ transposeA: Bool, _ transposeB: Bool) -> Double {
    let (m, n, k) = (5, 7, 9)
    let a: Matrix<Scalar> = transposeA ? drawn(k, m + 2, seed: 1) : drawn(m, k + 2, seed: 1)
    let b: Matrix<Scalar> = transposeB ? drawn(n, k + 3, seed: 2) : drawn(k, n + 3, seed: 2)
    var c: Matrix<Scalar> = drawn(m, n + 1, seed: 3)
    var expected = c
    for row in 0..<m {
      for column in 0..<n {
        var sum: Scalar = 0
        for inner in 0..<k {
          sum += (transposeA ? a[inner, row] : a[row, inner]) * (transposeB ? b[column, inner] : b[inner, column])
        }
        expected[row, column] = 2 * sum + 0.5 * expected[row, column]
      }
    }
    withPointers(a, b, &c) {
      Scalar.gemm(
        transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: 2, a: $0, lda: a.columns,
        b: $1, ldb: b.columns, beta: 0.5, c: $2, ldc: n + 1)
    }
    return relativeDifference(c, expected)
  }

  @Test("gemv is the double loop, in both precisions", arguments: [false, true])
  func gemv(transpose: Bool) {
    #expect(gemvError(Double.self, transpose) < 1e-14)
    #expect(gemvError(Float.self, transpose) < 1e-5)
  }

  private func gemvError<Scalar: BLASScalar>(_: Scalar.Type, _ transpose: Bool) -> Double {
    let (m, n) = (6, 11)
    let a: Matrix<Scalar> = drawn(m, n + 2, seed: 4)
    let x: Matrix<Scalar> = drawn(1, transpose ? m : n, seed: 5)
    var y: Matrix<Scalar> = drawn(1, transpose ? n : m, seed: 6)
    var expected = y
    for index in 0..<y.columns {
      var sum: Scalar = 0
      for inner in 0..<x.columns { sum += (transpose ? a[inner, index] : a[index, inner]) * x[0, inner] }
      expected[0, index] = 3 * sum - expected[0, index]
    }
    withPointers(a, x, &y) {
      Scalar.gemv(transpose: transpose, m: m, n: n, alpha: 3, a: $0, lda: n + 2, x: $1, beta: -1, y: $2)
    }
    return relativeDifference(y, expected)
  }

  @Test("ger adds the outer product, in both precisions")
  func ger() {
    #expect(gerError(Double.self) < 1e-14)
    #expect(gerError(Float.self) < 1e-5)
  }

  private func gerError<Scalar: BLASScalar>(_: Scalar.Type) -> Double {
    let (m, n) = (4, 9)
    let x: Matrix<Scalar> = drawn(1, m, seed: 7)
    let y: Matrix<Scalar> = drawn(1, n, seed: 8)
    var a: Matrix<Scalar> = drawn(m, n + 3, seed: 9)
    var expected = a
    for row in 0..<m {
      for column in 0..<n { expected[row, column] += 2 * x[0, row] * y[0, column] }
    }
    withPointers(x, y, &a) { Scalar.ger(m: m, n: n, alpha: 2, x: $0, y: $1, a: $2, lda: n + 3) }
    return relativeDifference(a, expected)
  }

  @Test("syrk fills the upper triangle and leaves the lower, in both precisions", arguments: [false, true])
  func syrk(transpose: Bool) {
    #expect(syrkError(Double.self, transpose) < 1e-14)
    #expect(syrkError(Float.self, transpose) < 1e-5)
  }

  private func syrkError<Scalar: BLASScalar>(_: Scalar.Type, _ transpose: Bool) -> Double {
    let (n, k) = (6, 8)
    let a: Matrix<Scalar> = transpose ? drawn(k, n + 1, seed: 10) : drawn(n, k + 1, seed: 10)
    var c: Matrix<Scalar> = drawn(n, n + 2, seed: 11)
    var expected = c
    for row in 0..<n {
      for column in row..<n {
        var sum: Scalar = 0
        for inner in 0..<k {
          sum += transpose ? a[inner, row] * a[inner, column] : a[row, inner] * a[column, inner]
        }
        expected[row, column] = sum - 2 * expected[row, column]
      }
    }
    withPointers(a, a, &c) { a, _, c in
      Scalar.syrk(
        transpose: transpose, n: n, k: k, alpha: 1, a: a, lda: transpose ? n + 1 : k + 1, beta: -2, c: c, ldc: n + 2)
    }
    return relativeDifference(c, expected)
  }

  @Test("axpy, scal, dot and nrm2 are their formulas, in both precisions")
  func vectors() {
    checkVectors(Double.self, tolerance: 1e-14)
    checkVectors(Float.self, tolerance: 1e-6)
  }

  private func checkVectors<Scalar: BLASScalar>(_: Scalar.Type, tolerance: Double) {
    let n = 13
    let x: Matrix<Scalar> = drawn(1, n, seed: 12)
    var y: Matrix<Scalar> = drawn(1, n, seed: 13)
    var sum = y
    for index in 0..<n { sum[0, index] += 1.5 * x[0, index] }
    withPointers(x, x, &y) { x, _, y in Scalar.axpy(n: n, alpha: 1.5, x: x, y: y) }
    #expect(relativeDifference(y, sum) < tolerance)

    withPointers(x, x, &y) { _, _, y in Scalar.scal(n: n, alpha: -2, x: y) }
    #expect(relativeDifference(y, sum.map { -2 * $0 }) < tolerance)

    var products: Scalar = 0
    var squares: Scalar = 0
    for index in 0..<n {
      products += x[0, index] * y[0, index]
      squares += y[0, index] * y[0, index]
    }
    withPointers(x, x, &y) { x, _, y in
      #expect((Double(Scalar.dot(n: n, x: x, y: y) / products) - 1).magnitude < tolerance * 10)
      #expect((Double(Scalar.nrm2(n: n, x: y) / squares.squareRoot()) - 1).magnitude < tolerance * 10)
    }
  }

  private func withPointers<Scalar: BLASScalar>(
    _ a: Matrix<Scalar>, _ b: Matrix<Scalar>, _ c: inout Matrix<Scalar>,
    _ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
  ) {
    a.withUnsafeElements { a in
      b.withUnsafeElements { b in
        c.withUnsafeMutableElements { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else {
            Issue.record("an operand has no memory")
            return
          }
          body(a, b, c)
        }
      }
    }
  }
}
