import Autodiff
import LinearAlgebra
import MILData

/// A network traced for bags: what is minimised and what scores.
public struct TracedNetwork {
  /// The loss of each bag, one column with a row for each; or the mean over the bags of a step, a single number, which
  /// cannot be weighted by classes.
  public var loss: Variable
  /// The probability of the positive label, one column with a row for each bag.
  public var probability: Variable
  /// How much each instance counts, one column with a row for each instance, where the network has such weights.
  public var weights: Variable?
  /// Whether the weights are probabilities of the instances themselves rather than shares in the bag's.
  public var weightsAreScores: Bool

  /// A traced network.
  public init(loss: Variable, probability: Variable, weights: Variable? = nil, weightsAreScores: Bool = false) {
    self.loss = loss
    self.probability = probability
    self.weights = weights
    self.weightsAreScores = weightsAreScores
  }

  /// What a step minimises: the mean loss over its bags.
  public var meanLoss: Variable { loss.rows == .bags ? loss.meanOverBags() : loss }

  /// As ``meanLoss``, with the loss of each bag times the weight of its class.
  ///
  /// - Parameter weights: `n / (2 n_c)` of the training bags for balanced classes; nil for none.
  /// - Throws: ``ModelError`` where weights are asked for and the network states no loss of each bag.
  package func meanLoss(weights: (negative: Double, positive: Double)?) throws -> Variable {
    guard let weights else { return meanLoss }
    guard loss.rows == .bags else {
      throw ModelError(
        "classWeights=balanced needs the loss of each bag, found a mean over bags; return the loss before meanOverBags()"
      )
    }
    let weight = loss.graph.labels * (weights.positive - weights.negative) + weights.negative
    return (loss * weight).meanOverBags()
  }

  /// What scores: the probability and, if there are any, the weights.
  var outputs: [Variable] { [probability] + (weights.map { [$0] } ?? []) }
}

/// The classifier of every network: trains a traced network bag by bag and scores with it.
public final class NetworkClassifier: BagClassifier {
  /// A network scores with probabilities.
  public var scoresAreProbabilities: Bool { true }

  private let training: TrainingConfiguration
  private let classWeights: RidgeConfiguration.ClassWeights
  private let trace: (Graph) -> TracedNetwork
  private var evaluator: Evaluator?
  private var hasWeights = false
  /// Whether the weights of instances are probabilities of their own.
  public private(set) var instanceWeightsAreScores = false
  private var epoch = 0
  /// The bags that were scored last, since a run scores the same ones after every epoch.
  private var scored: (bags: BagDataset, matrix: BagMatrix)?

  /// An unfitted network.
  ///
  /// - Parameters:
  ///   - training: how it is trained.
  ///   - classWeights: how much the loss of a bag weighs.
  ///   - trace: writes the network down; called when the number of features is known.
  public init(
    training: TrainingConfiguration, classWeights: RidgeConfiguration.ClassWeights = .equal,
    trace: @escaping (Graph) -> TracedNetwork
  ) {
    self.training = training
    self.classWeights = classWeights
    self.trace = trace
  }

  /// Draws fresh parameters and trains them for all epochs, the bags in a new order in each.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    let graph = Graph(featureCount: training.featureCount)
    let network = tracedNetwork(graph)
    let loss = try network.meanLoss(weights: classWeights.ofClasses(training.labels))
    let bags = BagMatrix(training).preparedForPasses()
    try graph.check(bags)
    try graph.checkMemory(for: bags, bagsPerStep: self.training.bagsPerStep)
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: network.outputs, optimiser: self.training.rule,
      seed: Seed.derive(from: context.seed, ["network"]))
    evaluator = trainer.evaluator
    trainer.reserve(for: bags, bagsPerStep: self.training.bagsPerStep)
    var generator = RandomGenerator(seed: Seed.derive(from: context.seed, ["order"]))
    var order = Array(0..<bags.bagCount)
    for epoch in 1...self.training.epochs {
      generator.permute(&order)
      self.epoch = epoch
      let loss = runEpoch(trainer, bags, order)
      guard loss.isFinite else { throw TrainingDiverged(epoch: epoch) }
      try context.epochFinished(EpochReport(epoch: epoch, loss: loss, score: score))
    }
    return FitSummary(parameters: trainer.parameterCount, steps: trainer.stepCount)
  }

  /// Parameters with gradients and means, the values and gradients of a step, and the values of a block that is scored.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = Graph(featureCount: training.features)
    _ = trace(graph).meanLoss
    return graph.memory(training: training, scoring: scoring, bagsPerStep: self.training.bagsPerStep)
  }

  private func tracedNetwork(_ graph: Graph) -> TracedNetwork {
    let network = trace(graph)
    hasWeights = network.weights != nil
    instanceWeightsAreScores = network.weightsAreScores
    return network
  }

  /// The parameters, learned and frozen, by the names under which the network asks for them.
  public func fittedState() throws -> ModelState {
    guard let evaluator else { throw ModelError.notFitted }
    return ModelState(of: evaluator)
  }

  /// Traces the network again and gives it the kept parameters.
  public func restore(_ state: ModelState) throws {
    let graph = Graph(featureCount: state.featureCount)
    evaluator = try state.evaluator(of: graph, outputs: tracedNetwork(graph).outputs)
    scored = nil
  }

  /// All steps of an epoch; the mean loss over its bags.
  private func runEpoch(_ trainer: Trainer, _ bags: BagMatrix, _ order: [Int]) -> Float {
    var sum = 0.0
    for first in stride(from: 0, to: order.count, by: training.bagsPerStep) {
      let range = first..<min(first + training.bagsPerStep, order.count)
      sum += Double(trainer.step(on: bags, order, range)) * Double(range.count)
    }
    return Float(sum / Double(order.count))
  }

  /// The probability of the positive label for each bag.
  ///
  /// - Throws: ``TrainingDiverged`` where one is not a number; ``ModelError`` before the fit and for bags with another
  ///   number of features.
  public func score(_ bags: BagDataset) throws -> [Double] {
    // A mean of ones can round to just above one.
    try outputs(for: bags)[0].elements.map { $0 > 1 ? 1 : Double($0) }
  }

  /// The weight of each instance, where the network has weights.
  public func instanceWeights(_ bags: BagDataset) throws -> [Double]? {
    hasWeights ? try outputs(for: bags)[1].elements.map(Double.init) : nil
  }

  private func outputs(for bags: BagDataset) throws -> [Matrix<Float>] {
    guard let evaluator else { throw ModelError.notFitted }
    try bags.requireFeatures(evaluator.featureCount)
    let outputs = evaluator.evaluate(matrix(of: bags))
    // The last step can spoil parameters that no later loss has shown.
    guard outputs.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else { throw TrainingDiverged(epoch: epoch) }
    return outputs
  }

  private func matrix(of bags: BagDataset) -> BagMatrix {
    if let scored, scored.bags == bags { return scored.matrix }
    let matrix = BagMatrix(bags).preparedForPasses()
    scored = (bags, matrix)
    return matrix
  }
}

extension Graph {
  /// The bytes of training a network and scoring with it, beside two copies of the features.
  func memory(training: BagShape, scoring: BagShape, bagsPerStep: Int) -> Double {
    let bagsPerStep = min(bagsPerStep, training.bags)
    let step = 2 * Double(valueCount(instances: training.instances(ofBags: bagsPerStep), bags: bagsPerStep))
    return 4
      * (6 * Double(parameterCount) + 3 * Double(frozenParameterCount) + max(step, block(training)) + block(scoring))
      + 2 * (training.bytes + scoring.bytes)
  }

  /// The scalars of the values of one block that is evaluated; a bag is in one block, however long it is.
  func block(_ shape: BagShape) -> Double {
    Double(
      valueCount(instances: min(max(Evaluator.block, shape.longestBag), shape.instances), bags: shape.bags))
  }

  /// Refuses a network that would exhaust the memory, which nothing can be done about once it happens.
  func checkMemory(for bags: BagMatrix, bagsPerStep: Int) throws {
    let bagsPerStep = min(bagsPerStep, bags.bagCount)
    // Drawing, value, gradient and two means of an optimiser for each parameter; value and gradient for each result.
    let scalars =
      6 * parameterCount + 3 * frozenParameterCount
      + 2
      * valueCount(
        instances: bags.largestBatch(of: bagsPerStep), bags: bagsPerStep, edges: bags.largestEdgeCount(of: bagsPerStep))
      + valueCount(instances: min(Evaluator.block, bags.instances.rows), bags: bags.bagCount)
    try ModelError.requireMemory(
      bytes: 4 * Double(scalars), of: "the network", advice: "smaller layers or fewer bagsPerStep need less")
  }
}

extension ModelError {
  /// Refuses what would take more than 8 GiB of memory.
  static func requireMemory(bytes: Double, of name: String, advice: String) throws {
    let gibibytes = bytes / 0x1p30
    if gibibytes > 8 {
      throw ModelError(
        "\(name) would need about \(Int(gibibytes.rounded())) GiB of memory, expected at most 8; \(advice)")
    }
  }
}

extension BagMatrix {
  /// The bags of a data set; the instances are shared, not copied.
  init(_ dataset: BagDataset) {
    self.init(instances: dataset.instances, offsets: dataset.offsets, labels: dataset.labels.map(Float.init))
  }
}
