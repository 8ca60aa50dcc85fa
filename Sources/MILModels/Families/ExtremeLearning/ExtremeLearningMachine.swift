import Autodiff
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// ELM-MIL: random features of instances, pooled for each bag, and output weights in closed form.
///
/// Scores are decision values, positive from 0 on; see ``RidgeConfiguration``. Sources: G.-B. Huang, Q.-Y. Zhu, C.-K.
/// Siew, Extreme learning machine: theory and applications, Neurocomputing 70, 2006, doi:10.1016/j.neucom.2005.12.126;
/// for witnesses J. Wang, L. Cai, J. Peng, Y. Jia, A novel multiple instance learning method based on extreme learning
/// machine, Computational Intelligence and Neuroscience 2015, doi:10.1155/2015/405890. The poolings and the choice of
/// the penalty are this project's.
package struct ExtremeLearningMachine: Model {
  /// The instances that represent a bag.
  package enum Selection: String, Codable, Sendable, CaseIterable {
    /// All, pooled.
    case all
    /// The one with the largest score; see `WitnessAlternation`.
    case witness
  }

  /// The instances that represent a bag; the pooling is used only if all do.
  package var selection = Selection.all
  /// The random features of instances.
  package var hidden = HiddenLayer()
  /// The pooling of the instances' features.
  package var pooling = RandomFeaturePooling()
  /// The output weights.
  package var output = RidgeConfiguration()
  /// The largest number of choices of witnesses.
  package var maximumRounds = 50
  /// The number of random hidden layers whose scores are averaged.
  package var members = 1

  /// Creates a model with a thousand tanh units, mean, maximum and minimum, and the penalty by the leave-one-out error.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try hidden.validate()
    try pooling.validate()
    try output.validate()
    try ConfigurationError.require("maximumRounds", maximumRounds, in: 1...10_000)
    try ConfigurationError.require("members", members, in: 1...1000)
  }

  /// The traits; scores are decision values. Only the output weights are fitted, and with witnesses the choice of
  /// instances.
  package var traits: ModelTraits {
    let weights = "the output weights on random features that stay as drawn, by ridge regression"
    var traits = ModelTraits(
      scores: .decisions, trained: selection == .all ? weights : weights + ", in turn with the witness of each bag")
    if selection == .all { traits.targets = [.twoClasses, .classes, .numbers] }
    return traits
  }

  /// Draws hidden layers and solves for the output weights.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    try fitMembers(members, context) { context in
      switch selection {
      case .all: try fitPooled(training, context)
      case .witness: try WitnessAlternation(configuration: self).fit(training, context)
      }
    }
  }

  /// Restores the machine from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    try keptMembers(members, state) { state in
      switch selection {
      case .all: try FittedRegression(from: state, pieces: pooling) { pool($0) }
      case .witness: try WitnessAlternation(configuration: self).fitted(from: state)
      }
    }
  }

  /// Returns the memory of one member: members are fitted one after the other.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    switch selection {
    case .all: pooledMemory(training: training, scoring: scoring)
    case .witness: try WitnessAlternation(configuration: self).memory(training: training, scoring: scoring)
    }
  }

  /// Pools random features of instances and fits a ridge regression to them.
  private func fitPooled(_ training: BagDataset, _ context: FitContext) throws -> FittedRegression {
    let training = try training.loaded()
    guard training.instances.areFinite else { throw ModelError.hiddenFeatureOverflow }
    let graph = ComputationGraph(featureCount: training.featureCount)
    let pooled = pool(graph)
    let bags = try BagMatrix(training)
    let pieces = BagPieces(bags, pooling)
    try graph.checkRegressionMemory(columns: pooled.bag.columns, for: pieces?.shape ?? BagShape(training))
    let evaluator = try Evaluator(
      graph: graph, outputs: pooled.outputs, seed: Seed.derive(from: context.seed, ["hidden"]))
    let features = pieces.map { $0.joined(evaluator.evaluate($0.bags)[0]) } ?? evaluator.evaluate(bags)[0]
    let solutions = try output.solutions(features, training.targets)
    return try FittedRegression(
      solutions, training.task, ModelState(of: evaluator),
      FitSummary(parameters: solutions.parameterCount, notes: solutions[0].notes), pieces: pooling
    ) { pool($0) }
  }

  private func pool(_ graph: ComputationGraph) -> Pooled { pooling.pool(hidden.features(of: graph.instances)) }

  /// Returns the memory for the random features of a block of instances, and the regression on those of bags.
  private func pooledMemory(training: BagShape, scoring: BagShape) -> Double {
    let graph = ComputationGraph(featureCount: training.features)
    let columns = pool(graph).bag.columns
    func pieces(_ shape: BagShape) -> BagShape {
      var shape = shape
      if BagPieces.canJoin(pooling) { shape.longestBag = min(shape.longestBag, BagPieces.limit) }
      shape.bags = min(shape.bags, FittedRegression.scoredTogether)
      return shape
    }
    let block = max(graph.block(pieces(training)), graph.block(pieces(scoring)))
    let scored = 12 * Double(min(scoring.bags, FittedRegression.scoredTogether)) * Double(columns)
    return 4 * (3 * Double(graph.frozenParameterCount) + block) + scored + 2 * (training.bytes + scoring.bytes)
      + ComputationGraph.regressionMemory(rows: training.bags, bags: training.bags, columns: columns)
  }
}

extension ComputationGraph {
  /// Returns the bytes of a regression: features of rows, those of bags in double precision, and their products.
  static func regressionMemory(rows: Int, bags: Int, columns: Int) -> Double {
    let (bags, columns) = (Double(bags), Double(columns))
    let side = min(bags, columns)
    return 4 * Double(rows) * columns + 8 * (4 * bags * columns + 4 * side * side)
  }

  /// Throws if a regression would exhaust the memory with the features of bags and their products.
  func checkRegressionMemory(columns: Int, rows: Int? = nil, for bags: BagShape) throws {
    let bytes =
      4 * (3 * Double(frozenParameterCount) + block(bags))
      + Self.regressionMemory(rows: rows ?? bags.bags, bags: bags.bags, columns: columns)
    try ModelError.requireMemory(bytes: bytes, of: "the regression", advice: "fewer hiddenUnits need less")
  }
}
