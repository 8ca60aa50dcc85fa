import Autodiff
import LinearAlgebra
import MILBags

/// Features of bags from random or learned parameters, with a ridge regression on them. It predicts signed decision
/// values, one per class if there are several, or numbers.
struct FittedRegression: FittedModel {
  let summary: FitSummary
  private let evaluator: FittedEvaluator
  private let solutions: [RidgeSolution]
  /// The fitted task.
  private let task: any BagTask
  private let hasWeights: Bool
  /// The pooling of long bags that are split into pieces; nil if they stay whole.
  private let pieces: RandomFeaturePooling?

  /// The number of bags whose features are held at a time during scoring.
  static let scoredTogether = 4096
  private static let output = "output"

  /// Creates a regression on the graph built by `pool`, with the parameters of a state.
  init(
    _ solutions: [RidgeSolution], _ task: any BagTask, _ parameters: ModelState, _ summary: FitSummary,
    pieces: RandomFeaturePooling? = nil,
    pool: @escaping @Sendable (ComputationGraph) -> Pooled
  ) throws {
    evaluator = try FittedEvaluator(parameters) { pool($0).outputs }
    hasWeights = pool(ComputationGraph(featureCount: parameters.featureCount)).weights != nil
    (self.solutions, self.task, self.summary, self.pieces) = (solutions, task, summary, pieces)
  }

  /// Restores the regression from a state.
  init(
    from state: ModelState, pieces: RandomFeaturePooling? = nil, pool: @escaping @Sendable (ComputationGraph) -> Pooled
  ) throws {
    let columns = pool(ComputationGraph(featureCount: state.featureCount)).bag.columns
    let task = try state.task
    try self.init(
      state.solutions(Self.output, count: task.predictionColumns, columns: columns), task, state, FitSummary(),
      pieces: pieces, pool: pool)
  }

  var state: ModelState? {
    var state = evaluator.state
    state.set(Self.output, to: solutions)
    state.set(task)
    return state
  }

  func predict(_ bags: BagDataset) throws -> [Double] {
    guard bags.bagCount > Self.scoredTogether else { return try scores(bags) }
    return try stride(from: 0, to: bags.bagCount, by: Self.scoredTogether).flatMap { first in
      try scores(bags.selecting(bags: Array(first..<min(first + Self.scoredTogether, bags.bagCount))))
    }
  }

  private func scores(_ bags: BagDataset) throws -> [Double] {
    guard let pieces = try pieces.flatMap({ try BagPieces(BagMatrix(bags), $0) }) else {
      return solutions.predictions(try evaluator.finiteOutputs(for: bags)[0].map { Double($0) })
    }
    let features = pieces.joined(evaluator.outputs(for: pieces.bags)[0])
    guard features.areFinite else { throw ModelError.hiddenFeatureOverflow }
    return solutions.predictions(features.map { Double($0) })
  }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    guard hasWeights else { return nil }
    return InstanceRelevance(
      kind: .weights, values: try evaluator.finiteOutputs(for: bags)[1].elements.map(Double.init))
  }
}
