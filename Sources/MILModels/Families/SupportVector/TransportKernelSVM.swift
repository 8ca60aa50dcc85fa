import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// MI-EMD: a support vector machine on bags with a kernel of the cost of transporting one bag's instances onto the
/// other's.
///
/// K(X, Z) = exp(- scale T(X, Z)). T is the least mean squared distance of a plan that moves equal shares of X onto
/// equal shares of Z, with entropy: min over plans P of sum P_ab |x_a - z_b|^2 + epsilon sum P_ab log P_ab. With
/// debiasing T is the divergence T(X, Z) - (T(X, X) + T(Z, Z)) / 2, which is 0 for equal bags. Plans are found by
/// Sinkhorn iterations.
///
/// Deviations: the kernels of the earth mover's distance in the source have no entropy. Such a kernel need not be
/// positive definite, which the dual solver allows. Distances are divided by the number of features.
///
/// Sources: J. Amores, Multiple instance classification: review, taxonomy and comparative study, Artificial
/// Intelligence 201, 2013, doi:10.1016/j.artint.2013.06.003; M. Cuturi, Sinkhorn distances: lightspeed computation of
/// optimal transport, NIPS 26, 2013; for the divergence, J. Feydy et al., Interpolating between optimal transport and
/// MMD using Sinkhorn divergences, AISTATS 2019, PMLR 89:2681-2690.
package struct TransportKernelSVM: Model {
  /// The cost of errors C.
  package var c = 10.0
  /// The factor of the transport cost in the kernel.
  package var scale = 1.0
  /// The weight of the entropy, in units of squared distance per feature.
  package var epsilon = 0.1
  /// Whether to subtract the cost of each bag to itself.
  package var debiased = true
  /// The number of Sinkhorn iterations.
  package var rounds = 50
  /// The weight of a bag's error: C times 1, or times n / (k n of its class).
  package var classWeights = ClassWeights.equal
  /// The largest violation of the optimality conditions by a pair of weights.
  package var tolerance = 1e-3

  /// Creates a model with C = 10 and an entropy weight of a tenth.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("c", c, in: 1e-12...1e12)
    try ConfigurationError.require("scale", scale, in: 1e-9...1e9)
    try ConfigurationError.require("epsilon", epsilon, in: 1e-4...1e6)
    try ConfigurationError.require("rounds", rounds, in: 1...100_000)
    try ConfigurationError.require("tolerance", tolerance, in: 1e-9...1)
  }

  /// The traits; scores are decision values.
  package var traits: ModelTraits {
    var traits = ModelTraits(
      scores: .decisions, trained: "a weight for each training bag, by the machine's dual problem")
    traits.isDeterministic = true
    traits.comparesAllInstances = true
    return traits
  }

  private var cost: TransportCost { TransportCost(epsilon: epsilon, rounds: rounds) }

  /// Computes the transport costs of all pairs of training bags and trains a machine.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    _ = try training.finiteInstances()
    let bags = try (0..<training.bagCount).map { try training.instances(ofBags: [$0]) }
    let costs =
      try context.shared?.matrix(of: cost) ?? Matrix(bags.map { first in try bags.map { try cost.value(first, $0) } })
    let own = bags.indices.map { costs[$0, $0] }
    let kernels = bags.indices.map { first in
      bags.indices.map { Float(kernel(costs[min(first, $0), max(first, $0)], own[first], own[$0])) }
    }
    let problem = DualProblem(
      labels: training.labels.map { $0 == 1 ? 1 : -1 }, rows: Array(bags.indices),
      caps: classWeights.weights(training.labels).map { $0 * c })
    var solver = DualSolver(problem, rows: try KernelRows(stored: kernels), tolerance: tolerance)
    let solution = try solver.solve()
    let support = bags.indices.filter { solution.coefficients[$0] != 0 }
    return FittedTransport(
      model: self, cost: cost, bags: support.map { bags[$0] }, own: support.map { own[$0] },
      coefficients: support.map { solution.coefficients[$0] }, bias: solution.bias, featureCount: training.featureCount,
      notes: Alternation(single: solution).notes)
  }

  /// Returns the kernel of a cost and of the costs of the bags to themselves.
  func kernel(_ cost: Double, _ first: Double, _ second: Double) -> Double {
    exp(-scale * (debiased ? max(0, cost - (first + second) / 2) : cost))
  }

  /// Restores the bags from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let instances = try state.floats("support.instances", columns: state.featureCount)
    let coefficients = try state.doubles("support.coefficients", rows: 1).elements
    let rows = try state.ranges("support.sizes", count: coefficients.count, of: instances.rows)
    return FittedTransport(
      model: self, cost: cost, bags: rows.map { instances.selectingRows([$0]) },
      own: try state.doubles("support.costs", rows: 1, columns: coefficients.count).elements,
      coefficients: coefficients, bias: try state.number("bias"), featureCount: state.featureCount, notes: [:])
  }

  /// Returns the memory for the features, the distances of the two longest bags with Sinkhorn's working space, and all
  /// kernels.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let longest = Double(max(training.longestBag, scoring.longestBag))
    let pairs = Double(training.bags + scoring.bags) * Double(training.bags + scoring.bags)
    return 4 * (training.bytes + scoring.bytes) + 40 * longest * longest + 100 * pairs
      + 32 * longest * Double(training.features)
  }
}

/// The entropic cost of transporting one bag's instances onto another's.
struct TransportCost: BagPairWork {
  var epsilon: Double
  var rounds: Int

  /// Returns sum P_ab d_ab of the plan after Sinkhorn's iterations, with d the squared distance per feature.
  func value(_ first: Matrix<Float>, _ second: Matrix<Float>) throws -> Double {
    cost(try squaredDistances(first, second))
  }

  /// Returns the squared distance per feature of each instance of one bag to each of another.
  func squaredDistances(_ first: Matrix<Float>, _ second: Matrix<Float>) throws -> Matrix<Double> {
    let (rows, columns) = (first.map { Double($0) }, KernelVectors(second.map { Double($0) }))
    var costs = Matrix<Double>(rows: first.rows, columns: second.rows)
    var start = 0
    let features = Double(max(first.columns, 1))
    columns.forEachRowOfSquaredDistances(from: KernelVectors(rows), 0..<first.rows) { row in
      costs.replaceElements(from: start, with: row.map { Double($0) / features })
      start += row.count
    }
    guard costs.areFinite else {
      throw ModelError("a distance of two instances is too large, expected features that are standardised or small")
    }
    return costs
  }

  /// Returns the cost of the plan for squared distances.
  ///
  /// - Parameters:
  ///   - costs: one row per instance of the first bag, one column per instance of the second.
  ///   - from: the share of each row, positive with sum 1; equal shares by default.
  ///   - onto: the share of each column, likewise.
  func cost(_ costs: Matrix<Double>, from: [Double]? = nil, onto: [Double]? = nil) -> Double {
    let (rows, columns) = (costs.rows, costs.columns)
    func divided(_ shares: [Double]?, _ count: Int, by sums: [Double]) -> [Double] {
      shares.map { zip($0, sums).map { $0 / $1 } } ?? sums.map { 1 / (Double(count) * $0) }
    }
    // Subtracts the minimum of each row and then of each column, which changes no plan but keeps rows and columns from
    // vanishing.
    var kernel = costs
    kernel.withUnsafeMutableElements { elements in
      for row in 0..<rows {
        let own = (row * columns)..<((row + 1) * columns)
        var least = Double.infinity
        for k in own { least = min(least, elements[k]) }
        for k in own { elements[k] -= least }
      }
      for column in 0..<columns {
        var least = Double.infinity
        for row in 0..<rows { least = min(least, elements[row * columns + column]) }
        for row in 0..<rows {
          let k = row * columns + column
          elements[k] = exp(-min((elements[k] - least) / epsilon, 600))
        }
      }
    }
    var left = [Double](repeating: 1, count: rows)
    var right = [Double](repeating: 1, count: columns)
    for _ in 0..<rounds {
      right = divided(onto, columns, by: kernel.multiplied(by: left, transposingSelf: true))
      left = divided(from, rows, by: kernel.multiplied(by: right))
    }
    return kernel.withUnsafeElements { kernel in
      costs.withUnsafeElements { costs in
        var sum = 0.0
        for row in 0..<rows {
          var part = 0.0
          for column in 0..<columns {
            part += kernel[row * columns + column] * right[column] * costs[row * columns + column]
          }
          sum += left[row] * part
        }
        return sum
      }
    }
  }
}

/// The fitted support bags.
private struct FittedTransport: FittedModel {
  let model: TransportKernelSVM
  let cost: TransportCost
  let bags: [Matrix<Float>]
  /// The cost of each bag to itself.
  let own: [Double]
  let coefficients: [Double]
  let bias: Double
  let featureCount: Int
  let notes: [String: String]

  func predict(_ others: BagDataset) throws -> [Double] {
    _ = try others.finiteInstances()
    return try (0..<others.bagCount).map { number in
      let bag = try others.instances(ofBags: [number])
      let itself = model.debiased ? try cost.value(bag, bag) : 0
      return try bags.indices.reduce(bias) { sum, support in
        sum + coefficients[support] * model.kernel(try cost.value(bags[support], bag), own[support], itself)
      }
    }
  }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    let elements = bags.flatMap(\.elements)
    state.set(
      "support.instances", to: Matrix(rows: elements.count / featureCount, columns: featureCount, elements: elements))
    state.set("support.sizes", to: bags.map { Double($0.rows) })
    state.set("support.costs", to: own)
    state.set("support.coefficients", to: coefficients)
    state.set("bias", to: bias)
    return state
  }

  var summary: FitSummary { FitSummary(parameters: coefficients.count + 1, notes: notes) }
}
