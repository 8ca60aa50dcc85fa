import Autodiff
import LinearAlgebra
import MILBags
import MILRecords

/// Extreme attention whose output weights are always those of the ridge regression on the current bag vectors.
///
/// The loss over the attention vector w is F(w) = min over beta and intercept of
/// `sum_b weight_b (target_b - intercept - z_b(w) . beta)^2 + penalty |beta|^2`. At the minimum the derivatives by beta
/// and intercept vanish. The derivative of F by w is therefore that of the sum of squares with beta and intercept held
/// fixed. Each step solves for these, puts them into a frozen layer, and follows the gradient of the squared error. The
/// penalty is chosen once, on the bag vectors of the first w, so that all steps minimise one function.
///
/// Source: G. H. Golub, V. Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose
/// variables separate, SIAM Journal on Numerical Analysis 10(2), 1973, doi:10.1137/0710036.
struct VariableProjection {
  let configuration: ExtremeAttention

  func fit(_ training: BagDataset, _ context: FitContext) throws -> FittedRegression {
    let training = try training.loaded()
    guard training.instances.areFinite else { throw ModelError.hiddenFeatureOverflow }
    let bags = try BagMatrix(training)
    let trainer = try makeTrainer(for: training, bags, context)
    var problem = try regression(trainer, bags, training.targets, epoch: 0)
    let penalty = try configuration.output.penalty(for: problem)
    var solution = try problem.solution(penalty: penalty)
    let order = Array(0..<bags.bagCount)
    for epoch in 1...configuration.training.epochs {
      trainer.setOutput(ExtremeAttention.outputLayer, solution)
      let squares = trainer.step(on: bags, order, order.indices)
      let length = solution.coefficients.reduce(0) { $0 + $1 * $1 }
      let loss = squares + Float(penalty * length / Double(bags.bagCount))
      guard loss.isFinite else { throw TrainingDiverged(epoch: epoch) }
      problem = try regression(trainer, bags, training.targets, epoch: epoch)
      solution = try problem.solution(penalty: penalty)
      try context.epochFinished(
        EpochReport(epoch: epoch, loss: loss) { [solution] bags in
          let outputs = try BagStream(bags, isPrepared: false).outputs(
            trainer.evaluator, of: ComputationGraph(featureCount: trainer.featureCount))
          guard outputs.allSatisfy(\.areFinite) else { throw ModelError.hiddenFeatureOverflow }
          return solution.predictions(outputs[0].map { Double($0) })
        })
    }
    let summary = FitSummary(
      parameters: trainer.parameterCount + solution.coefficients.count + 1, steps: trainer.stepCount,
      notes: solution.notes)
    return try FittedRegression(
      [solution], training.task, ModelState(of: trainer.evaluator), summary, pool: configuration.pool)
  }

  /// Restores the regression from a state.
  func fitted(from state: ModelState) throws -> FittedRegression {
    try FittedRegression(from: state, pool: configuration.pool)
  }

  /// Returns the memory for a step on all bags, and the regression on their vectors.
  func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = ComputationGraph(featureCount: training.features)
    let pooled = configuration.pool(graph)
    return graph.memory(training: training, scoring: scoring, bagsPerStep: training.bags)
      + ComputationGraph.regressionMemory(rows: training.bags, bags: training.bags, columns: pooled.bag.columns)
  }

  private func makeTrainer(for training: BagDataset, _ bags: BagMatrix, _ context: FitContext) throws -> Trainer {
    let graph = ComputationGraph(featureCount: training.featureCount)
    let pooled = configuration.pool(graph)
    let weights = configuration.output.classWeights.weights(training.labels)
    func weight(of label: Int) -> Double { training.labels.firstIndex(of: label).map { weights[$0] } ?? 1 }
    let loss = configuration.projectedLoss(
      graph, pooled.bag, positiveWeight: weight(of: 1), negativeWeight: weight(of: 0))
    try graph.check(bags)
    try graph.checkMemory(for: BagShape(training), bagsPerStep: bags.bagCount)
    try graph.checkRegressionMemory(columns: pooled.bag.columns, for: BagShape(training))
    return try Trainer(
      graph: graph, loss: loss, outputs: pooled.outputs, optimiser: configuration.training.rule,
      seed: Seed.derive(from: context.seed, ["network"]))
  }

  private func regression(
    _ trainer: Trainer, _ bags: BagMatrix, _ targets: Targets, epoch: Int
  ) throws -> RidgeProblem {
    let features = trainer.evaluate(bags)[0]
    // The first features come from the bags alone, later ones from learned parameters.
    guard features.areFinite else {
      throw epoch > 0 ? TrainingDiverged(epoch: epoch) : ModelError.hiddenFeatureOverflow as any Error
    }
    return try configuration.output.problem(features, targets)
  }
}

extension Trainer {
  /// Sets the frozen layer `name` to regression coefficients.
  fileprivate func setOutput(_ name: String, _ solution: RidgeSolution) {
    setParameter(name + ".weight", to: solution.column)
    setParameter(name + ".bias", to: Matrix(rows: 1, columns: 1, elements: [Float(solution.intercept)]))
  }
}

extension RidgeSolution {
  /// The coefficients in the shape of a layer's weight.
  var column: Matrix<Float> {
    Matrix(rows: coefficients.count, columns: 1, elements: coefficients.map(Float.init))
  }
}
