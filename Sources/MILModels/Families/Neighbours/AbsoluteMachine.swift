import LinearAlgebra

/// A linear machine whose penalty is the sum of absolute weights, solved as a linear programme by an interior point
/// method.
///
/// minimise sum_k (u_k + v_k) + sum_i price_i e_i subject to y_i (sum_k (u_k - v_k) m_ik + bias) + e_i - s_i = 1 and u,
/// v, e, s >= 0. For n rows each step solves one n x n system, for any number of columns.
///
/// Source: S. Mehrotra, On the implementation of a primal-dual interior point method, SIAM Journal on Optimization
/// 2(4), 1992, doi:10.1137/0802028.
struct AbsoluteMachine {
  /// w.
  private(set) var weights: [Double]
  /// The bias.
  private(set) var bias = 0.0
  /// The notes for the journal.
  private(set) var notes: [String: String] = [:]

  /// y_i m_i, one per row.
  private let design: Matrix<Double>
  private let signs: [Double]
  private let prices: [Double]

  /// u, v, e and s, and the multipliers of their bounds: n + n + rows + rows numbers.
  private var values: [Double]
  private var slacks: [Double]
  private var multipliers: [Double]

  /// Creates a machine that is not yet solved.
  ///
  /// - Parameters:
  ///   - features: m_i, one per row.
  ///   - labels: 1 or 0, one per row.
  ///   - prices: the cost of each row's error.
  init(_ features: Matrix<Double>, labels: [Int], prices: [Double]) {
    signs = labels.map { $0 == 1 ? 1 : -1 }
    self.prices = prices
    var design = features
    for (row, sign) in signs.enumerated() where sign < 0 {
      for column in 0..<features.columns { design[row, column] = -features[row, column] }
    }
    self.design = design
    weights = Array(repeating: 0, count: features.columns)
    values = Array(repeating: 1, count: 2 * (features.columns + features.rows))
    slacks = values
    multipliers = Array(repeating: 0, count: features.rows)
  }

  private var columns: Int { design.columns }
  private var costs: [Double] {
    Array(repeating: 1, count: 2 * columns) + prices + Array(repeating: 0, count: signs.count)
  }

  /// Iterates until the duality gap is closed; if all rows have one label, that label is the value of all.
  ///
  /// - Throws: ``LinearSolveError`` if a feature is not a number.
  mutating func solve(tolerance: Double = 1e-9, limit: Int = 100) throws {
    guard let first = signs.first, signs.contains(-first) else {
      bias = signs.first ?? 0
      return
    }
    var (rounds, isSolved) = (0, false)
    while rounds < limit {
      let residuals = residuals()
      let gap = zip(values, slacks).reduce(0) { $0 + $1.0 * $1.1 }
      let scale = 1 + abs(zip(costs, values).reduce(0) { $0 + $1.0 * $1.1 })
      let errors = [residuals.rows, residuals.bounds, [residuals.bias]].flatMap { $0 }.map(\.magnitude).max() ?? 0
      isSolved = gap <= tolerance * scale && errors <= 1e-7 * scale
      if isSolved { break }
      rounds += 1
      guard try step(residuals, gap / Double(values.count)) else { break }
    }
    notes = ["iterations": "\(rounds)"]
    if !isSolved { notes["unsolved"] = "the programme ended before its tolerance was met" }
    for k in weights.indices {
      // At the solution one of each pair of value and multiplier is 0.
      let (positive, negative) = (values[k], values[columns + k])
      let isFree = positive > slacks[k] || negative > slacks[columns + k]
      weights[k] = isFree ? positive - negative : 0
    }
  }

  private struct Residuals {
    var rows: [Double]
    var bounds: [Double]
    var bias: Double
  }

  /// Returns A x, with A of four blocks.
  private func product(_ x: [Double]) -> [Double] {
    let difference = (0..<columns).map { x[$0] - x[columns + $0] }
    let n = signs.count
    return design.multiplied(by: difference).enumerated().map { $1 + x[2 * columns + $0] - x[2 * columns + n + $0] }
  }

  /// Returns A' y, with A of four blocks.
  private func transposedProduct(_ y: [Double]) -> [Double] {
    let sums = design.multiplied(by: y, transposingSelf: true)
    return sums + sums.map { -$0 } + y + y.map { -$0 }
  }

  private func residuals() -> Residuals {
    let products = product(values)
    let transposed = transposedProduct(multipliers)
    return Residuals(
      rows: signs.indices.map { 1 - products[$0] - signs[$0] * bias },
      bounds: zip(costs, zip(transposed, slacks)).map { $0 - $1.0 - $1.1 },
      bias: -zip(signs, multipliers).reduce(0) { $0 + $1.0 * $1.1 })
  }

  private struct Direction {
    var values, slacks, multipliers: [Double]
    var bias: Double
  }

  /// Takes a predictor-corrector step; returns whether any progress was possible.
  private mutating func step(_ residuals: Residuals, _ mean: Double) throws -> Bool {
    let system = normalMatrix()
    let products = zip(values, slacks).map { $0 * $1 }
    guard let predicted = try direction(system, residuals, products.map { -$0 }) else { return false }
    let (primal, dual) = (length(values, predicted.values), length(slacks, predicted.slacks))
    let ahead = values.indices.reduce(0) {
      $0 + (values[$1] + primal * predicted.values[$1]) * (slacks[$1] + dual * predicted.slacks[$1])
    }
    let share = ahead / (mean * Double(values.count))
    let centre = share * share * share * mean
    let targets = values.indices.map { centre - products[$0] - predicted.values[$0] * predicted.slacks[$0] }
    guard let move = try direction(system, residuals, targets) else { return false }
    let (first, second) = (0.99 * length(values, move.values), 0.99 * length(slacks, move.slacks))
    for k in values.indices {
      values[k] += first * move.values[k]
      slacks[k] += second * move.slacks[k]
    }
    bias += first * move.bias
    for k in multipliers.indices { multipliers[k] += second * move.multipliers[k] }
    return max(first, second) > 1e-12
  }

  /// Returns the largest step along a direction, at most 1 / 0.99, before one of the values is 0.
  private func length(_ values: [Double], _ direction: [Double]) -> Double {
    var result = 1.0 / 0.99
    for k in values.indices where direction[k] < 0 { result = min(result, -values[k] / direction[k]) }
    return min(result, 1 / 0.99)
  }

  /// Returns A diag(values / slacks) A'.
  private func normalMatrix() -> Matrix<Double> {
    let n = signs.count
    let ratios = zip(values, slacks).map { $0 / $1 }
    let roots = (0..<columns).map { (ratios[$0] + ratios[columns + $0]).squareRoot() }
    var scaled = design
    scaled.withUnsafeMutableElements { elements in
      for row in 0..<n { for k in 0..<columns { elements[row * columns + k] *= roots[k] } }
    }
    var result = scaled.gramOfRows()
    for row in 0..<n {
      result[row, row] = result[row, row] * (1 + 1e-13) + ratios[2 * columns + row] + ratios[2 * columns + n + row]
    }
    return result
  }

  /// Returns the Newton step that changes the products of values and slacks by `targets`; nil if rounding leaves none.
  private func direction(
    _ system: Matrix<Double>, _ residuals: Residuals, _ targets: [Double]
  ) throws -> Direction? {
    let parts = values.indices.map { (targets[$0] - values[$0] * residuals.bounds[$0]) / slacks[$0] }
    let right = zip(residuals.rows, product(parts)).map { $0 - $1 }
    let sides = Matrix(zip(right, signs).map { [$0, $1] })
    guard sides.areFinite, system.areFinite, let solved = try? system.solvingPositiveDefinite(sides) else { return nil }
    let (first, second) = (solved.column(0), solved.column(1))
    func dot(_ a: [Double]) -> Double { zip(signs, a).reduce(0) { $0 + $1.0 * $1.1 } }
    let bias = (dot(first) - residuals.bias) / dot(second)
    let multipliers = zip(first, second).map { $0 - bias * $1 }
    let transposed = transposedProduct(multipliers)
    let slackSteps = zip(residuals.bounds, transposed).map { $0 - $1 }
    let valueSteps = values.indices.map { (targets[$0] - values[$0] * slackSteps[$0]) / slacks[$0] }
    return Direction(values: valueSteps, slacks: slackSteps, multipliers: multipliers, bias: bias)
  }
}
