import Dispatch

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
    let call = ProductCall(
      transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: alpha, a: a, lda: lda, b: b, ldb: ldb,
      beta: beta, c: c, ldc: ldc, parts: parts)
    let cores = min(Cores.inside, parts)
    if cores <= 1 {
      for part in 0..<parts { call.run(part) }
    } else {
      DispatchQueue.concurrentPerform(iterations: cores) { core in
        for part in stride(from: core, to: parts, by: cores) { call.run(part) }
      }
    }
  }
}

/// A product computed block by block; blocks write to different rows of C.
private struct ProductCall<Scalar: BLASScalar>: Sendable {
  let transposeA, transposeB: Bool
  let m, n, k: Int
  let alpha: Scalar
  nonisolated(unsafe) let a: UnsafePointer<Scalar>
  let lda: Int
  nonisolated(unsafe) let b: UnsafePointer<Scalar>
  let ldb: Int
  let beta: Scalar
  nonisolated(unsafe) let c: UnsafeMutablePointer<Scalar>
  let ldc: Int
  let parts: Int

  func run(_ part: Int) {
    // Blocks start at multiples of 16 rows, which kernels process together.
    func start(_ part: Int) -> Int { part == parts ? m : part * m / parts / 16 * 16 }
    let (first, end) = (start(part), start(part + 1))
    Scalar.gemm(
      transposeA: transposeA, transposeB: transposeB, m: end - first, n: n, k: k, alpha: alpha,
      a: a + (transposeA ? first : first * lda), lda: lda, b: b, ldb: ldb, beta: beta, c: c + first * ldc, ldc: ldc)
  }
}
