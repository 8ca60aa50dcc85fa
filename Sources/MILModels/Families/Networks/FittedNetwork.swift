import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILRecords
import Synchronization
import UserInput

/// An evaluator of fitted outputs that any thread may call.
final class FittedEvaluator: Sendable {
  /// The number of features of an instance.
  let featureCount: Int
  /// The shape of the input images; nil if the model reads none.
  let images: ImageShape?
  /// The number of last features that describe the bag of an instance; 0 if the model does not read them apart.
  let bagFeatures: Int
  /// Whether the model reads two sets of instances apart.
  let twoSets: Bool
  private let traced: Mutex<Traced>

  /// The evaluator and the graph that it evaluates.
  private struct Traced {
    let evaluator: Evaluator
    let graph: ComputationGraph
  }

  /// Creates an evaluator with the parameters of a state.
  ///
  /// - Parameters:
  ///   - state: all parameters that `trace` requests.
  ///   - targetColumns: the number of target columns of the graph.
  ///   - trace: builds the evaluated outputs.
  /// - Throws: ``ModelError`` if a parameter is missing or has another shape.
  init(_ state: ModelState, targetColumns: Int = 1, _ trace: @Sendable (ComputationGraph) throws -> [Variable]) throws {
    featureCount = state.featureCount
    images = try state.images
    (bagFeatures, twoSets) = try (state.bagFeatures, state.twoSets)
    let graph = ComputationGraph(
      featureCount: state.featureCount, targetColumns: targetColumns, images: images, bagFeatures: bagFeatures,
      twoSets: twoSets)
    traced = Mutex(Traced(evaluator: try state.evaluator(of: graph, outputs: trace(graph)), graph: graph))
  }

  /// All parameters, learned and frozen, by the names under which they were requested.
  var state: ModelState {
    var state = traced.withLock { ModelState(of: $0.evaluator) }
    state.set(images)
    state.set(bagFeatures: bagFeatures)
    state.set(twoSets: twoSets)
    return state
  }

  /// Returns the outputs for bags.
  func outputs(for bags: BagMatrix) -> [Matrix<Float>] { traced.withLock { $0.evaluator.evaluate(bags) } }

  /// Returns the outputs for bags, wherever they are stored; the parameter is that of ``BagStream``.
  ///
  /// - Throws: `GraphError` for bags without further inputs besides features, and the errors of reading.
  func outputs(for bags: BagDataset, isPrepared: Bool = true) throws -> [Matrix<Float>] {
    if let images, let found = bags.imageShape, found != images {
      throw ModelError("images are \(found), the model was fitted on images of \(images)")
    }
    let stream = try BagStream(bags, isPrepared: isPrepared)
    return try traced.withLock { try stream.outputs($0.evaluator, of: $0.graph) }
  }

  /// Returns the outputs for bags that need not be those of the fit.
  ///
  /// - Throws: ``ModelError`` if one is not a number.
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
  /// The meaning of instance weights; nil if the network has none.
  private let kind: InstanceRelevance.Kind?

  /// Creates a network with the parameters of a state.
  ///
  /// - Parameter task: the fitted task; nil for the task of the state, which must be a registered one.
  init(
    _ network: some NetworkModel, _ state: ModelState, task: (any BagTask)? = nil, summary: FitSummary = FitSummary()
  ) throws {
    let task = try task ?? state.task
    self.task = task
    evaluator = try FittedEvaluator(state, targetColumns: task.targetColumns) {
      try network.traced($0, for: task).outputs
    }
    let traced = try network.traced(
      ComputationGraph(
        featureCount: state.featureCount, targetColumns: task.targetColumns, images: evaluator.images,
        bagFeatures: evaluator.bagFeatures, twoSets: evaluator.twoSets),
      for: task)
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
  /// Returns the elements as predictions of a task; rounding can lift a mean of ones just above one, so probabilities
  /// are clamped.
  fileprivate func predictions(_ task: any BagTask) -> [Double] {
    task.predictsProbabilities ? elements.map { $0 > 1 ? 1 : Double($0) } : elements.map(Double.init)
  }
}

extension NetworkModel {
  /// Draws initial parameters and trains them, phase after phase, for all epochs, with the bags in a new order in each.
  func train(_ all: BagDataset, _ context: FitContext) throws -> FittedNetwork {
    try validateTraining()
    let sited = try self.training.siteTraining.bags(of: all)
    let parts = try self.training.earlyStopping.parts(of: sited, seed: context.seed)
    let training = parts?.training ?? sited
    try requireApplicable(to: training.targets.kind)
    let task = try training.task.fitted(to: training.targets).minimising(self.training.loss)
    guard self.training.bagsPerStep >= task.leastBagsPerStep else {
      throw ModelError(
        "the task \(type(of: task).id) compares the bags of a step, found bagsPerStep = \(self.training.bagsPerStep), "
          + "expected \(task.leastBagsPerStep) or more")
    }
    let graph = ComputationGraph(
      featureCount: training.featureCount, targetColumns: task.targetColumns, images: training.imageShape,
      bagFeatures: training.bagFeatureCount, twoSets: training.hasTwoSets)
    let network = try traced(graph, for: task)
    try graph.requireImages(training)
    try self.training.viewing.requireImages(training)
    var notes = notesOnBagFeatures(graph, training, context)
    notes["sets"] = graph.readsSets ? "two, divided by \(training.setFeatureTitle)" : nil
    let loss = try network.meanLoss(weights: classWeights.ofClasses(training.targets), task)
    var last = TrainingPhase(self.training) { trace($0, for: $1).loss }
    last.optimiser = optimiser
    // A run scores the same bags after every epoch.
    var scored: (bags: BagDataset, stream: BagStream)?
    func report(_ epoch: Int, _ loss: Float, _ evaluator: Evaluator) throws {
      try context.epochFinished(
        EpochReport(epoch: epoch, loss: loss) { bags in
          let stream = try scored.flatMap { $0.bags == bags ? $0.stream : nil } ?? BagStream(bags)
          scored = (bags, stream)
          return try stream.outputs(evaluator, of: graph)[0].predictions(task)
        })
    }
    let evaluator: Evaluator
    let steps: Int
    if self.training.siteTraining.sites == .federated {
      evaluator = try Evaluator(
        graph: graph, outputs: network.outputs,
        seed: Seed.derive(from: context.initialSeed ?? context.seed, ["network"]))
      let rounds = FederatedRounds(
        settings: self.training.siteTraining, phase: last, graph: graph, loss: loss, task: task)
      steps = try rounds.run(evaluator, training, seed: context.seed) { try report($0, $1, evaluator) }
    } else {
      let chosen = try trainPhases(
        training, heldOut: parts?.heldOut, context, graph, network, loss, last, task, report)
      (evaluator, steps) = (chosen.evaluator, chosen.steps)
      notes["stopping"] = chosen.choice?.words(ofBags: sited.bagCount)
    }
    var state = ModelState(of: evaluator)
    state.set(task)
    state.set(graph.readsImages ? training.imageShape : nil)
    state.set(bagFeatures: graph.readsBagFeatures || graph.readsSets ? training.bagFeatureCount : 0)
    state.set(twoSets: graph.readsSets)
    return try FittedNetwork(
      self, state, task: task, summary: FitSummary(parameters: graph.parameterCount, steps: steps, notes: notes))
  }

  /// Returns the note on the features of bags, if the network reads them, and announces that there are none.
  private func notesOnBagFeatures(
    _ graph: ComputationGraph, _ training: BagDataset, _ context: FitContext
  ) -> [String: String] {
    guard graph.readsBagFeatures else { return [:] }
    let count = training.bagFeatureCount
    guard count == 0 else { return ["bagFeatures": "the last \(count)"] }
    context.announce(
      "no features of the data describe bags (--bag-features names them), so the mean of the instances is the second "
        + "block")
    return ["bagFeatures": "none, the mean of the instances instead"]
  }

  /// Trains phase after phase.
  ///
  /// - Parameters:
  ///   - training: the bags to train on.
  ///   - held: the bags that choose the epoch; nil to use the last epoch.
  ///   - report: called after each epoch of the last phase with its number, its mean loss, and an evaluator of its
  ///     parameters.
  /// - Returns: an evaluator of the final parameters, the number of steps, and the choice by held-out bags.
  private func trainPhases(
    _ training: BagDataset, heldOut held: BagDataset?, _ context: FitContext, _ graph: ComputationGraph,
    _ network: TracedNetwork,
    _ loss: Variable, _ last: TrainingPhase, _ task: any BagTask, _ report: (Int, Float, Evaluator) throws -> Void
  ) throws -> (evaluator: Evaluator, steps: Int, choice: EpochChoice?) {
    let bags = try BagStream(training, for: task)
    // Reports a network that cannot be trained before the phases that lead to it.
    try last.check(graph, training, bags)
    let seed = context.seed
    var learned = try context.initialSeed.map { try network.initialParameters(in: graph, seed: $0) } ?? [:]
    let earlierSteps = try phases.enumerated().reduce(0) { steps, phase in
      let seed = Seed.derive(from: seed, ["phase", String(phase.offset + 1)])
      return try steps + phase.element.train(training, bags, task, seed: seed, &learned)
    }
    var choice = held.map { EpochChoice(self.training.earlyStopping, task, $0.targets) }
    let judges = try held.map { try BagStream($0) }
    // The parameters of the best epoch so far.
    let best = try held.map { _ in
      try Evaluator(graph: graph, outputs: network.outputs, seed: Seed.derive(from: seed, ["network"]))
    }
    let trainer = try last.run(
      graph, loss: loss, outputs: network.outputs, training, bags, seed: seed, from: learned
    ) { epoch, loss, trainer in
      if let best, let predictions = try judges?.outputs(trainer.evaluator, of: graph)[0].predictions(task),
        try choice?.isBest(predictions) == true
      {
        best.take(parametersOf: trainer)
      }
      try report(epoch, loss, best ?? trainer.evaluator)
      return choice?.goesOn ?? true
    }
    return (best ?? trainer.evaluator, earlierSteps + trainer.stepCount, choice)
  }
}

extension BagDataset {
  /// The feature that divides instances into two sets, for notes.
  fileprivate var setFeatureTitle: String {
    guard let setFeature else { return "none" }
    return featureNames.map { "feature \($0[setFeature].onOneLine(limit: 40))" } ?? "feature \(setFeature + 1)"
  }
}

extension TracedNetwork {
  /// Returns the parameters that a training with another seed would start from, by name.
  ///
  /// A slow copy is left out, since it starts from the parameter that it follows.
  fileprivate func initialParameters(in graph: ComputationGraph, seed: UInt64) throws -> [String: Matrix<Float>] {
    let drawn = try Evaluator(graph: graph, outputs: outputs, seed: Seed.derive(from: seed, ["network"]))
    let followers = Set(drawn.parameterDescriptions.filter { $0.following != nil }.map(\.name))
    return drawn.parameters.filter { !followers.contains($0.key) }
  }
}

extension ComputationGraph {
  /// Throws if the graph reads images but the features of the bags are none.
  ///
  /// - Throws: ``NotApplicable``.
  func requireImages(_ bags: BagDataset) throws {
    guard readsImages, bags.imageShape == nil else { return }
    throw NotApplicable(
      "its trunk reads images, the \(bags.featureCount) features of an instance here are none; trunk=layers reads them")
  }

  /// Returns the bytes of training a network and scoring with it, beside two copies of the features.
  func memory(training: BagShape, scoring: BagShape, bagsPerStep: Int) -> Double {
    let bagsPerStep = min(bagsPerStep, training.bags)
    let step = 2 * Double(valueCount(instances: training.instances(ofBags: bagsPerStep), bags: bagsPerStep))
    return 4
      * (6 * Double(parameterCount) + 3 * Double(frozenParameterCount) + max(step, block(training)) + block(scoring))
      + training.heldBytes(ofBags: bagsPerStep)
      + scoring.heldBytes(ofInstances: max(Evaluator.block, scoring.longestBag))
  }

  /// Returns the number of scalars of one evaluated block; a bag is in one block, however long it is.
  func block(_ shape: BagShape) -> Double {
    Double(
      valueCount(instances: min(max(Evaluator.block, shape.longestBag), shape.instances), bags: shape.bags))
  }

  /// Throws if a network would exhaust the memory, from which the process could not recover.
  func checkMemory(for bags: BagShape, bagsPerStep: Int) throws {
    try ModelError.requireMemory(
      bytes: memory(training: bags, scoring: bags, bagsPerStep: bagsPerStep) - 2 * bags.heldBytes(ofBags: bagsPerStep),
      of: "the network", advice: "smaller layers or fewer bagsPerStep need less")
  }
}

extension ModelError {
  /// Throws if more memory is needed than the machine has.
  static func requireMemory(bytes: Double, of name: String, advice: String) throws {
    let limit = MachineMemory.total
    guard bytes > limit else { return }
    func gibibytes(_ bytes: Double) -> Int { Int(min(1e15, (bytes / 0x1p30).rounded())) }
    throw ModelError(
      "\(name) would need about \(gibibytes(bytes)) GiB of memory, expected at most the \(gibibytes(limit)) of this "
        + "machine; \(advice)")
  }
}
