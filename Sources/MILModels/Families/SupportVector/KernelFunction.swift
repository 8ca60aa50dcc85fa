import CKernels
import LinearAlgebra

/// A family of kernels.
package enum KernelKind: String, Codable, Sendable, CaseIterable {
  /// k(x, z) = <x, z>.
  case linear
  /// k(x, z) = (gamma <x, z> + offset)^degree.
  case polynomial
  /// k(x, z) = exp(-gamma |x - z|^2).
  case rbf
}

/// A kernel with fixed parameters.
package struct KernelFunction: Sendable, Hashable {
  package var kind: KernelKind
  package var gamma: Double
  package var degree: Int
  package var offset: Double

  /// Creates a kernel; parameters that its kind does not have are set to one value, so that equal kernels compare
  /// equal.
  package init(kind: KernelKind, gamma: Double = 1, degree: Int = 1, offset: Double = 0) {
    self.kind = kind
    self.gamma = kind == .linear ? 1 : gamma
    self.degree = kind == .polynomial ? degree : 1
    self.offset = kind == .polynomial ? offset : 0
  }

  /// Returns the kernel of a vector with itself, from its squared length.
  func diagonal(squaredNorm: Double) -> Double {
    switch kind {
    case .linear: squaredNorm
    case .polynomial: (0..<degree).reduce(1) { power, _ in power * (gamma * squaredNorm + offset) }
    case .rbf: 1
    }
  }

  /// Returns the kernels of one vector with many, from their inner products in double precision.
  ///
  /// - Parameters:
  ///   - products: the inner products with each of the others.
  ///   - squaredNorm: the squared length of the vector.
  ///   - squaredNorms: the squared lengths of the others.
  func row(products: [Double], squaredNorm: Double, squaredNorms: [Double]) -> [Float] {
    let count = products.count
    var row = [Float](repeating: 0, count: count)
    switch kind {
    case .linear: ck_powers(count, products, 1, 0, 1, &row)
    case .polynomial: ck_powers(count, products, gamma, offset, Int64(degree), &row)
    case .rbf:
      var distances = row
      ck_squared_distances(count, products, squaredNorm, squaredNorms, &distances)
      ck_exp(count, distances, Float(-gamma), 0, &row)
    }
    return row
  }
}

/// Vectors for a kernel, in double precision, with their squared lengths.
///
/// Distances come from lengths and inner products; in double precision their cancellation is harmless.
package struct KernelVectors: Sendable {
  package let vectors: Matrix<Double>
  package let squaredNorms: [Double]

  /// The number of rows of a kernel matrix that are computed together.
  static let block = 128

  /// Creates vectors from the rows of a matrix.
  package init(_ vectors: Matrix<Double>) {
    self.vectors = vectors
    squaredNorms = vectors.rowNorms.map { $0 * $0 }
  }

  /// The number of vectors.
  package var count: Int { vectors.rows }

  /// Returns the given vectors.
  package func selecting(_ rows: [Int]) -> KernelVectors {
    KernelVectors(vectors.selectingRows(rows.map { $0..<($0 + 1) }))
  }

  /// Calls `body` with each row of the kernel matrix of `others` (rows) and these vectors (columns), in order.
  ///
  /// Inner products are computed in blocks by `gemm`.
  package func forEachRow(of kernel: KernelFunction, with others: KernelVectors, _ body: (Int, [Float]) -> Void) {
    for first in stride(from: 0, to: others.count, by: Self.block) {
      let range = first..<min(first + Self.block, others.count)
      let products = others.vectors.selectingRows([range]).multiplied(by: vectors, transposingOther: true)
      for row in range {
        let values = kernel.row(
          products: products.row(row - first), squaredNorm: others.squaredNorms[row], squaredNorms: squaredNorms)
        body(row, values)
      }
    }
  }
}
