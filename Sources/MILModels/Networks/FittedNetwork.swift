import Autodiff
import Foundation
import LinearAlgebra
import MILData
import MILResults
import Synchronization

/// An evaluator of something fitted, which any thread may ask.
final class FittedEvaluator: Sendable {
  /// The number of features of an instance.
  let featureCount: Int
  private let traced: Mutex<Traced>

  /// What is evaluated, and what it reads.
  private struct Traced {
    let evaluator: Evaluator
    let graph: Graph
  }

  /// An evaluator with the parameters of a state.
  ///
  /// - Parameters:
  ///   - state: all parameters that `trace` asks for.
  ///   - targetColumns: the number of columns of targets that the graph has.
  ///   - trace: writes down what is evaluated.
  /// - Throws: ``ModelError`` where a parameter is missing or has another shape.
  init(_ state: ModelState, targetColumns: Int = 1, _ trace: @Sendable (Graph) -> [Variable]) throws {
    featureCount = state.featureCount
    let graph = Graph(featureCount: state.featureCount, targetColumns: targetColumns)
    traced = Mutex(Traced(evaluator: try state.evaluator(of: graph, outputs: trace(graph)), graph: graph))
  }

  /// All parameters, learned and frozen, by the names under which they were asked for.
  var state: ModelState { traced.withLock { ModelState(of: $0.evaluator) } }

  /// The outputs for bags.
  func outputs(for bags: BagMatrix) -> [Matrix<Float>] { traced.withLock { $0.evaluator.evaluate(bags) } }

  /// The outputs for bags, wherever these are; the parameter is that of ``BagStream``.
  ///
  /// - Throws: `GraphError` for bags without what is read beside features, and what reading throws.
  func outputs(for bags: BagDataset, isPrepared: Bool = true) throws -> [Matrix<Float>] {
    let stream = try BagStream(bags, isPrepared: isPrepared)
    return try traced.withLock { try stream.outputs($0.evaluator, of: $0.graph) }
  }

  /// The outputs for bags that need not be those of the fit.
  ///
  /// - Throws: ``ModelError`` where one is not a number.
  func finiteOutputs(for bags: BagDataset) throws -> [Matrix<Float>] {
    let outputs = try outputs(for: bags, isPrepared: false)
    guard outputs.allSatisfy(\.areFinite) else { throw ModelError.hiddenFeatureOverflow }
    return outputs
  }
}

/// A trained network.
struct FittedNetwork: FittedModel {
  let summary: FitSummary
  let task: any BagTask
  private let evaluator: FittedEvaluator
  /// The meaning of instance weights; nil where the network has none.
  private let kind: InstanceRelevance.Kind?

  /// A network with the parameters of a state.
  ///
  /// - Parameter task: what was fitted; without it what the state says, which it can of registered tasks alone.
  init(
    _ network: some NetworkModel, _ state: ModelState, task: (any BagTask)? = nil, summary: FitSummary = FitSummary()
  ) throws {
    let task = try task ?? state.task
    self.task = task
    evaluator = try FittedEvaluator(state, targetColumns: task.targetColumns) { network.trace($0, for: task).outputs }
    let traced = network.trace(Graph(featureCount: state.featureCount, targetColumns: task.targetColumns), for: task)
    kind = traced.weights == nil ? nil : traced.weightsAreScores ? .scores : .weights
    self.summary = summary
  }

  var state: ModelState? {
    var state = evaluator.state
    state.set(task)
    return state
  }

  func predict(_ bags: BagDataset) throws -> [Double] {
    try evaluator.outputs(for: bags)[0].predictions(task)
  }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    guard let kind else { return nil }
    let outputs = try evaluator.outputs(for: bags)
    return InstanceRelevance(
      kind: kind, values: outputs[1].elements.map(Double.init), columns: outputs[1].columns)
  }
}

extension Matrix<Float> {
  /// Its elements as predictions of a task: of probabilities a mean of ones can round to just above one.
  fileprivate func predictions(_ task: any BagTask) -> [Double] {
    task.predictsProbabilities ? elements.map { $0 > 1 ? 1 : Double($0) } : elements.map(Double.init)
  }
}

extension NetworkModel {
  /// Draws fresh parameters and trains them, phase after phase, for all epochs, the bags in a new order in each.
  func train(_ training: BagDataset, _ context: FitContext) throws -> FittedNetwork {
    let task = try training.task.fitted(to: training.targets)
    guard self.training.bagsPerStep >= task.leastBagsPerStep else {
      throw ModelError(
        "the task \(type(of: task).id) compares the bags of a step, found bagsPerStep = \(self.training.bagsPerStep), "
          + "expected \(task.leastBagsPerStep) or more")
    }
    let graph = Graph(featureCount: training.featureCount, targetColumns: task.targetColumns)
    let network = trace(graph, for: task)
    let loss = try network.meanLoss(weights: classWeights.ofClasses(training.targets), task)
    let bags = try BagStream(training, for: task)
    try bags.check(graph)
    let limit = self.training.instancesPerBag
    try graph.checkMemory(
      for: BagShape(training).drawing(atMost: limit), bagsPerStep: self.training.bagsPerStep)
    var learned: [String: Matrix<Float>] = [:]
    let earlierSteps = try earlierPhases.enumerated().reduce(0) { steps, phase in
      let seed = Seed.derive(from: context.seed, ["phase", String(phase.offset + 1)])
      return try steps + phase.element.train(training, bags, task, seed: seed, &learned)
    }
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: network.outputs, optimiser: optimiser,
      seed: Seed.derive(from: context.seed, ["network"]))
    try trainer.take(learned)
    bags.reserve(trainer, bagsPerStep: self.training.bagsPerStep, limit: limit)
    var generator = RandomGenerator(seed: Seed.derive(from: context.seed, ["order"]))
    var order = try EpochDraw(self.training.sampling, training.targets)
    // A run scores the same bags after every epoch.
    var scored: (bags: BagDataset, stream: BagStream)?
    for epoch in 1...self.training.epochs {
      let instances = BagStream.Draw(limit: limit, master: context.seed, epoch: epoch)
      let loss = try bags.runEpoch(
        trainer, order.next(&generator), bagsPerStep: self.training.bagsPerStep, instances)
      guard loss.isFinite else { throw TrainingDiverged(epoch: epoch) }
      try context.epochFinished(
        EpochReport(epoch: epoch, loss: loss) { bags in
          let stream = try scored.flatMap { $0.bags == bags ? $0.stream : nil } ?? BagStream(bags)
          scored = (bags, stream)
          return try stream.outputs(trainer.evaluator, of: graph)[0].predictions(task)
        })
    }
    var state = ModelState(of: trainer.evaluator)
    state.set(task)
    return try FittedNetwork(
      self, state, task: task,
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
      + training.heldBytes(ofBags: bagsPerStep)
      + scoring.heldBytes(ofInstances: max(Evaluator.block, scoring.longestBag))
  }

  /// The scalars of the values of one block that is evaluated; a bag is in one block, however long it is.
  func block(_ shape: BagShape) -> Double {
    Double(
      valueCount(instances: min(max(Evaluator.block, shape.longestBag), shape.instances), bags: shape.bags))
  }

  /// Refuses a network that would exhaust the memory, which nothing can be done about once it happens.
  func checkMemory(for bags: BagShape, bagsPerStep: Int) throws {
    try ModelError.requireMemory(
      bytes: memory(training: bags, scoring: bags, bagsPerStep: bagsPerStep) - 2 * bags.heldBytes(ofBags: bagsPerStep),
      of: "the network", advice: "smaller layers or fewer bagsPerStep need less")
  }
}

extension ModelError {
  /// Refuses what would take more memory than the machine has.
  static func requireMemory(bytes: Double, of name: String, advice: String) throws {
    let limit = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes > limit else { return }
    func gibibytes(_ bytes: Double) -> Int { Int(min(1e15, (bytes / 0x1p30).rounded())) }
    throw ModelError(
      "\(name) would need about \(gibibytes(bytes)) GiB of memory, expected at most the \(gibibytes(limit)) of this "
        + "machine; \(advice)")
  }
}
