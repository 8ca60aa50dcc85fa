import LinearAlgebra
import UserInput

/// The parameters of a linear support vector machine on vectors of bags.
package struct LinearMachineConfiguration: Codable, Sendable, Equatable {
  /// The cost of errors C.
  package var c = 1.0
  /// The weight of a bag's error: C times 1, or times n / (k n of its class).
  package var classWeights = ClassWeights.equal
  /// The largest violation of the optimality conditions by a pair of weights.
  package var tolerance = 1e-3

  /// Creates the default, C = 1.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("c", c, in: 1e-12...1e12)
    try ConfigurationError.require("tolerance", tolerance, in: 1e-9...1)
  }

  /// Fits a machine that minimises 1/2 |w|^2 + C sum_i max(0, 1 - y_i (w . x_i + bias)), by the dual problem.
  ///
  /// - Parameters:
  ///   - vectors: x_i, one per row.
  ///   - labels: 1 (positive) or 0 (negative), one per row.
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

/// A linear machine with decision values w . x + bias.
struct LinearMachine: Sendable {
  var weights: [Double]
  var bias: Double
  /// Notes for readers of the journal.
  var notes: [String: String] = [:]

  /// Returns the decision value of each row.
  func decisions(_ vectors: Matrix<Double>) -> [Double] {
    // Row by row, so that no value depends on the other rows.
    vectors.withUnsafeElements { elements in
      (0..<vectors.rows).map { row in
        let start = row * vectors.columns
        return weights.indices.reduce(bias) { $0 + weights[$1] * elements[start + $1] }
      }
    }
  }

  /// Saves the machine in a state.
  func keep(in state: inout ModelState) {
    state.set("machine.weights", to: weights)
    state.set("machine.bias", to: bias)
  }
}

extension LinearMachine {
  /// Restores the machine from a state.
  init(from state: ModelState) throws {
    try self.init(
      weights: state.doubles("machine.weights", rows: 1).elements, bias: state.number("machine.bias"))
  }
}
