import LinearAlgebra

/// The rows of a symmetric kernel matrix, stored as a whole or computed on demand.
///
/// Values are stored in single precision, as is usual for a kernel cache; they are computed, and summed, in double.
package struct KernelRows: Sendable {
  /// The kernel of each vector with itself.
  package let diagonal: [Float]
  private let stored: [[Float]]
  private let source: (vectors: KernelVectors, kernel: KernelFunction)?

  /// Creates the rows of the kernel matrix of `vectors`, computed now if `isStored`, otherwise one at a time.
  ///
  /// - Throws: ``ModelError`` if a kernel is not a number or beyond the range of single precision.
  package init(_ vectors: KernelVectors, _ kernel: KernelFunction, isStored: Bool) throws {
    diagonal = try vectors.squaredNorms.map { norm in
      let value = Float(kernel.diagonal(squaredNorm: norm))
      // No other kernel is larger, since a kernel matrix has no negative eigenvalue.
      guard norm.isFinite, value.isFinite else {
        throw ModelError(
          "the kernel of an instance with itself is \(norm.isNaN ? "not a number" : "too large"), "
            + "expected features that are numbers, standardised where they are large")
      }
      return value
    }
    source = (vectors, kernel)
    var rows: [[Float]] = []
    if isStored {
      rows.reserveCapacity(vectors.count)
      vectors.forEachRow(of: kernel, with: vectors) { _, row in rows.append(row) }
    }
    stored = rows
  }

  /// Creates the rows of a matrix that has already been computed.
  ///
  /// - Throws: ``ModelError`` if an element is not a number or beyond the range of single precision.
  package init(stored: [[Float]]) throws {
    guard stored.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw ModelError("a kernel of two bags is too large, expected features that are standardised or small")
    }
    diagonal = stored.indices.map { stored[$0][$0] }
    self.stored = stored
    source = nil
  }

  /// The number of rows and columns.
  package var count: Int { diagonal.count }

  /// Whether rows are stored, so that reading them costs nothing.
  package var isStored: Bool { stored.count == diagonal.count }

  /// The size in memory, in bytes.
  package var bytes: Int {
    stored.reduce(0) { $0 + $1.count * 4 } + (source.map { $0.vectors.vectors.count * 8 } ?? 0)
  }

  /// Returns the kernels of vector `index` with all vectors.
  package func row(_ index: Int) -> [Float] {
    guard let source, !isStored else { return stored[index] }
    let all = source.vectors
    let products = all.vectors.selectingRows([index..<(index + 1)]).multiplied(by: all.vectors, transposingOther: true)
    return source.kernel.row(
      products: products.elements, squaredNorm: all.squaredNorms[index], squaredNorms: all.squaredNorms)
  }

  /// The vectors of the matrix; nil if it was not computed from vectors.
  package var vectors: KernelVectors? { source?.vectors }
}
