/// The solution of a least-squares problem.
package struct LeastSquaresSolution<Scalar: LAPACKScalar>: Sendable {
  /// X, with one row per column of A and one column per right-hand side; the shortest of all minimisers.
  package let solution: Matrix<Scalar>
  /// The number of singular values above the cutoff.
  package let rank: Int
  /// The min(m, n) singular values of A, descending.
  package let singularValues: [Scalar]
}

/// The eigenvalues and eigenvectors of a symmetric matrix, A = V diag(values) V'.
package struct SymmetricEigendecomposition<Scalar: LAPACKScalar>: Sendable {
  /// The eigenvalues, ascending.
  package let values: [Scalar]
  /// V, orthogonal; column j belongs to value j, and its sign is arbitrary.
  package let vectors: Matrix<Scalar>
}

extension Matrix where Scalar: LAPACKScalar {
  /// Solves A X = B by Cholesky factorisation, for this matrix A symmetric and positive definite.
  ///
  /// Only the upper triangle of A is read.
  ///
  /// - Parameter rightSides: B, of n x k.
  /// - Returns: X, of n x k.
  /// - Throws: `shape`, `nonFinite`, or `notPositiveDefinite` with the order of the first failing leading minor.
  package func solvingPositiveDefinite(_ rightSides: Matrix) throws(LinearSolveError) -> Matrix {
    guard rows == columns else { throw .shape("the matrix is \(rows) x \(columns), expected a square one") }
    guard rightSides.rows == rows else {
      throw .shape("the right-hand sides have \(rightSides.rows) rows, expected \(rows)")
    }
    try requireFinite("the matrix")
    try rightSides.requireFinite("the right-hand sides")
    let (order, sides) = (try lapackSize(rows), try lapackSize(rightSides.columns))
    guard rightSides.count > 0 else { return rightSides }
    var factor = self
    var solution = rightSides
    let info = factor.withUnsafeMutableElements { a in
      solution.withUnsafeMutableElements { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return Int32(0) }
        return Scalar.posv(n: order, k: sides, a: a, b: b)
      }
    }
    try LinearSolveError.check(info, of: "posv") { .notPositiveDefinite(leadingMinor: $0) }
    try solution.requireFinite("the solution")
    return solution
  }

  /// Solves the ridge regression on this matrix A: the X that minimises |A X - B|^2 + penalty |X|^2.
  ///
  /// With n rows and d columns, X = (A' A + penalty I)^-1 A' B if d <= n, otherwise X = A' (A A' + penalty I)^-1 B. The
  /// two are equal, and the smaller system is solved, by Cholesky factorisation. There is no intercept: centre the
  /// columns or append a column of ones. With a penalty of 0 and dependent columns the system is singular; the result
  /// is an error or, by rounding, large. Use ``solvingLeastSquares(_:cutoff:)`` in that case.
  ///
  /// Source: A. E. Hoerl, R. W. Kennard, Ridge regression: biased estimation for nonorthogonal problems,
  /// Technometrics 12(1), 1970, doi:10.1080/00401706.1970.10488634.
  ///
  /// - Parameters:
  ///   - targets: B, of n x k.
  ///   - penalty: the weight of |X|^2, at least 0.
  /// - Returns: X, of d x k.
  /// - Throws: `shape`, `nonFinite`, `invalidPenalty`, or `notPositiveDefinite` if the penalty is too small.
  package func solvingRidge(_ targets: Matrix, penalty: Scalar) throws(LinearSolveError) -> Matrix {
    guard penalty >= 0, penalty.isFinite else { throw .invalidPenalty(Double(penalty)) }
    guard targets.rows == rows else { throw .shape("the targets have \(targets.rows) rows, expected \(rows)") }
    try requireFinite("the design matrix")
    try targets.requireFinite("the targets")
    let byColumns = columns <= rows
    var system = byColumns ? gramOfColumns() : gramOfRows()
    for index in 0..<system.rows { system[index, index] += penalty }
    let rightSides = byColumns ? multiplied(by: targets, transposingSelf: true) : targets
    let solved = try system.solvingPositiveDefinite(rightSides)
    guard !byColumns else { return solved }
    let solution = multiplied(by: solved, transposingSelf: true)
    try solution.requireFinite("the solution")
    return solution
  }

  /// Solves least squares on this matrix A by its singular value decomposition: the shortest X that minimises |A X -
  /// B|.
  ///
  /// - Parameters:
  ///   - targets: B, of m x k.
  ///   - cutoff: singular values of at most `cutoff` times the largest count as zero; by default the machine
  ///     precision times the larger of m and n.
  /// - Returns: X, of n x k, with the rank and the singular values of A.
  /// - Throws: `shape`, `nonFinite` or `didNotConverge`.
  package func solvingLeastSquares(
    _ targets: Matrix, cutoff: Scalar? = nil
  ) throws(LinearSolveError) -> LeastSquaresSolution<Scalar> {
    guard targets.rows == rows else { throw .shape("the targets have \(targets.rows) rows, expected \(rows)") }
    let cutoff = cutoff ?? Scalar.ulpOfOne * Scalar(Swift.max(rows, columns))
    guard cutoff >= 0, cutoff.isFinite else {
      throw .nonFinite("the cutoff is \(cutoff), expected a finite number of at least 0")
    }
    try requireFinite("the design matrix")
    try targets.requireFinite("the targets")
    guard count > 0 else {
      return LeastSquaresSolution(
        solution: Matrix(rows: columns, columns: targets.columns), rank: 0, singularValues: [])
    }
    // LAPACK needs room for X in place of B, and at least one right-hand side.
    let sides = Swift.max(targets.columns, 1)
    var values = Matrix(rows: 1, columns: Swift.min(rows, columns))
    var workspace = Matrix(rows: Swift.max(rows, columns), columns: sides)
    workspace.withUnsafeMutableElements { b in
      targets.withUnsafeElements { for (position, target) in $0.enumerated() { b[position] = target } }
    }
    let (m, n, k) = (try lapackSize(rows), try lapackSize(columns), try lapackSize(sides))
    var design = self
    var rank: Int32 = 0
    let info = design.withUnsafeMutableElements { a in
      workspace.withUnsafeMutableElements { b in
        values.withUnsafeMutableElements { s in
          guard let a = a.baseAddress, let b = b.baseAddress, let s = s.baseAddress else { return Int32(0) }
          return Scalar.gelsd(m: m, n: n, k: k, a: a, b: b, singularValues: s, cutoff: cutoff, rank: &rank)
        }
      }
    }
    try LinearSolveError.check(info, of: "gelsd") { .didNotConverge(routine: "gelsd", count: $0) }
    let solution =
      targets.columns == 0 ? Matrix(rows: columns, columns: 0) : workspace.selectingRows([0..<columns])
    try solution.requireFinite("the solution")
    return LeastSquaresSolution(solution: solution, rank: Int(rank), singularValues: values.elements)
  }

  /// Returns the eigenvalues and eigenvectors of this matrix, which must be symmetric; only its upper triangle is read.
  ///
  /// - Throws: `shape`, `nonFinite` or `didNotConverge`.
  package func symmetricEigendecomposition() throws(LinearSolveError) -> SymmetricEigendecomposition<Scalar> {
    guard rows == columns else { throw .shape("the matrix is \(rows) x \(columns), expected a square one") }
    try requireFinite("the matrix")
    let order = try lapackSize(rows)
    guard count > 0 else { return SymmetricEigendecomposition(values: [], vectors: self) }
    var vectors = self
    var values = Matrix(rows: 1, columns: columns)
    let info = vectors.withUnsafeMutableElements { a in
      values.withUnsafeMutableElements { w in
        guard let a = a.baseAddress, let w = w.baseAddress else { return Int32(0) }
        return Scalar.syevd(n: order, a: a, eigenvalues: w)
      }
    }
    try LinearSolveError.check(info, of: "syevd") { .didNotConverge(routine: "syevd", count: $0) }
    try values.requireFinite("an eigenvalue")
    return SymmetricEigendecomposition(values: values.elements, vectors: vectors)
  }

  /// Converts a size to the 32 bits of LAPACK.
  private func lapackSize(_ size: Int) throws(LinearSolveError) -> Int32 {
    guard let result = Int32(exactly: size) else {
      throw .shape("a dimension of \(size) is more than LAPACK can count")
    }
    return result
  }

  /// Throws on NaN or infinite values, on which LAPACK's iterations may not end.
  private func requireFinite(_ name: String) throws(LinearSolveError) {
    let place = withUnsafeElements { elements in elements.firstIndex { !$0.isFinite } }
    guard let place else { return }
    let (row, column) = place.quotientAndRemainder(dividingBy: columns)
    throw .nonFinite("\(name): row \(row + 1), column \(column + 1) is \(self[row, column]), expected a finite number")
  }
}
