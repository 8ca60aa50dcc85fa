import Autodiff
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
  package var classWeights = ClassWeights.equal

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
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let features = try BagMeans.features(training)
    try ComputationGraph(featureCount: training.featureCount)
      .checkRegressionMemory(columns: features.columns, for: BagShape(training))
    let weights = try classWeights.weights(training.targets)
    let classes = training.targets.classCount
    let regression = try ClassRegression(
      features, labels: training.labels, classes: classes, weights: weights, penalty: penalty)
    return FittedMeanRegression(
      regression: regression, task: training.task,
      summary: FitSummary(parameters: regression.parameterCount, notes: regression.notes))
  }

  /// Restores the regression from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let task = try state.task
    let regression = try ClassRegression(
      from: state, named: "output", count: task.predictionColumns, columns: state.featureCount)
    return FittedMeanRegression(regression: regression, task: task, summary: FitSummary())
  }

  /// Returns the memory for the values of a block, and for the regression on bag means.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = ComputationGraph(featureCount: training.features)
    _ = graph.instances.meanOverInstances()
    return 4 * max(graph.block(training), graph.block(scoring)) + 2 * (training.bytes + scoring.bytes)
      + ComputationGraph.regressionMemory(rows: training.bags, bags: training.bags, columns: training.features)
  }
}

/// A fitted logistic regression on bag means.
private struct FittedMeanRegression: FittedModel {
  let regression: ClassRegression
  let task: any BagTask
  let summary: FitSummary

  func predict(_ bags: BagDataset) throws -> [Double] { regression.probabilities(try BagMeans.features(bags)) }

  var state: ModelState? {
    var state = ModelState(featureCount: regression.columnCount)
    regression.keep(in: &state, named: "output")
    state.set(task)
    return state
  }
}

/// The mean of each bag's instances.
private enum BagMeans {
  static func features(_ bags: BagDataset) throws -> Matrix<Double> {
    let graph = ComputationGraph(featureCount: bags.featureCount)
    // The seed has no effect, since nothing is random.
    let evaluator = try Evaluator(graph: graph, outputs: [graph.instances.meanOverInstances()], seed: 0)
    let means = try BagStream(bags, isPrepared: false).outputs(evaluator, of: graph)[0]
    guard means.areFinite else {
      throw ModelError("the mean of a bag is not a finite number, expected finite features of moderate size")
    }
    return means.map { Double($0) }
  }
}
