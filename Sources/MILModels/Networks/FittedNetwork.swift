import Autodiff
import LinearAlgebra
import MILData
import Synchronization

/// An evaluator of something fitted, which any thread may ask.
final class FittedEvaluator: Sendable {
  /// The number of features of an instance.
  let featureCount: Int
  private let evaluator: Mutex<Evaluator>

  /// An evaluator with the parameters of a state.
  ///
  /// - Parameters:
  ///   - state: all parameters that `trace` asks for.
  ///   - trace: writes down what is evaluated.
  /// - Throws: ``ModelError`` where a parameter is missing or has another shape, and `GraphError` where what is evaluated
  ///   reads more than features.
  init(_ state: ModelState, _ trace: @Sendable (Graph) -> [Variable]) throws {
    featureCount = state.featureCount
    let graph = Graph(featureCount: state.featureCount)
    let outputs = trace(graph)
    // Data sets bring nothing but features.
    try graph.check(BagMatrix(instances: Matrix(rows: 0, columns: featureCount), offsets: [0], labels: []))
    evaluator = Mutex(try state.evaluator(of: graph, outputs: outputs))
  }

  /// All parameters, learned and frozen, by the names under which they were asked for.
  var state: ModelState { evaluator.withLock { ModelState(of: $0) } }

  /// The outputs for bags.
  func outputs(for bags: BagMatrix) -> [Matrix<Float>] { evaluator.withLock { $0.evaluate(bags) } }

  /// The outputs for bags that need not be those of the fit.
  ///
  /// - Throws: ``ModelError`` where one is not a number.
  func finiteOutputs(for bags: BagDataset) throws -> [Matrix<Float>] {
    let outputs = outputs(for: BagMatrix(bags))
    guard outputs.allSatisfy(\.areFinite) else { throw ModelError.hiddenFeatureOverflow }
    return outputs
  }
}

/// A trained network.
struct FittedNetwork: FittedModel {
  let summary: FitSummary
  private let evaluator: FittedEvaluator
  /// The meaning of instance weights; nil where the network has none.
  private let kind: InstanceRelevance.Kind?

  /// A network with the parameters of a state.
  init(_ network: some NetworkModel, _ state: ModelState, summary: FitSummary = FitSummary()) throws {
    evaluator = try FittedEvaluator(state) { network.trace($0).outputs }
    let traced = network.trace(Graph(featureCount: state.featureCount))
    kind = traced.weights == nil ? nil : traced.weightsAreScores ? .scores : .weights
    self.summary = summary
  }

  var state: ModelState? { evaluator.state }

  func predict(_ bags: BagDataset) throws -> [Double] {
    evaluator.outputs(for: BagMatrix(bags).preparedForPasses())[0].probabilities
  }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    guard let kind else { return nil }
    let outputs = evaluator.outputs(for: BagMatrix(bags).preparedForPasses())
    return InstanceRelevance(kind: kind, values: outputs[1].elements.map(Double.init))
  }
}

extension Matrix<Float> {
  /// Its elements as probabilities: a mean of ones can round to just above one.
  fileprivate var probabilities: [Double] { elements.map { $0 > 1 ? 1 : Double($0) } }
}

extension NetworkModel {
  /// Draws fresh parameters and trains them, phase after phase, for all epochs, the bags in a new order in each.
  func train(_ training: BagDataset, _ context: FitContext) throws -> FittedNetwork {
    let graph = Graph(featureCount: training.featureCount)
    let network = trace(graph)
    let loss = try network.meanLoss(weights: classWeights.ofClasses(training.labels))
    let bags = BagMatrix(training).preparedForPasses()
    try graph.checkMemory(for: bags, bagsPerStep: self.training.bagsPerStep)
    var learned: [String: Matrix<Float>] = [:]
    let earlierSteps = try earlierPhases.enumerated().reduce(0) { steps, phase in
      let seed = Seed.derive(from: context.seed, ["phase", String(phase.offset + 1)])
      return try steps + phase.element.train(bags, seed: seed, &learned)
    }
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: network.outputs, optimiser: optimiser,
      seed: Seed.derive(from: context.seed, ["network"]))
    try trainer.take(learned)
    trainer.reserve(for: bags, bagsPerStep: self.training.bagsPerStep)
    var generator = RandomGenerator(seed: Seed.derive(from: context.seed, ["order"]))
    var order = Array(0..<bags.bagCount)
    // A run scores the same bags after every epoch.
    var scored: (bags: BagDataset, matrix: BagMatrix)?
    for epoch in 1...self.training.epochs {
      generator.permute(&order)
      let loss = trainer.runEpoch(bags, order, bagsPerStep: self.training.bagsPerStep)
      guard loss.isFinite else { throw TrainingDiverged(epoch: epoch) }
      try context.epochFinished(
        EpochReport(epoch: epoch, loss: loss) { bags in
          if scored?.bags != bags { scored = (bags, BagMatrix(bags).preparedForPasses()) }
          return trainer.evaluator.evaluate(scored?.matrix ?? BagMatrix(bags))[0].probabilities
        })
    }
    return try FittedNetwork(
      self, ModelState(of: trainer.evaluator),
      summary: FitSummary(parameters: trainer.parameterCount, steps: earlierSteps + trainer.stepCount))
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

  /// Refuses bags without what a network reads, and a network that would exhaust the memory, which nothing can be done about once it happens.
  func checkMemory(for bags: BagMatrix, bagsPerStep: Int) throws {
    try check(bags)
    let bagsPerStep = min(bagsPerStep, bags.bagCount)
    // Drawing, value, gradient and two means of an optimiser for each parameter; value and gradient for each result.
    let step = valueCount(
      instances: bags.largestBatch(of: bagsPerStep), bags: bagsPerStep, edges: bags.largestEdgeCount(of: bagsPerStep))
    let scalars =
      6 * parameterCount + 3 * frozenParameterCount + 2 * step
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
