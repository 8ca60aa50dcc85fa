import Autodiff
import LinearAlgebra
import MILBags
import UserInput

/// RAM-MIL: a bag is classified by its own vector and by those of the training bags with the lowest transport costs.
///
/// A network with attention is trained first. With a_i the attention to instance x_i, a bag's vector is z = sum a_i
/// x_i, and S is the `share` of its instances with the largest a_i. The cost of two bags is that of entropic transport
/// between their S, with masses by the attention to them:
///
///     T(X, Z) = sum P_ab |x_a - z_b|^2 / features,  P of Sinkhorn's rounds with entropy epsilon
///     score = sigmoid(w [z; mean of z over the neighbours of least cost] + intercept)
///
/// where w minimises the penalised logistic loss. A training bag is not its own neighbour; if there is no other bag,
/// its own vector is used.
///
/// Source: Y. Cui, Z. Liu, Y. Chen et al., Retrieval-augmented multiple instance learning, NeurIPS 2023, with the
/// public code github.com/ralphc1212/ram-mil. Deviations: the classifier is a logistic regression, not a second network
/// with attention; vectors of neighbours are concatenated to the bag's own instead of being added to it.
package struct RetrievalModel: Model {
  /// The network whose attention selects the instances.
  package var network = ClusteringAttentionNetwork()
  /// The number of retrieved training bags.
  package var neighbours = 3
  /// The share of a bag's instances to transport.
  package var share = 0.2
  /// The weight of the entropy, in units of squared distance per feature.
  package var epsilon = 0.1
  /// The number of Sinkhorn iterations.
  package var rounds = 50
  /// The weight of |w|^2 / 2.
  package var penalty = 1.0

  /// Creates a model with three neighbours by a fifth of the instances, after CLAM.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try network.validate()
    try ConfigurationError.require("neighbours", neighbours, in: 1...10_000)
    try ConfigurationError.require("share", share, in: 1e-6...1)
    try ConfigurationError.require("epsilon", epsilon, in: 1e-4...1e6)
    try ConfigurationError.require("rounds", rounds, in: 1...100_000)
    try ConfigurationError.require("penalty", penalty, in: 1e-6...1e12)
  }

  /// The traits; scores are probabilities of the regression.
  package var traits: ModelTraits {
    var traits = ModelTraits(
      trained:
        "all layers of the network by gradient, and a weight an element of the bag's and its neighbours' vector, "
        + "by Newton's method")
    traits.comparesAllInstances = true
    traits.epochsAreOfAPart = true
    return traits
  }

  private var transport: TransportCost { TransportCost(epsilon: epsilon, rounds: rounds) }

  /// Trains the network, retrieves the neighbours of each training bag and fits the regression to both.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    _ = try training.finiteInstances()
    // Epochs of the network are not reported as epochs of the model.
    var own = FitContext(seed: context.seed, shared: context.shared)
    (own.announce, own.initialSeed) = (context.announce, context.initialSeed)
    let network = try network.fit(training, own)
    let memory = try attended(training, network)
    var costs = Matrix<Double>(rows: memory.count, columns: memory.count)
    for first in 0..<memory.count {
      for second in 0..<first {
        let cost = try memory.cost(of: first, onto: second, of: memory, transport)
        (costs[first, second], costs[second, first]) = (cost, cost)
      }
    }
    let rows = (0..<memory.count).map { bag in
      let vector = memory.vectors.row(bag)
      let costs = (0..<memory.count).map { costs[bag, $0] }
      return vector + (memory.retrieved(neighbours, by: costs, leaving: bag) ?? vector)
    }
    let regression = try ClassRegression(
      Matrix(rows), labels: training.labels, classes: 2, weights: Array(repeating: 1, count: training.bagCount),
      penalty: penalty)
    return FittedRetrieval(
      model: self, network: network, memory: memory, regression: regression,
      summary: FitSummary(
        parameters: network.summary.parameters + regression.parameterCount, steps: network.summary.steps,
        notes: regression.notes))
  }

  /// Returns the bags weighted by a fitted network's attention.
  fileprivate func attended(_ bags: BagDataset, _ network: any FittedModel) throws -> AttendedBags {
    guard let relevance = try network.relevance(bags), relevance.columns == 1 else {
      throw ModelError("the network has no attention to instances, expected relevance=attention")
    }
    return try AttendedBags(bags, attention: relevance.values, share: share)
  }

  /// Returns the scores of bags, given the training bags.
  fileprivate func scores(
    _ bags: AttendedBags, _ memory: AttendedBags, _ regression: ClassRegression
  ) throws -> [Double] {
    let rows = try (0..<bags.count).map { bag in
      let costs = try (0..<memory.count).map { try bags.cost(of: bag, onto: $0, of: memory, transport) }
      let vector = bags.vectors.row(bag)
      return vector + (memory.retrieved(neighbours, by: costs) ?? vector)
    }
    return regression.probabilities(Matrix(rows))
  }

  /// Restores the network, the training bags and the regression from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let instances = try state.floats("bags.instances", columns: state.featureCount)
    let vectors = try state.doubles("bags.vectors", columns: state.featureCount)
    let rows = try state.ranges("bags.sizes", count: vectors.rows, of: instances.rows)
    let shares = try state.doubles("bags.shares", rows: 1, columns: instances.rows).elements
    let regression = try ClassRegression(from: state, named: "output", count: 1, columns: 2 * state.featureCount)
    return FittedRetrieval(
      model: self, network: try network.fitted(from: try state.part("network")),
      memory: AttendedBags(
        instances: rows.map { instances.selectingRows([$0]) }, shares: rows.map { Array(shares[$0]) }, vectors: vectors),
      regression: regression, summary: FitSummary())
  }

  /// Returns the memory for the network, the most attended instances of all bags, and the distances of the two longest.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let longest = max(1, share * Double(max(training.longestBag, scoring.longestBag)))
    let pairs = Double(training.bags + scoring.bags) * Double(training.bags + scoring.bags)
    return try network.memory(training: training, scoring: scoring) + 2 * (training.bytes + scoring.bytes)
      + 40 * longest * longest + 16 * pairs
      + ComputationGraph.regressionMemory(rows: training.bags, bags: training.bags, columns: 2 * training.features)
  }
}

/// A fitted network, training bags and regression.
private struct FittedRetrieval: FittedModel {
  let model: RetrievalModel
  let network: any FittedModel
  let memory: AttendedBags
  let regression: ClassRegression
  let summary: FitSummary

  func predict(_ bags: BagDataset) throws -> [Double] {
    _ = try bags.finiteInstances()
    return try model.scores(try model.attended(bags, network), memory, regression)
  }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? { try network.relevance(bags) }

  var state: ModelState? {
    guard let network = network.state else { return nil }
    var state = ModelState(featureCount: network.featureCount)
    state.add(network, under: "network")
    let elements = memory.instances.flatMap(\.elements)
    state.set(
      "bags.instances",
      to: Matrix(rows: elements.count / network.featureCount, columns: network.featureCount, elements: elements))
    state.set("bags.sizes", to: memory.instances.map { Double($0.rows) })
    state.set("bags.shares", to: memory.shares.flatMap { $0 })
    state.set("bags.vectors", to: memory.vectors)
    regression.keep(in: &state, named: "output")
    return state
  }
}
