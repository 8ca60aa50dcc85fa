extension Matrix {
  /// Returns the matrix product `left right`, of the rows of `left` and the columns of `right`.
  ///
  /// - Precondition: `left` has as many columns as `right` has rows.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    left.multiplied(by: right)
  }

  /// Returns the product of a matrix and a column vector, one value per row of `left`.
  ///
  /// - Precondition: the vector has one element per column of `left`.
  package static func * (left: Matrix, right: [Scalar]) -> [Scalar] {
    left.multiplied(by: right)
  }

  /// Returns the matrix product op(self) op(other), where op is the transpose or the identity; no transpose is formed.
  ///
  /// - Parameters:
  ///   - other: the right factor.
  ///   - transposingSelf: whether the left factor is taken transposed.
  ///   - transposingOther: whether the right factor is taken transposed.
  /// - Precondition: the inner dimensions agree.
  package func multiplied(
    by other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Matrix {
    let outerRows = transposingSelf ? columns : rows
    let inner = transposingSelf ? rows : columns
    let otherInner = transposingOther ? other.columns : other.rows
    let outerColumns = transposingOther ? other.rows : other.columns
    precondition(
      inner == otherInner,
      "cannot multiply \(outerRows) x \(inner) by \(otherInner) x \(outerColumns): inner dimensions differ")
    var result = Matrix(rows: outerRows, columns: outerColumns)
    guard result.count > 0, inner > 0 else { return result }
    withOperands(other, into: &result) { a, b, c in
      Scalar.gemm(
        transposeA: transposingSelf, transposeB: transposingOther, m: outerRows, n: outerColumns, k: inner,
        alpha: 1, a: a, lda: columns, b: b, ldb: other.columns, beta: 0, c: c, ldc: outerColumns)
    }
    return result
  }

  /// Returns the product of this matrix, or of its transpose, and a column vector.
  ///
  /// - Parameters:
  ///   - vector: one element per column, or per row when transposing.
  ///   - transposingSelf: whether the matrix is taken transposed.
  /// - Returns: one value per row, or per column when transposing.
  package func multiplied(by vector: [Scalar], transposingSelf: Bool = false) -> [Scalar] {
    precondition(
      vector.count == (transposingSelf ? rows : columns),
      "cannot multiply \(rows) x \(columns)\(transposingSelf ? ", transposed," : "") by \(vector.count) elements")
    // Both vectors become matrices for their alignment; see AlignedStorage.
    let operand = Matrix(rows: vector.count, columns: 1, elements: vector)
    var result = Matrix(rows: transposingSelf ? columns : rows, columns: 1)
    guard count > 0 else { return result.elements }
    withOperands(operand, into: &result) { a, x, y in
      Scalar.gemv(transpose: transposingSelf, m: rows, n: columns, alpha: 1, a: a, lda: columns, x: x, beta: 0, y: y)
    }
    return result.elements
  }

  /// Returns the inner products of all pairs of rows, A A': symmetric, rows x rows.
  package func gramOfRows() -> Matrix { gram(transposing: false) }

  /// Returns the inner products of all pairs of columns, A' A: symmetric, columns x columns.
  package func gramOfColumns() -> Matrix { gram(transposing: true) }

  /// The square root of the sum of squared elements, computed without intermediate overflow.
  package var frobeniusNorm: Scalar {
    withUnsafeElements { elements in
      guard let start = elements.baseAddress, !elements.isEmpty else { return 0 }
      // BLAS counts in 32 bits.
      let block = Int(Int32.max)
      guard elements.count > block else { return Scalar.nrm2(n: elements.count, x: start) }
      let norms = stride(from: 0, to: elements.count, by: block).map {
        Scalar.nrm2(n: Swift.min(block, elements.count - $0), x: start + $0)
      }
      return norms.withUnsafeBufferPointer { $0.baseAddress.map { Scalar.nrm2(n: norms.count, x: $0) } ?? 0 }
    }
  }

  /// The Euclidean length of each row.
  package var rowNorms: [Scalar] {
    guard columns > 0 else { return Array(repeating: 0, count: rows) }
    return withUnsafeElements { elements in
      guard let start = elements.baseAddress else { return [] }
      return (0..<rows).map { Scalar.nrm2(n: columns, x: start + $0 * columns) }
    }
  }

  /// The largest absolute value of an element; 0 for a matrix without elements. NaN elements do not count.
  package var maximumMagnitude: Scalar {
    withUnsafeElements { elements in elements.reduce(0) { Swift.max($0, $1.magnitude) } }
  }

  /// Whether all elements are finite numbers.
  public var areFinite: Bool {
    withUnsafeElements { elements in elements.allSatisfy { $0.isFinite } }
  }

  private func gram(transposing: Bool) -> Matrix {
    let order = transposing ? columns : rows
    var result = Matrix(rows: order, columns: order)
    guard count > 0 else { return result }
    withOperands(self, into: &result) { a, _, c in
      Scalar.syrk(
        transpose: transposing, n: order, k: transposing ? rows : columns, alpha: 1, a: a, lda: columns,
        beta: 0, c: c, ldc: order)
      for row in 0..<order {
        for column in row..<order { c[column * order + row] = c[row * order + column] }
      }
    }
    return result
  }

  /// Calls `body` with the memory of this matrix, of `other` and of `result`; none of them may be empty.
  private func withOperands(
    _ other: Matrix, into result: inout Matrix,
    _ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
  ) {
    withUnsafeElements { a in
      other.withUnsafeElements { b in
        result.withUnsafeMutableElements { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          body(a, b, c)
        }
      }
    }
  }
}
