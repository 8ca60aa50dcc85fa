import CLAPACKE

/// A floating-point type with the LAPACK solves of the project, on raw memory and row-major, under their usual names.
///
/// All overwrite their arguments and return LAPACK's `info`: 0 for success, -i for a bad argument i, and a positive
/// value with a meaning specific to the routine. Above this layer use the solves of ``Matrix``.
package protocol LAPACKScalar: BLASScalar {
  /// Solves A X = B for a symmetric positive definite A of order n, given by its upper triangle; B is n x k.
  static func posv(n: Int32, k: Int32, a: UnsafeMutablePointer<Self>, b: UnsafeMutablePointer<Self>) -> Int32

  /// Solves min |A X - B| for A of m x n by the singular value decomposition; B has max(m, n) rows and k columns.
  static func gelsd(
    m: Int32, n: Int32, k: Int32, a: UnsafeMutablePointer<Self>, b: UnsafeMutablePointer<Self>,
    singularValues: UnsafeMutablePointer<Self>, cutoff: Self, rank: inout Int32
  ) -> Int32

  /// Computes eigenvalues, ascending, and eigenvectors, as columns in place of A, of a symmetric A given by its upper
  /// triangle.
  static func syevd(n: Int32, a: UnsafeMutablePointer<Self>, eigenvalues: UnsafeMutablePointer<Self>) -> Int32
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: LAPACKScalar {
  package static func posv(n: Int32, k: Int32, a: UnsafeMutablePointer<Float>, b: UnsafeMutablePointer<Float>) -> Int32
  {
    LAPACKE_sposv(LAPACK_ROW_MAJOR, upper, n, k, a, n, b, k)
  }

  package static func gelsd(
    m: Int32, n: Int32, k: Int32, a: UnsafeMutablePointer<Float>, b: UnsafeMutablePointer<Float>,
    singularValues: UnsafeMutablePointer<Float>, cutoff: Float, rank: inout Int32
  ) -> Int32 {
    LAPACKE_sgelsd(LAPACK_ROW_MAJOR, m, n, k, a, n, b, k, singularValues, cutoff, &rank)
  }

  package static func syevd(
    n: Int32, a: UnsafeMutablePointer<Float>, eigenvalues: UnsafeMutablePointer<Float>
  ) -> Int32 {
    LAPACKE_ssyevd(LAPACK_ROW_MAJOR, withVectors, upper, n, a, n, eigenvalues)
  }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: LAPACKScalar {
  package static func posv(
    n: Int32, k: Int32, a: UnsafeMutablePointer<Double>, b: UnsafeMutablePointer<Double>
  ) -> Int32 {
    LAPACKE_dposv(LAPACK_ROW_MAJOR, upper, n, k, a, n, b, k)
  }

  package static func gelsd(
    m: Int32, n: Int32, k: Int32, a: UnsafeMutablePointer<Double>, b: UnsafeMutablePointer<Double>,
    singularValues: UnsafeMutablePointer<Double>, cutoff: Double, rank: inout Int32
  ) -> Int32 {
    LAPACKE_dgelsd(LAPACK_ROW_MAJOR, m, n, k, a, n, b, k, singularValues, cutoff, &rank)
  }

  package static func syevd(
    n: Int32, a: UnsafeMutablePointer<Double>, eigenvalues: UnsafeMutablePointer<Double>
  ) -> Int32 {
    LAPACKE_dsyevd(LAPACK_ROW_MAJOR, withVectors, upper, n, a, n, eigenvalues)
  }
}

private let upper = CChar(UInt8(ascii: "U"))
private let withVectors = CChar(UInt8(ascii: "V"))
