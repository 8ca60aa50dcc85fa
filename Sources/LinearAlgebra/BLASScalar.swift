import COpenBLAS

/// A floating-point type that BLAS and LAPACK work on: `Float` or `Double`.
///
/// It has the BLAS calls that the project uses, on raw memory and row-major, under their usual names. They are for
/// numeric layers; all other code uses ``Matrix``.
public protocol BLASScalar: BinaryFloatingPoint, Sendable, Codable {
  /// A value that only this module makes: no other type can be such a scalar.
  static var membership: ScalarMembership<Self> { get }
}

/// The statement that BLAS works on a scalar type.
public struct ScalarMembership<Scalar>: Sendable {}

/// The scalars of this module, which alone can state their membership.
package protocol MemberScalar {}

extension MemberScalar {
  /// The statement that BLAS works on this type.
  public static var membership: ScalarMembership<Self> { ScalarMembership() }
}

extension Float: BLASScalar, MemberScalar {}
extension Double: BLASScalar, MemberScalar {}

@inlinable @inline(__always)
func operation(_ transpose: Bool) -> CBLAS_TRANSPOSE {
  transpose ? CblasTrans : CblasNoTrans
}

// Once compiled for one of the two types, a call keeps the branch of that type alone.
extension BLASScalar {
  /// Computes C = alpha op(A) op(B) + beta C, with op(A) of m x k, op(B) of k x n, C of m x n.
  @inlinable @inline(__always)
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
    a: UnsafePointer<Self>, lda: Int, b: UnsafePointer<Self>, ldb: Int,
    beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int
  ) {
    if Self.self == Float.self {
      cblas_sgemm(
        CblasRowMajor, operation(transposeA), operation(transposeB), Int32(m), Int32(n), Int32(k),
        unsafeBitCast(alpha, to: Float.self), a.of(Float.self), Int32(lda), b.of(Float.self), Int32(ldb),
        unsafeBitCast(beta, to: Float.self), c.of(Float.self), Int32(ldc))
    } else {
      cblas_dgemm(
        CblasRowMajor, operation(transposeA), operation(transposeB), Int32(m), Int32(n), Int32(k),
        unsafeBitCast(alpha, to: Double.self), a.of(Double.self), Int32(lda), b.of(Double.self), Int32(ldb),
        unsafeBitCast(beta, to: Double.self), c.of(Double.self), Int32(ldc))
    }
  }

  /// Computes y = alpha op(A) x + beta y, with A of m x n as stored.
  @inlinable @inline(__always)
  package static func gemv(
    transpose: Bool, m: Int, n: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
    x: UnsafePointer<Self>, beta: Self, y: UnsafeMutablePointer<Self>
  ) {
    if Self.self == Float.self {
      cblas_sgemv(
        CblasRowMajor, operation(transpose), Int32(m), Int32(n), unsafeBitCast(alpha, to: Float.self), a.of(Float.self),
        Int32(lda), x.of(Float.self), 1, unsafeBitCast(beta, to: Float.self), y.of(Float.self), 1)
    } else {
      cblas_dgemv(
        CblasRowMajor, operation(transpose), Int32(m), Int32(n), unsafeBitCast(alpha, to: Double.self),
        a.of(Double.self), Int32(lda), x.of(Double.self), 1, unsafeBitCast(beta, to: Double.self), y.of(Double.self), 1)
    }
  }

  /// Computes A = alpha x y' + A, with A of m x n.
  @inlinable @inline(__always)
  package static func ger(
    m: Int, n: Int, alpha: Self, x: UnsafePointer<Self>, y: UnsafePointer<Self>, a: UnsafeMutablePointer<Self>, lda: Int
  ) {
    if Self.self == Float.self {
      cblas_sger(
        CblasRowMajor, Int32(m), Int32(n), unsafeBitCast(alpha, to: Float.self), x.of(Float.self), 1, y.of(Float.self),
        1, a.of(Float.self), Int32(lda))
    } else {
      cblas_dger(
        CblasRowMajor, Int32(m), Int32(n), unsafeBitCast(alpha, to: Double.self), x.of(Double.self), 1,
        y.of(Double.self), 1, a.of(Double.self), Int32(lda))
    }
  }

  /// Computes y = alpha x + y over n elements.
  @inlinable @inline(__always)
  package static func axpy(
    n: Int, alpha: Self, x: UnsafePointer<Self>, y: UnsafeMutablePointer<Self>
  ) {
    if Self.self == Float.self {
      cblas_saxpy(Int32(n), unsafeBitCast(alpha, to: Float.self), x.of(Float.self), 1, y.of(Float.self), 1)
    } else {
      cblas_daxpy(Int32(n), unsafeBitCast(alpha, to: Double.self), x.of(Double.self), 1, y.of(Double.self), 1)
    }
  }

  /// Computes x = alpha x over n elements.
  @inlinable @inline(__always)
  package static func scal(
    n: Int, alpha: Self, x: UnsafeMutablePointer<Self>
  ) {
    if Self.self == Float.self {
      cblas_sscal(Int32(n), unsafeBitCast(alpha, to: Float.self), x.of(Float.self), 1)
    } else {
      cblas_dscal(Int32(n), unsafeBitCast(alpha, to: Double.self), x.of(Double.self), 1)
    }
  }

  /// Returns the inner product of two vectors of n elements.
  @inlinable @inline(__always)
  package static func dot(
    n: Int, x: UnsafePointer<Self>, y: UnsafePointer<Self>
  ) -> Self {
    if Self.self == Float.self {
      return unsafeBitCast(cblas_sdot(Int32(n), x.of(Float.self), 1, y.of(Float.self), 1), to: Self.self)
    } else {
      return unsafeBitCast(cblas_ddot(Int32(n), x.of(Double.self), 1, y.of(Double.self), 1), to: Self.self)
    }
  }

  /// Returns the Euclidean length of a vector of n elements.
  @inlinable @inline(__always)
  package static func nrm2(
    n: Int, x: UnsafePointer<Self>
  ) -> Self {
    if Self.self == Float.self {
      return unsafeBitCast(cblas_snrm2(Int32(n), x.of(Float.self), 1), to: Self.self)
    } else {
      return unsafeBitCast(cblas_dnrm2(Int32(n), x.of(Double.self), 1), to: Self.self)
    }
  }

  /// Computes the upper triangle of C = alpha op(A) op(A)' + beta C, with C of n x n and k the inner dimension.
  ///
  /// With `transpose`, A' A takes A as k x n.
  @inlinable @inline(__always)
  package static func syrk(
    transpose: Bool, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, beta: Self,
    c: UnsafeMutablePointer<Self>, ldc: Int
  ) {
    if Self.self == Float.self {
      cblas_ssyrk(
        CblasRowMajor, CblasUpper, operation(transpose), Int32(n), Int32(k), unsafeBitCast(alpha, to: Float.self),
        a.of(Float.self), Int32(lda), unsafeBitCast(beta, to: Float.self), c.of(Float.self), Int32(ldc))
    } else {
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, operation(transpose), Int32(n), Int32(k), unsafeBitCast(alpha, to: Double.self),
        a.of(Double.self), Int32(lda), unsafeBitCast(beta, to: Double.self), c.of(Double.self), Int32(ldc))
    }
  }
}

extension UnsafePointer {
  /// Returns the pointer as one to the type that its elements are known to have.
  @inlinable @inline(__always)
  package func of<Scalar>(_ type: Scalar.Type) -> UnsafePointer<Scalar> {
    UnsafeRawPointer(self).assumingMemoryBound(to: type)
  }
}

extension UnsafeMutablePointer {
  /// Returns the pointer as one to the type that its elements are known to have.
  @inlinable @inline(__always)
  package func of<Scalar>(_ type: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: type)
  }
}
