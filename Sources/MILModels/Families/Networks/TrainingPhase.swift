import Autodiff
import LinearAlgebra
import MILBags
import UserInput

/// A phase of a network's training before the last, such as pretraining, or the training of a teacher.
///
/// Phases share parameters by name: each starts from those learned before under the names that it requests, and draws
/// the others. A parameter that a later phase requests with `trains: false` keeps its learned value, as that of a
/// teacher does. The last phase is the network's own training; only its epochs are reported.
public struct TrainingPhase: Sendable {
  /// The update rule of the parameters.
  package var optimiser: Optimiser
  /// The number of passes over the training bags.
  package var epochs: Int
  /// The number of bags per step.
  package var bagsPerStep: Int
  /// The change of the step size over the steps.
  package var schedule: TrainingConfiguration.Schedule
  /// The bags of an epoch.
  package var sampling: TrainingConfiguration.Sampling
  /// The largest number of instances of a bag in an epoch; 0 for all.
  package var instancesPerBag: Int
  /// Builds the loss for a task: the loss of each bag, or a single number.
  package var loss: @Sendable (ComputationGraph, any BagTask) -> Variable

  /// Creates a phase with the settings of a configuration.
  public init(_ training: TrainingConfiguration, loss: @escaping @Sendable (ComputationGraph, any BagTask) -> Variable)
  {
    optimiser = training.rule
    (epochs, bagsPerStep) = (training.epochs, training.bagsPerStep)
    schedule = training.schedule
    (sampling, instancesPerBag) = (training.sampling, training.instancesPerBag)
    self.loss = loss
  }

  /// Throws for a phase without steps, which the model's own parameters may not exclude.
  func validate() throws {
    try ConfigurationError.require("the epochs of a phase", epochs, in: 1...1_000_000)
    try ConfigurationError.require("the bagsPerStep of a phase", bagsPerStep, in: 1...1_000_000)
  }

  /// Throws for bags without the inputs of a graph, and for steps that would exhaust the memory.
  func check(_ graph: ComputationGraph, _ training: BagDataset, _ bags: BagStream) throws {
    try graph.requireImages(training)
    try bags.check(graph)
    try graph.checkMemory(for: BagShape(training).drawing(atMost: instancesPerBag), bagsPerStep: bagsPerStep)
  }

  /// Trains from the parameters learned before, adds those it learns, and returns the number of steps.
  func train(
    _ training: BagDataset, _ bags: BagStream, _ task: any BagTask, seed: UInt64,
    _ learned: inout [String: Matrix<Float>]
  ) throws -> Int {
    let graph = ComputationGraph(
      featureCount: training.featureCount, targetColumns: task.targetColumns, images: training.imageShape,
      bagFeatures: training.bagFeatureCount, twoSets: training.hasTwoSets)
    let loss = TracedNetwork.mean(loss(graph, task))
    let trainer = try run(graph, loss: loss, training, bags, seed: seed, from: learned)
    for description in trainer.parameterDescriptions {
      learned[description.name] = trainer.parameter(description.name)
    }
    return trainer.stepCount
  }

  /// Makes all steps of all epochs, the bags in a new order in each; what holds the parameters in the end.
  ///
  /// - Parameters:
  ///   - graph: what is trained.
  ///   - loss: what is minimised, a single number.
  ///   - outputs: what the trainer's evaluator computes.
  ///   - training: the bags.
  ///   - bags: the same bags on their way into the network.
  ///   - seed: decides parameters, dropout, the order of bags and the instances that are drawn.
  ///   - learned: what parameters begin with, by name; others are drawn.
  ///   - epochFinished: called with the number of each epoch, its mean loss and the trainer; tells whether to go on.
  /// - Throws: ``TrainingDiverged``, what reading and `epochFinished` throw, and what ``check(_:_:_:)`` throws.
  func run(
    _ graph: ComputationGraph, loss: Variable, outputs: [Variable] = [], _ training: BagDataset, _ bags: BagStream,
    seed: UInt64,
    from learned: [String: Matrix<Float>], epochFinished: (Int, Float, Trainer) throws -> Bool = { _, _, _ in true }
  ) throws -> Trainer {
    try check(graph, training, bags)
    var optimiser = optimiser
    if schedule == .cosine {
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: (training.bagCount - 1) / bagsPerStep + 1)
      optimiser.cosineSteps = overflow ? .max : steps
    }
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: outputs, optimiser: optimiser, seed: Seed.derive(from: seed, ["network"]))
    try trainer.take(learned)
    bags.reserve(trainer, bagsPerStep: bagsPerStep, limit: instancesPerBag)
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["order"]))
    var order = try EpochDraw(sampling, training.targets)
    for epoch in 1...epochs {
      let draw = BagStream.Draw(limit: instancesPerBag, master: seed, epoch: epoch)
      let loss = try bags.runEpoch(trainer, order.next(&generator), bagsPerStep: bagsPerStep, draw)
      guard loss.isFinite else { throw TrainingDiverged(epoch: epoch) }
      guard try epochFinished(epoch, loss, trainer) else { break }
    }
    return trainer
  }
}

extension Trainer {
  /// Sets parameters to those learned before, by name.
  ///
  /// - Throws: ``ModelError`` if one has another shape here.
  func take(_ learned: [String: Matrix<Float>]) throws {
    for description in parameterDescriptions {
      // A slow copy starts from its leader, unless it was trained itself.
      let leader = description.following.flatMap { learned[$0.leader] }
      guard let matrix = learned[description.name] ?? leader else { continue }
      guard setParameter(description.name, to: matrix) else {
        throw ModelError(
          "parameter \(description.name) is \(matrix.rows) x \(matrix.columns) in one phase of the training and "
            + "\(description.rows) x \(description.columns) in another, expected one shape")
      }
    }
  }
}
