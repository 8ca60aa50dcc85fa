/// Ridge regression with an intercept and row weights, prepared once for any number of penalties and of targets.
///
/// The solution for a design Z of n x d, targets y and weights w minimises
/// `sum_i w_i (y_i - intercept - z_i . beta)^2 + penalty |beta|^2`. Several targets, the columns of Y, share the
/// penalty and the factorisation and are otherwise independent. The intercept is not penalised: columns and targets are
/// centred by their weighted means. The exact leave-one-out residuals of a whole path of penalties cost one
/// eigendecomposition of the smaller of Z Z' and Z' Z.
///
/// Sources: A. E. Hoerl, R. W. Kennard, Ridge regression: biased estimation for nonorthogonal problems, Technometrics
/// 12(1), 1970, doi:10.1080/00401706.1970.10488634; D. M. Allen, The relationship between variable selection and data
/// augmentation and a method for prediction, Technometrics 16(1), 1974, doi:10.1080/00401706.1974.10489157.
package struct RidgeProblem: Sendable {
  /// The rows minus their weighted mean, each times the root of its weight.
  private let design: Matrix<Double>
  /// The targets transformed likewise, one column each.
  private let targets: Matrix<Double>
  /// The roots of the weights, and the same vector scaled to length 1.
  private let rootWeights: [Double]
  private let unit: [Double]
  private let columnMeans: [Double]
  private let targetMeans: [Double]

  /// The mean squared length of the centred and weighted rows: the scale of a penalty.
  package let meanSquaredLength: Double

  /// Centres and weights a regression problem.
  ///
  /// - Parameters:
  ///   - design: Z, n x d, at least one row.
  ///   - targets: y, one per row.
  ///   - weights: w, one positive number per row; all 1 by default.
  /// - Throws: `shape` or `nonFinite`.
  package init(
    _ design: Matrix<Double>, targets: [Double], weights: [Double]? = nil
  ) throws(LinearSolveError) {
    try self.init(
      design, targets: Matrix(rows: targets.count, columns: 1, elements: targets), weights: weights)
  }

  /// Centres and weights a regression problem with several targets.
  ///
  /// - Parameters:
  ///   - design: Z, n x d, at least one row.
  ///   - targets: Y, a row for each row of the design and a column per target.
  ///   - weights: w, one positive number per row; all 1 by default.
  /// - Throws: `shape` or `nonFinite`.
  package init(
    _ design: Matrix<Double>, targets: Matrix<Double>, weights: [Double]? = nil
  ) throws(LinearSolveError) {
    let weights = weights ?? Array(repeating: 1, count: design.rows)
    guard design.rows > 0, targets.rows == design.rows, targets.columns > 0, weights.count == design.rows else {
      throw .shape("\(design.rows) rows with \(targets.rows) targets and \(weights.count) weights do not fit together")
    }
    if let weight = weights.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw .nonFinite("a row has weight \(weight), expected a positive finite number")
    }
    let total = weights.reduce(0, +)
    let rootWeights = weights.map { $0.squareRoot() }
    let means = design.multiplied(by: weights, transposingSelf: true).map { $0 / total }
    let targetMeans = (0..<targets.columns).map { column in
      zip(weights, targets.column(column)).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    var centred = design
    centred.centreAndScale(subtracting: means, timesRows: rootWeights)
    self.design = centred
    var centredTargets = targets
    centredTargets.centreAndScale(subtracting: targetMeans, timesRows: rootWeights)
    self.targets = centredTargets
    self.rootWeights = rootWeights
    unit = rootWeights.map { $0 / total.squareRoot() }
    columnMeans = means
    self.targetMeans = targetMeans
    let length = centred.frobeniusNorm
    meanSquaredLength = length * length / Double(design.rows)
    if !meanSquaredLength.isFinite || !targetMeans.allSatisfy(\.isFinite) {
      throw .nonFinite("the design matrix or the targets hold values that are not finite or too large to square")
    }
  }

  /// Returns the solution for one penalty, by Cholesky factorisation of the smaller system. If that is singular to
  /// working precision, it is the shortest least-squares solution.
  ///
  /// - Throws: `invalidPenalty`, `nonFinite` or `didNotConverge`.
  package func solution(penalty: Double) throws(LinearSolveError) -> RidgeSolution {
    try solutions(penalty: penalty)[0]
  }

  /// Returns the solution for each target, as ``solution(penalty:)`` does; the system is factorised once.
  ///
  /// - Throws: `invalidPenalty`, `nonFinite` or `didNotConverge`.
  package func solutions(penalty: Double) throws(LinearSolveError) -> [RidgeSolution] {
    guard penalty >= 0, penalty.isFinite else { throw .invalidPenalty(penalty) }
    let trace = meanSquaredLength * Double(design.rows)
    var found: Matrix<Double>?
    // The centred rows are linearly dependent, so below this limit Cholesky would succeed only by rounding.
    if penalty > Double.ulpOfOne * Double(Swift.max(design.rows, design.columns)) * trace {
      do throws(LinearSolveError) {
        found = try design.solvingRidge(targets, penalty: penalty)
      } catch {
        guard case .notPositiveDefinite = error else { throw error }
      }
    }
    let isLeastSquares = found == nil
    let all: Matrix<Double>
    if let found { all = found } else { all = try design.solvingLeastSquares(targets).solution }
    return targetMeans.enumerated().map { column, mean in
      let coefficients = all.column(column)
      return RidgeSolution(
        coefficients: coefficients,
        intercept: mean - zip(columnMeans, coefficients).reduce(0) { $0 + $1.0 * $1.1 },
        penalty: penalty, isLeastSquares: isLeastSquares)
    }
  }

  /// Returns y_i minus the prediction for row i of the regression fitted to all other rows, for each row and penalty.
  ///
  /// With the hat matrix H of the fit to all rows it is (y_i - prediction_i) / (1 - H_ii). It is NaN for a row whose
  /// removal leaves nothing to fit. Of several targets, the first is used.
  ///
  /// - Parameter penalties: positive numbers.
  /// - Returns: n x number of penalties.
  /// - Throws: `invalidPenalty`, `nonFinite` or `didNotConverge`.
  package func leaveOneOutResiduals(penalties: [Double]) throws(LinearSolveError) -> Matrix<Double> {
    try allLeaveOneOutResiduals(penalties)[0]
  }

  /// Returns the leave-one-out residuals of each target, n x number of penalties.
  private func allLeaveOneOutResiduals(_ penalties: [Double]) throws(LinearSolveError) -> [Matrix<Double>] {
    if let penalty = penalties.first(where: { !($0 > 0 && $0.isFinite) }) { throw .invalidPenalty(penalty) }
    let isDual = design.rows <= design.columns
    let (basis, factors) = try isDual ? dualBasis(penalties) : primalBasis(penalties)
    let leverages = basis.map { $0 * $0 } * factors
    return (0..<targets.columns).map { target in
      let own = Matrix(rows: targets.rows, columns: 1, elements: targets.column(target))
      let projected = basis.multiplied(by: own, transposingSelf: true).elements
      let residuals = basis * factors.scalingRows(by: projected)
      var result = residuals
      for row in 0..<result.rows {
        for column in 0..<result.columns {
          let (residual, remainder) =
            isDual
            ? (residuals[row, column], leverages[row, column])
            : (own[row, 0] - residuals[row, column], 1 - unit[row] * unit[row] - leverages[row, column])
          result[row, column] = remainder > 0 ? residual / remainder / rootWeights[row] : .nan
        }
      }
      return result
    }
  }

  /// Returns the penalty with the smallest weighted sum of squared leave-one-out residuals (PRESS), summed over all
  /// targets; ties go to the largest.
  ///
  /// - Parameter penalties: positive numbers, ascending, at least one.
  /// - Throws: `invalidPenalty`, `nonFinite` or `didNotConverge`.
  package func bestPenalty(of penalties: [Double]) throws(LinearSolveError) -> Double {
    guard var best = penalties.last else { throw .shape("there are no penalties to choose from") }
    let residuals = try allLeaveOneOutResiduals(penalties)
    var least = Double.infinity
    for (index, penalty) in penalties.enumerated() {
      let sum = residuals.reduce(0) { sum, own in
        sum + zip(own.column(index), rootWeights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }
      }
      if sum <= least { (least, best) = (sum, penalty) }
    }
    return best
  }

  /// Returns the eigenvectors Q of Z Z', and penalty / (penalty + eigenvalue) for each: I - H = Q diag(factors) Q'.
  ///
  /// Adding a multiple of the intercept's direction makes it the eigenvector of the largest eigenvalue, and its factor
  /// is 0. So 1 - H_ii is a sum of positive terms, exact even if H_ii is close to 1.
  private func dualBasis(
    _ penalties: [Double]
  ) throws(LinearSolveError) -> (Matrix<Double>, Matrix<Double>) {
    var gram = design.gramOfRows()
    let shift = meanSquaredLength > 0 ? 2 * meanSquaredLength * Double(design.rows) : 1
    for row in 0..<gram.rows {
      for column in 0..<gram.columns { gram[row, column] += shift * unit[row] * unit[column] }
    }
    let parts = try gram.symmetricEigendecomposition()
    var factors = Matrix<Double>(rows: gram.rows, columns: penalties.count)
    for row in 0..<(gram.rows - 1) {
      for (column, penalty) in penalties.enumerated() {
        factors[row, column] = penalty / (penalty + Swift.max(parts.values[row], 0))
      }
    }
    return (parts.vectors, factors)
  }

  /// Returns Z V with the eigenvectors V of Z' Z, and 1 / (penalty + eigenvalue) for each: H = Z V diag(factors) V' Z'
  /// plus the intercept's part.
  private func primalBasis(
    _ penalties: [Double]
  ) throws(LinearSolveError) -> (Matrix<Double>, Matrix<Double>) {
    let parts = try design.gramOfColumns().symmetricEigendecomposition()
    var factors = Matrix<Double>(rows: design.columns, columns: penalties.count)
    for row in 0..<factors.rows {
      for (column, penalty) in penalties.enumerated() {
        factors[row, column] = 1 / (penalty + Swift.max(parts.values[row], 0))
      }
    }
    return (design * parts.vectors, factors)
  }
}

/// The solution of a ridge regression.
package struct RidgeSolution: Sendable, Equatable {
  /// One coefficient per column of the design.
  package let coefficients: [Double]
  /// The constant term of every prediction.
  package let intercept: Double
  /// The requested penalty.
  package let penalty: Double
  /// Whether the system was singular and this is the shortest least-squares solution.
  package let isLeastSquares: Bool

  /// Creates a solution from its parts.
  package init(coefficients: [Double], intercept: Double, penalty: Double, isLeastSquares: Bool = false) {
    self.coefficients = coefficients
    self.intercept = intercept
    self.penalty = penalty
    self.isLeastSquares = isLeastSquares
  }

  /// Returns intercept + z . coefficients for each row z of a matrix.
  package func predictions(_ rows: Matrix<Double>) -> [Double] { (rows * coefficients).map { $0 + intercept } }
}

extension Matrix<Double> {
  /// Subtracts `means` from every row and multiplies row i by `factors[i]`.
  fileprivate mutating func centreAndScale(subtracting means: [Double], timesRows factors: [Double]) {
    let columns = columns
    withUnsafeMutableElements { elements in
      for (row, factor) in factors.enumerated() {
        for column in 0..<columns {
          elements[row * columns + column] = (elements[row * columns + column] - means[column]) * factor
        }
      }
    }
  }

  /// Returns the matrix with row i multiplied by `factors[i]`.
  fileprivate func scalingRows(by factors: [Double]) -> Matrix {
    var result = self
    result.centreAndScale(subtracting: Array(repeating: 0, count: columns), timesRows: factors)
    return result
  }
}
