import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// MILBoost: a sum of stumps on instances, boosted for the likelihood of bags.
///
/// An instance is positive with probability p_i = sigmoid(f(x_i)), a bag with P = 1 - prod_i (1 - p_i). In each round
/// instance i of a bag with label t has weight p_i (t - P) / P. The stump with values -1 and 1 and the largest sum of
/// weight times value is added. A line search finds the step along it with the largest likelihood of all bags.
///
/// Deviations: a step is at most `largestStep`, since along a stump without errors the likelihood has no maximum.
///
/// Source: P. Viola, J. C. Platt, C. Zhang, Multiple instance boosting for object detection, NIPS 18, 2005, pp.
/// 1417-1424.
package struct StumpBoostModel: Model {
  /// The number of stumps.
  package var rounds = 100
  /// The largest step along a stump.
  package var largestStep = 2.0

  /// Creates a model with a hundred stumps.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("rounds", rounds, in: 1...100_000)
    try ConfigurationError.require("largestStep", largestStep, in: 1e-6...1e6)
  }

  /// The traits; scores are probabilities.
  package var traits: ModelTraits {
    var traits = ModelTraits(trained: "a feature, a threshold and a step for each stump, one after the other")
    traits.isDeterministic = true
    return traits
  }

  /// Adds stumps until their number is reached or none increases the likelihood.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let boost = BoostedLikelihood(bags: training.rowsOfBags, labels: training.labels)
    let search = StumpSearch(try training.finiteInstances())
    var values = [Double](repeating: 0, count: training.instanceCount)
    var stumps: [Stump] = []
    while stumps.count < rounds {
      guard var stump = search.best(boost.weights(values)) else { break }
      let signs = search.signs(stump)
      stump.step = boost.step(values, along: signs, atMost: largestStep)
      guard stump.step > 0 else { break }
      for row in values.indices { values[row] += stump.step * signs[row] }
      stumps.append(stump)
    }
    return FittedStumps(
      stumps: stumps, featureCount: training.featureCount, notes: ["cost": "\(Float(boost.cost(values)))"])
  }

  /// Restores the stumps from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let numbers = try state.doubles("stumps", columns: 4)
    let stumps = try (0..<numbers.rows).map { row in
      guard let feature = Int(exactly: numbers[row, 0]), (0..<state.featureCount).contains(feature) else {
        throw ModelError("array stumps: feature \(numbers[row, 0]) in row \(row + 1), expected one of the features")
      }
      return Stump(
        feature: feature, threshold: Float(numbers[row, 1]), sign: numbers[row, 2], step: numbers[row, 3])
    }
    return FittedStumps(stumps: stumps, featureCount: state.featureCount, notes: [:])
  }

  /// Returns the memory for two copies of the features, a third in double precision, and their order.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    5 * training.bytes + 3 * scoring.bytes + 64 * Double(training.instances)
  }
}

/// A step function of one feature: sign * step above a threshold, the opposite at or below it.
struct Stump: Sendable, Equatable {
  var feature: Int
  var threshold: Float
  var sign: Double
  var step = 0.0
}

/// The negative log likelihood of bags in which a single instance can make a bag positive.
struct BoostedLikelihood: Sendable {
  let bags: [Range<Int>]
  let labels: [Int]

  /// Returns log(1 + exp(x)), which is -log of the probability that an instance is negative.
  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  /// Returns the cost of instance values f.
  func cost(_ values: [Double]) -> Double {
    var sum = 0.0
    for (bag, rows) in bags.enumerated() {
      let absence = rows.reduce(0.0) { $0 + softplus(values[$1]) }
      sum += labels[bag] == 1 ? absenceCost(absence).value : absence
    }
    return sum
  }

  /// Returns the negative gradient of the cost in each instance value: p_i (t - P) / P.
  func weights(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: values.count)
    for (bag, rows) in bags.enumerated() {
      let absence = rows.reduce(0.0) { $0 + softplus(values[$1]) }
      // (1 - P) / P of a positive bag.
      let factor = labels[bag] == 1 ? -absenceCost(absence).slope : -1
      for row in rows { result[row] = factor / (1 + exp(-values[row])) }
    }
    return result
  }

  /// Returns the step along signs with the lowest cost, up to a limit, by bisection on the sign of the slope.
  func step(_ values: [Double], along signs: [Double], atMost limit: Double) -> Double {
    func gain(_ step: Double) -> Double {
      let weights = weights(zip(values, signs).map { $0 + step * $1 })
      return zip(weights, signs).reduce(0) { $0 + $1.0 * $1.1 }
    }
    guard gain(0) > 0 else { return 0 }
    if gain(limit) >= 0 { return limit }
    var (low, high) = (0.0, limit)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if gain(middle) > 0 { low = middle } else { high = middle }
    }
    return low
  }
}

/// Finds the best stump for weights of instances; the instances are sorted once.
struct StumpSearch: Sendable {
  private let instances: Matrix<Float>
  /// The rows sorted by each feature.
  private let orders: [[Int32]]

  init(_ instances: Matrix<Double>) {
    self.instances = instances.map { Float($0) }
    let all = self.instances
    orders = (0..<all.columns).map { feature in
      let column = all.column(feature)
      return column.indices.sorted { (column[$0], $0) < (column[$1], $1) }.map { Int32($0) }
    }
  }

  /// Returns the stump with the largest sum of weight times value; ties go to the first. It is nil if no feature
  /// varies.
  func best(_ weights: [Double]) -> Stump? {
    let total = weights.reduce(0, +)
    var best: (gain: Double, stump: Stump)?
    instances.withUnsafeElements { elements in
      for (feature, order) in orders.enumerated() {
        var below = 0.0
        for place in 0..<max(order.count - 1, 0) {
          let row = Int(order[place])
          below += weights[row]
          // Values above the threshold count with their sign, those below with the opposite sign.
          let sum = total - 2 * below
          guard abs(sum) > best?.gain ?? 1e-12 else { continue }
          let value = elements[row * instances.columns + feature]
          let next = elements[Int(order[place + 1]) * instances.columns + feature]
          guard value < next else { continue }
          let middle = value + (next - value) / 2
          best = (
            abs(sum),
            Stump(feature: feature, threshold: middle < next ? middle : value, sign: sum > 0 ? 1 : -1)
          )
        }
      }
    }
    return best?.stump
  }

  /// Returns the value of each instance, -1 or 1.
  func signs(_ stump: Stump) -> [Double] {
    (0..<instances.rows).map { instances[$0, stump.feature] > stump.threshold ? stump.sign : -stump.sign }
  }
}

/// Fitted stumps: the score of a bag is the probability that one of its instances is positive.
private struct FittedStumps: FittedModel {
  let stumps: [Stump]
  let featureCount: Int
  let notes: [String: String]

  func predict(_ bags: BagDataset) throws -> [Double] {
    let instances = try bags.finiteMatrix()
    return bags.rowsOfBags.map { rows in
      let values = rows.map { row in
        stumps.reduce(0.0) { sum, stump in
          sum + (instances[row, stump.feature] > stump.threshold ? stump.step : -stump.step) * stump.sign
        }
      }
      // Sorted, so that the order of instances does not change the last bit.
      let absence = values.sorted().reduce(0.0) { $0 + max($1, 0) + log1p(exp(-abs($1))) }
      return -expm1(-absence)
    }
  }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    let numbers = stumps.flatMap { [Double($0.feature), Double($0.threshold), $0.sign, $0.step] }
    state.set("stumps", to: Matrix(rows: stumps.count, columns: 4, elements: numbers))
    return state
  }

  var summary: FitSummary { FitSummary(parameters: 3 * stumps.count, notes: notes) }
}
