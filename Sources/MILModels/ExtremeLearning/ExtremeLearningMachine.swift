import Autodiff
import LinearAlgebra
import MILData

/// ELM-MIL: random features of instances, pooled for each bag, and output weights in closed form.
///
/// Scores are decision values, called positive from 0 on; see ``RidgeConfiguration``. Sources: G.-B. Huang, Q.-Y. Zhu,
/// C.-K. Siew, Extreme learning machine: theory and applications, Neurocomputing 70, 2006,
/// doi:10.1016/j.neucom.2005.12.126; for witnesses J. Wang, L. Cai, J. Peng, Y. Jia, A novel multiple instance learning
/// method based on extreme learning machine, Computational Intelligence and Neuroscience 2015,
/// doi:10.1155/2015/405890. The poolings and the choice of the penalty are this project's.
public struct ExtremeLearningMachine: ModelConfiguration {
  /// Which instances speak for a bag.
  public enum Selection: String, Codable, Sendable, CaseIterable {
    /// All, pooled.
    case all
    /// The one with the largest score; see `WitnessClassifier`.
    case witness
  }

  /// Which instances speak for a bag; the pooling counts only where all do.
  public var selection = Selection.all
  /// The random features of instances.
  public var hidden = HiddenLayer()
  /// How instances become a bag's features.
  public var pooling = RandomFeaturePooling()
  /// The output weights.
  public var output = RidgeConfiguration()
  /// At most how often witnesses are chosen.
  public var maximumRounds = 50
  /// The number of random hidden layers whose scores are averaged.
  public var members = 1

  /// A thousand tanh units; mean, maximum and minimum; the penalty from the leave-one-out error.
  public init() {}

  /// Refuses values outside their range.
  public func validate() throws {
    try hidden.validate()
    try pooling.validate()
    try output.validate()
    try ConfigurationError.require("maximumRounds", maximumRounds, in: 1...10_000)
    try ConfigurationError.require("members", members, in: 1...1000)
  }

  /// An unfitted classifier.
  public func makeClassifier() -> any BagClassifier {
    EnsembleClassifier.of(members) {
      switch selection {
      case .all: PooledFeatureClassifier(self)
      case .witness: WitnessClassifier(self)
      }
    }
  }

  /// The output weights alone, and with witnesses which instance speaks for a bag.
  public var trained: String {
    let weights = "the output weights on random features that stay as drawn, by ridge regression"
    return selection == .all ? weights : weights + ", in turn with the witness of each bag"
  }
}

/// Random features of instances, pooled, and a ridge regression on them.
final class PooledFeatureClassifier: BagClassifier {
  var scoresAreProbabilities: Bool { false }

  private let configuration: ExtremeLearningMachine
  private var evaluator: Evaluator?
  private var solution: RidgeSolution?
  private var hasWeights = false

  init(_ configuration: ExtremeLearningMachine) { self.configuration = configuration }

  func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    guard training.instances.areFinite else { throw ModelError.hiddenFeatureOverflow }
    let graph = Graph(featureCount: training.featureCount)
    let pooled = pool(graph)
    let bags = BagMatrix(training)
    let pieces = BagPieces(bags, configuration.pooling)
    try graph.checkRegressionMemory(columns: pooled.bag.columns, for: pieces?.bags ?? bags)
    let evaluator = try Evaluator(
      graph: graph, outputs: pooled.outputs, seed: Seed.derive(from: context.seed, ["hidden"]))
    let features = pieces.map { $0.joined(evaluator.evaluate($0.bags)[0]) } ?? evaluator.evaluate(bags)[0]
    let solution = try configuration.output.solution(features, labels: training.labels)
    self.evaluator = evaluator
    self.solution = solution
    return FitSummary(parameters: solution.coefficients.count + 1, notes: solution.notes)
  }

  private func pool(_ graph: Graph) -> Pooled {
    let pooled = configuration.pooling.pool(configuration.hidden.features(of: graph.instances))
    hasWeights = pooled.weights != nil
    return pooled
  }

  func fittedState() throws -> ModelState {
    guard let evaluator, let solution else { throw ModelError.notFitted }
    var state = ModelState(of: evaluator)
    state.set("output", to: solution)
    return state
  }

  func restore(_ state: ModelState) throws {
    let graph = Graph(featureCount: state.featureCount)
    let pooled = pool(graph)
    solution = try state.solution("output", columns: pooled.bag.columns)
    evaluator = try state.evaluator(of: graph, outputs: pooled.outputs)
  }

  /// The random features of a block of instances, and the regression on those of bags.
  func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = Graph(featureCount: training.features)
    let columns = pool(graph).bag.columns
    func pieces(_ shape: BagShape) -> BagShape {
      var shape = shape
      if BagPieces.canJoin(configuration.pooling) { shape.longestBag = min(shape.longestBag, BagPieces.limit) }
      shape.bags = min(shape.bags, Self.scoredTogether)
      return shape
    }
    let block = max(graph.block(pieces(training)), graph.block(pieces(scoring)))
    let scored = 12 * Double(min(scoring.bags, Self.scoredTogether)) * Double(columns)
    return 4 * (3 * Double(graph.frozenParameterCount) + block) + scored + 2 * (training.bytes + scoring.bytes)
      + Graph.regressionMemory(rows: training.bags, bags: training.bags, columns: columns)
  }

  /// The number of bags whose features are held at a time when they are scored.
  private static let scoredTogether = 4096

  func score(_ bags: BagDataset) throws -> [Double] {
    guard bags.bagCount > Self.scoredTogether else { return try scores(bags) }
    return try stride(from: 0, to: bags.bagCount, by: Self.scoredTogether).flatMap { first in
      try scores(bags.selecting(bags: Array(first..<min(first + Self.scoredTogether, bags.bagCount))))
    }
  }

  private func scores(_ bags: BagDataset) throws -> [Double] {
    guard let evaluator, let solution else { throw ModelError.notFitted }
    try bags.requireFeatures(evaluator.featureCount)
    guard let pieces = BagPieces(BagMatrix(bags), configuration.pooling) else {
      return solution.predictions(try outputs(for: bags)[0].map { Double($0) })
    }
    let features = pieces.joined(evaluator.evaluate(pieces.bags)[0])
    guard features.areFinite else { throw ModelError.hiddenFeatureOverflow }
    return solution.predictions(features.map { Double($0) })
  }

  func instanceWeights(_ bags: BagDataset) throws -> [Double]? {
    guard evaluator != nil else { throw ModelError.notFitted }
    return hasWeights ? try outputs(for: bags)[1].elements.map(Double.init) : nil
  }

  private func outputs(for bags: BagDataset) throws -> [Matrix<Float>] {
    guard let evaluator else { throw ModelError.notFitted }
    return try evaluator.finiteOutputs(for: bags)
  }
}

extension Evaluator {
  /// The outputs for bags that need not be those of the fit.
  func finiteOutputs(for bags: BagDataset) throws -> [Matrix<Float>] {
    try bags.requireFeatures(featureCount)
    let outputs = evaluate(BagMatrix(bags))
    guard outputs.allSatisfy(\.areFinite) else { throw ModelError.hiddenFeatureOverflow }
    return outputs
  }
}

extension Graph {
  /// The bytes of a regression: features of rows, those of bags in double precision, and their products.
  static func regressionMemory(rows: Int, bags: Int, columns: Int) -> Double {
    let (bags, columns) = (Double(bags), Double(columns))
    let side = min(bags, columns)
    return 4 * Double(rows) * columns + 8 * (4 * bags * columns + 4 * side * side)
  }

  /// Refuses a regression that would exhaust the memory: features of bags, and their products.
  func checkRegressionMemory(columns: Int, rows: Int? = nil, for bags: BagMatrix) throws {
    let shape = BagShape(
      bags: bags.bagCount, instances: bags.instances.rows, features: bags.instances.columns,
      longestBag: bags.largestBatch(of: 1))
    let bytes =
      4 * (3 * Double(frozenParameterCount) + block(shape))
      + Self.regressionMemory(rows: rows ?? bags.bagCount, bags: bags.bagCount, columns: columns)
    try ModelError.requireMemory(bytes: bytes, of: "the regression", advice: "fewer hiddenUnits need less")
  }
}
