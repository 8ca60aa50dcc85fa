import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// The linear baseline: logistic regression on the mean of each bag's instances, with an L2 penalty.
///
/// The loss is `sum_b weight_b log(1 + exp(-t_b (intercept + z_b . beta))) + penalty / 2 |beta|^2` with t = +1 or -1;
/// the intercept is not penalised. Several classes have a weight vector each, and the softmax of their values replaces
/// the logistic function; see `MultinomialRegression`. If all bags have one label the score is (p + 1/2) / (n + 1) with
/// p of n positive, since the optimal intercept would be infinite. Source: D. R. Cox, The regression analysis of binary
/// sequences, Journal of the Royal Statistical Society B 20(2), 1958, doi:10.1111/j.2517-6161.1958.tb00292.x.
package struct MeanLogisticRegression: Model {
  /// The weight of |beta|^2 / 2; the inverse of scikit-learn's C.
  package var penalty = 1.0
  /// The weights of bags.
  package var classWeights = RidgeConfiguration.ClassWeights.equal

  /// Creates a model with penalty 1 and equal weights.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try ConfigurationError.require("penalty", penalty, in: 1e-6...1e12) }

  /// The traits, of a fit of a weight per feature and the intercept.
  package var traits: ModelTraits {
    var traits = ModelTraits(trained: "a weight a feature and the intercept, by Newton's method to convergence")
    traits.isDeterministic = true
    traits.targets = [.twoClasses, .classes]
    return traits
  }

  /// Fits by Newton's method on bag means.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let features = try BagMeans.features(training)
    try Graph(featureCount: training.featureCount)
      .checkRegressionMemory(columns: features.columns, for: BagShape(training))
    let weights = try classWeights.weights(training.targets)
    let solutions: [RidgeSolution]
    let iterations: Int
    if training.targets.classCount > 2 {
      var regression = MultinomialRegression(
        features, labels: training.labels, classes: training.targets.classCount, weights: weights, penalty: penalty)
      solutions = regression.solutions()
      iterations = regression.iterations
    } else {
      var regression = LogisticRegression(features, labels: training.labels, weights: weights, penalty: penalty)
      solutions = [try regression.solution()]
      iterations = regression.iterations
    }
    return FittedLogistic(
      solutions: solutions, task: training.task,
      summary: FitSummary(parameters: solutions.parameterCount, notes: ["iterations": "\(iterations)"]))
  }

  /// Restores the regression from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let task = try state.task
    return FittedLogistic(
      solutions: try state.solutions("output", count: task.predictionColumns, columns: state.featureCount), task: task,
      summary: FitSummary())
  }

  /// Returns the memory for the values of a block, and for the regression on bag means.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = Graph(featureCount: training.features)
    _ = graph.instances.meanOverInstances()
    return 4 * max(graph.block(training), graph.block(scoring)) + 2 * (training.bytes + scoring.bytes)
      + Graph.regressionMemory(rows: training.bags, bags: training.bags, columns: training.features)
  }
}

/// A fitted logistic regression on bag means.
private struct FittedLogistic: FittedModel {
  let solutions: [RidgeSolution]
  let task: any BagTask
  let summary: FitSummary

  func predict(_ bags: BagDataset) throws -> [Double] {
    let values = solutions.predictions(try BagMeans.features(bags))
    guard solutions.count > 1 else { return values.map(LogisticRegression.probability) }
    return MultinomialRegression.probabilities(values, classes: solutions.count)
  }

  var state: ModelState? {
    var state = ModelState(featureCount: solutions.first?.coefficients.count ?? 0)
    state.set("output", to: solutions)
    state.set(task)
    return state
  }
}

/// The mean of each bag's instances.
private enum BagMeans {
  static func features(_ bags: BagDataset) throws -> Matrix<Double> {
    let graph = Graph(featureCount: bags.featureCount)
    // The seed has no effect, since nothing is random.
    let evaluator = try Evaluator(graph: graph, outputs: [graph.instances.meanOverInstances()], seed: 0)
    let means = try BagStream(bags, isPrepared: false).outputs(evaluator, of: graph)[0]
    guard means.areFinite else {
      throw ModelError("the mean of a bag is not a finite number, expected finite features of moderate size")
    }
    return means.map { Double($0) }
  }
}

/// Fits penalised logistic regression by Newton's method: each step is a weighted ridge regression.
struct LogisticRegression {
  private let design: Matrix<Double>
  private let labels: [Int]
  private let weights: [Double]
  private let penalty: Double
  /// The number of Newton steps taken.
  private(set) var iterations = 0

  init(_ design: Matrix<Double>, labels: [Int], weights: [Double], penalty: Double) {
    self.design = design
    self.labels = labels
    self.weights = weights
    self.penalty = penalty
  }

  /// Returns 1 / (1 + exp(-x)).
  static func probability(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

  /// Returns the minimum; iteration ends when a step no longer lowers the objective.
  mutating func solution() throws -> RidgeSolution {
    let (count, positives) = (Double(labels.count), Double(labels.reduce(0, +)))
    var best = RidgeSolution(
      coefficients: Array(repeating: 0, count: design.columns),
      intercept: log((positives + 0.5) / (count - positives + 0.5)), penalty: penalty)
    guard positives > 0, positives < count else { return best }
    var least = objective(best)
    while iterations < 100 {
      iterations += 1
      let step = try newton(from: best)
      // Far from the minimum a full step can increase the objective; a short enough one does not.
      var share = 1.0
      var next = step
      var value = objective(next)
      while !(value <= least) && share > 1e-10 {
        share /= 2
        next = best.moved(share, towards: step)
        value = objective(next)
      }
      guard value <= least else { break }
      let gain = least - value
      (best, least) = (next, value)
      if gain <= 1e-13 * max(least, 1e-3) { break }
    }
    return best
  }

  /// Returns the minimum of the objective's second-order expansion, a ridge regression of the working targets.
  private func newton(from point: RidgeSolution) throws -> RidgeSolution {
    let values = point.predictions(design)
    var targets = values
    var curvatures = weights
    for row in labels.indices {
      let probability = Self.probability(values[row])
      let curvature = max(probability * (1 - probability), 1e-10)
      targets[row] += (Double(labels[row]) - probability) / curvature
      curvatures[row] *= curvature
    }
    return try RidgeProblem(design, targets: targets, weights: curvatures).solution(penalty: penalty)
  }

  private func objective(_ point: RidgeSolution) -> Double {
    var sum = penalty / 2 * point.coefficients.reduce(0) { $0 + $1 * $1 }
    for (row, value) in point.predictions(design).enumerated() {
      let signed = labels[row] == 1 ? -value : value
      sum += weights[row] * (max(signed, 0) + log1p(exp(-abs(signed))))
    }
    return sum
  }
}

extension RidgeSolution {
  /// Returns the point at `share` of the way to another.
  fileprivate func moved(_ share: Double, towards other: RidgeSolution) -> RidgeSolution {
    RidgeSolution(
      coefficients: zip(coefficients, other.coefficients).map { $0 + share * ($1 - $0) },
      intercept: intercept + share * (other.intercept - intercept), penalty: penalty)
  }
}
