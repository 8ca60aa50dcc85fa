import Autodiff
import LinearAlgebra
import MILData

/// Extreme attention whose output weights are always those of the ridge regression on the present bag vectors.
///
/// Minimised over the attention vector w is F(w) = min over beta and intercept of
/// `sum_b weight_b (target_b - intercept - z_b(w) . beta)^2 + penalty |beta|^2`. At the minimum the derivatives by beta and
/// intercept vanish, so the derivative of F by w is that of the sum of squares with beta and intercept held fixed: each
/// step solves for these, puts them into a frozen layer, and follows the gradient of the squared error. The penalty is
/// chosen once, on the bag vectors of the first w, so that all steps minimise one function.
///
/// Source: G. H. Golub, V. Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose
/// variables separate, SIAM Journal on Numerical Analysis 10(2), 1973, doi:10.1137/0710036.
final class VariableProjectionClassifier: BagClassifier {
  var scoresAreProbabilities: Bool { false }

  private let configuration: ExtremeAttention
  private var evaluator: Evaluator?
  private var solution: RidgeSolution?
  private var epoch = 0

  init(_ configuration: ExtremeAttention) { self.configuration = configuration }

  func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    guard training.instances.areFinite else { throw ModelError.hiddenFeatureOverflow }
    let bags = BagMatrix(training)
    let trainer = try makeTrainer(for: training, bags, context)
    evaluator = trainer.evaluator
    var problem = try regression(trainer, bags, training.labels)
    let penalty = try configuration.output.penalty(for: problem)
    var solution = try problem.solution(penalty: penalty)
    let order = Array(0..<bags.bagCount)
    for epoch in 1...configuration.training.epochs {
      self.epoch = epoch
      trainer.setOutput(ExtremeAttention.outputLayer, solution)
      let squares = trainer.step(on: bags, order, order.indices)
      let length = solution.coefficients.reduce(0) { $0 + $1 * $1 }
      let loss = squares + Float(penalty * length / Double(bags.bagCount))
      guard loss.isFinite else { throw TrainingDiverged(epoch: epoch) }
      problem = try regression(trainer, bags, training.labels)
      solution = try problem.solution(penalty: penalty)
      self.solution = solution
      try context.epochFinished(EpochReport(epoch: epoch, loss: loss, score: score))
    }
    return FitSummary(
      parameters: trainer.parameterCount + solution.coefficients.count + 1, steps: trainer.stepCount,
      notes: solution.notes)
  }

  /// A step on all bags, and the regression on their vectors.
  func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = Graph(featureCount: training.features)
    let pooled = configuration.pool(graph)
    return graph.memory(training: training, scoring: scoring, bagsPerStep: training.bags)
      + Graph.regressionMemory(rows: training.bags, bags: training.bags, columns: pooled.bag.columns)
  }

  private func makeTrainer(for training: BagDataset, _ bags: BagMatrix, _ context: FitContext) throws -> Trainer {
    let graph = Graph(featureCount: training.featureCount)
    let pooled = configuration.pool(graph)
    let weights = configuration.output.classWeights.weights(training.labels)
    func weight(of label: Int) -> Double { training.labels.firstIndex(of: label).map { weights[$0] } ?? 1 }
    let loss = configuration.projectedLoss(
      graph, pooled.bag, positiveWeight: weight(of: 1), negativeWeight: weight(of: 0))
    try graph.checkMemory(for: bags, bagsPerStep: bags.bagCount)
    try graph.checkRegressionMemory(columns: pooled.bag.columns, for: bags)
    return try Trainer(
      graph: graph, loss: loss, outputs: pooled.outputs, optimiser: configuration.training.rule,
      seed: Seed.derive(from: context.seed, ["network"]))
  }

  private func regression(_ trainer: Trainer, _ bags: BagMatrix, _ labels: [Int]) throws -> RidgeProblem {
    let features = trainer.evaluate(bags)[0]
    // The first features come from the bags alone, later ones from what was learned.
    guard features.areFinite else {
      throw epoch > 0 ? TrainingDiverged(epoch: epoch) : ModelError.hiddenFeatureOverflow as any Error
    }
    return try configuration.output.problem(features, labels: labels)
  }

  func fittedState() throws -> ModelState {
    guard let evaluator, let solution else { throw ModelError.notFitted }
    var state = ModelState(of: evaluator)
    state.set("regression", to: solution)
    return state
  }

  func restore(_ state: ModelState) throws {
    let graph = Graph(featureCount: state.featureCount)
    let pooled = configuration.pool(graph)
    solution = try state.solution("regression", columns: pooled.bag.columns)
    evaluator = try state.evaluator(of: graph, outputs: pooled.outputs)
  }

  func score(_ bags: BagDataset) throws -> [Double] {
    let features = try outputs(for: bags)[0]
    return solution?.predictions(features.map { Double($0) }) ?? []
  }

  func instanceWeights(_ bags: BagDataset) throws -> [Double]? { try outputs(for: bags)[1].elements.map(Double.init) }

  private func outputs(for bags: BagDataset) throws -> [Matrix<Float>] {
    guard let evaluator, solution != nil else { throw ModelError.notFitted }
    return try evaluator.finiteOutputs(for: bags)
  }
}

extension Trainer {
  /// Puts regression coefficients into the frozen layer `name`.
  fileprivate func setOutput(_ name: String, _ solution: RidgeSolution) {
    setParameter(name + ".weight", to: solution.column)
    setParameter(name + ".bias", to: Matrix(rows: 1, columns: 1, elements: [Float(solution.intercept)]))
  }
}

extension RidgeSolution {
  /// The coefficients as a network takes them.
  var column: Matrix<Float> {
    Matrix(rows: coefficients.count, columns: 1, elements: coefficients.map(Float.init))
  }
}
