extension BLASScalar {
  /// Computes C = alpha op(A) op(B) + beta C; the cores of ``Cores/inside`` share a large product in blocks of rows.
  ///
  /// The blocks follow from the shape alone, and each is one call of BLAS, so the number of cores changes no bit. A
  /// product of less than about a hundredth of a second is one block.
  /// - Parameters: those of ``gemm(transposeA:transposeB:m:n:k:alpha:a:lda:b:ldb:beta:c:ldc:)``.
  package static func product(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
    b: UnsafePointer<Self>, ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int
  ) {
    let parts = min(16, m / 256)
    guard parts > 1, Double(m) * Double(n) * Double(k) > 0x1p28 else {
      return gemm(
        transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: alpha, a: a, lda: lda, b: b, ldb: ldb,
        beta: beta, c: c, ldc: ldc)
    }
    // Blocks start at multiples of 16 rows, which kernels process together.
    func start(_ part: Int) -> Int { part == parts ? m : part * m / parts / 16 * 16 }
    Cores.share(parts) { next in
      while let part = next() {
        let (first, end) = (start(part), start(part + 1))
        gemm(
          transposeA: transposeA, transposeB: transposeB, m: end - first, n: n, k: k, alpha: alpha,
          a: a + (transposeA ? first : first * lda), lda: lda, b: b, ldb: ldb, beta: beta, c: c + first * ldc, ldc: ldc)
      }
    }
  }

  /// Computes y = alpha op(A) x + beta y; the cores of ``Cores/inside`` share a large A in blocks of elements of y.
  ///
  /// - Parameters: those of ``gemv(transpose:m:n:alpha:a:lda:x:beta:y:)``.
  package static func vectorProduct(
    transpose: Bool, m: Int, n: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, x: UnsafePointer<Self>, beta: Self,
    y: UnsafeMutablePointer<Self>
  ) {
    guard m * n >= 1 << 21 else {
      return gemv(transpose: transpose, m: m, n: n, alpha: alpha, a: a, lda: lda, x: x, beta: beta, y: y)
    }
    Cores.divide(transpose ? n : m, cost: transpose ? m : n) { range in
      let first = range.lowerBound
      gemv(
        transpose: transpose, m: transpose ? m : range.count, n: transpose ? range.count : n, alpha: alpha,
        a: a + (transpose ? first : first * lda), lda: lda, x: x, beta: beta, y: y + first)
    }
  }
}
