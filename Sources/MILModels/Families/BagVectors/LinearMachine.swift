import LinearAlgebra
import UserInput

/// The parameters of a linear support vector machine on vectors of bags.
package struct LinearMachineConfiguration: Codable, Sendable, Equatable {
  /// The price of errors C.
  package var c = 1.0
  /// How much an error of a bag weighs: C times 1, or times n / (k n of its class).
  package var classWeights = RidgeConfiguration.ClassWeights.equal
  /// How far a pair of weights may be from optimal.
  package var tolerance = 1e-3

  /// C = 1.
  package init() {}

  /// Refuses values outside their range.
  package func validate() throws {
    try ConfigurationError.require("c", c, in: 1e-12...1e12)
    try ConfigurationError.require("tolerance", tolerance, in: 1e-9...1)
  }

  /// minimise 1/2 |w|^2 + C sum_i max(0, 1 - y_i (w . x_i + bias)), by the dual problem.
  ///
  /// - Parameters:
  ///   - vectors: x_i, a row each.
  ///   - labels: 1 (positive) or 0 (negative), one a row.
  func machine(_ vectors: Matrix<Double>, _ labels: [Int]) throws -> LinearMachine {
    let rows = try KernelRows(KernelVectors(vectors), KernelFunction(kind: .linear), isStored: true)
    let problem = DualProblem(
      labels: labels.map { $0 == 1 ? 1 : -1 }, rows: Array(labels.indices),
      caps: classWeights.weights(labels).map { $0 * c })
    var solver = DualSolver(problem, rows: rows, tolerance: tolerance)
    let solution = try solver.solve()
    return LinearMachine(
      weights: vectors.multiplied(by: solution.coefficients, transposingSelf: true), bias: solution.bias,
      notes: Alternation(single: solution).notes)
  }
}

/// Decision values w . x + bias.
struct LinearMachine: Sendable {
  var weights: [Double]
  var bias: Double
  /// What a reader of the journal should know.
  var notes: [String: String] = [:]

  /// The decision value of each row.
  func decisions(_ vectors: Matrix<Double>) -> [Double] {
    // Row by row, so that no value depends on the others.
    vectors.withUnsafeElements { elements in
      (0..<vectors.rows).map { row in
        let start = row * vectors.columns
        return weights.indices.reduce(bias) { $0 + weights[$1] * elements[start + $1] }
      }
    }
  }

  /// Keeps the machine in a state.
  func keep(in state: inout ModelState) {
    state.set("machine.weights", to: weights)
    state.set("machine.bias", to: bias)
  }
}

extension LinearMachine {
  /// The machine of a state.
  init(from state: ModelState) throws {
    try self.init(
      weights: state.doubles("machine.weights", rows: 1).elements, bias: state.number("machine.bias"))
  }
}
