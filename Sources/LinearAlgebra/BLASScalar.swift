import COpenBLAS

/// A floating-point type that BLAS and LAPACK work on: `Float` or `Double`.
///
/// The requirements are the BLAS calls the project uses, on raw memory and row-major, under their usual names.
/// They are for this package's numeric layers; all other code uses ``Matrix``.
public protocol BLASScalar: BinaryFloatingPoint, Sendable, Codable {
  /// Computes C = alpha op(A) op(B) + beta C, with op(A) of m x k, op(B) of k x n, C of m x n.
  static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
    a: UnsafePointer<Self>, lda: Int, b: UnsafePointer<Self>, ldb: Int,
    beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)

  /// Computes y = alpha op(A) x + beta y, with A of m x n as stored.
  static func gemv(
    transpose: Bool, m: Int, n: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
    x: UnsafePointer<Self>, beta: Self, y: UnsafeMutablePointer<Self>)

  /// Computes A = alpha x y' + A, with A of m x n.
  static func ger(
    m: Int, n: Int, alpha: Self, x: UnsafePointer<Self>, y: UnsafePointer<Self>,
    a: UnsafeMutablePointer<Self>, lda: Int)

  /// Computes y = alpha x + y over n elements.
  static func axpy(n: Int, alpha: Self, x: UnsafePointer<Self>, y: UnsafeMutablePointer<Self>)

  /// Computes x = alpha x over n elements.
  static func scal(n: Int, alpha: Self, x: UnsafeMutablePointer<Self>)

  /// Returns the inner product of two vectors of n elements.
  static func dot(n: Int, x: UnsafePointer<Self>, y: UnsafePointer<Self>) -> Self

  /// Returns the Euclidean length of a vector of n elements.
  static func nrm2(n: Int, x: UnsafePointer<Self>) -> Self

  /// Computes the upper triangle of C = alpha op(A) op(A)' + beta C, with C of n x n and k the inner dimension.
  ///
  /// With `transpose`, A' A takes A as k x n.
  static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
    beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)
}

@inlinable @inline(__always)
func operation(_ transpose: Bool) -> CBLAS_TRANSPOSE {
  transpose ? CblasTrans : CblasNoTrans
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: BLASScalar {
  @inlinable @inline(__always)
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float,
    a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int,
    beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, operation(transposeA), operation(transposeB), Int32(m), Int32(n), Int32(k), alpha,
      a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  @inlinable @inline(__always)
  public static func gemv(
    transpose: Bool, m: Int, n: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int,
    x: UnsafePointer<Float>, beta: Float, y: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemv(CblasRowMajor, operation(transpose), Int32(m), Int32(n), alpha, a, Int32(lda), x, 1, beta, y, 1)
  }

  @inlinable @inline(__always)
  public static func ger(
    m: Int, n: Int, alpha: Float, x: UnsafePointer<Float>, y: UnsafePointer<Float>,
    a: UnsafeMutablePointer<Float>, lda: Int
  ) {
    cblas_sger(CblasRowMajor, Int32(m), Int32(n), alpha, x, 1, y, 1, a, Int32(lda))
  }

  @inlinable @inline(__always)
  public static func axpy(n: Int, alpha: Float, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>) {
    cblas_saxpy(Int32(n), alpha, x, 1, y, 1)
  }

  @inlinable @inline(__always)
  public static func scal(n: Int, alpha: Float, x: UnsafeMutablePointer<Float>) {
    cblas_sscal(Int32(n), alpha, x, 1)
  }

  @inlinable @inline(__always)
  public static func dot(n: Int, x: UnsafePointer<Float>, y: UnsafePointer<Float>) -> Float {
    cblas_sdot(Int32(n), x, 1, y, 1)
  }

  @inlinable @inline(__always)
  public static func nrm2(n: Int, x: UnsafePointer<Float>) -> Float {
    cblas_snrm2(Int32(n), x, 1)
  }

  @inlinable @inline(__always)
  public static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int,
    beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    cblas_ssyrk(
      CblasRowMajor, CblasUpper, operation(transpose), Int32(n), Int32(k), alpha, a, Int32(lda), beta, c, Int32(ldc))
  }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: BLASScalar {
  @inlinable @inline(__always)
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double,
    a: UnsafePointer<Double>, lda: Int, b: UnsafePointer<Double>, ldb: Int,
    beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, operation(transposeA), operation(transposeB), Int32(m), Int32(n), Int32(k), alpha,
      a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  @inlinable @inline(__always)
  public static func gemv(
    transpose: Bool, m: Int, n: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int,
    x: UnsafePointer<Double>, beta: Double, y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(CblasRowMajor, operation(transpose), Int32(m), Int32(n), alpha, a, Int32(lda), x, 1, beta, y, 1)
  }

  @inlinable @inline(__always)
  public static func ger(
    m: Int, n: Int, alpha: Double, x: UnsafePointer<Double>, y: UnsafePointer<Double>,
    a: UnsafeMutablePointer<Double>, lda: Int
  ) {
    cblas_dger(CblasRowMajor, Int32(m), Int32(n), alpha, x, 1, y, 1, a, Int32(lda))
  }

  @inlinable @inline(__always)
  public static func axpy(n: Int, alpha: Double, x: UnsafePointer<Double>, y: UnsafeMutablePointer<Double>) {
    cblas_daxpy(Int32(n), alpha, x, 1, y, 1)
  }

  @inlinable @inline(__always)
  public static func scal(n: Int, alpha: Double, x: UnsafeMutablePointer<Double>) {
    cblas_dscal(Int32(n), alpha, x, 1)
  }

  @inlinable @inline(__always)
  public static func dot(n: Int, x: UnsafePointer<Double>, y: UnsafePointer<Double>) -> Double {
    cblas_ddot(Int32(n), x, 1, y, 1)
  }

  @inlinable @inline(__always)
  public static func nrm2(n: Int, x: UnsafePointer<Double>) -> Double {
    cblas_dnrm2(Int32(n), x, 1)
  }

  @inlinable @inline(__always)
  public static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int,
    beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, operation(transpose), Int32(n), Int32(k), alpha, a, Int32(lda), beta, c, Int32(ldc))
  }
}
