import Autodiff
import LinearAlgebra
import MILData
import UserInput

/// A phase of a network's training before the last, such as pretraining, or the training of a teacher.
///
/// Phases share parameters by name: each begins with what those before it have learned under the names that it asks for,
/// and draws the others. A parameter that a later phase asks for with `trains: false` stays as it was learned, as that of a
/// teacher does. The last phase is the network's own training, whose epochs alone are reported.
public struct TrainingPhase: Sendable {
  /// How the parameters follow their gradients.
  public var optimiser: Optimiser
  /// The number of times every training bag is seen.
  public var epochs: Int
  /// The number of bags that make a step.
  public var bagsPerStep: Int
  /// At most how many instances of a bag an epoch trains on; 0 for all.
  public var instancesPerBag: Int
  /// Writes down what is minimised for a task: the loss of each bag, or a single number.
  public var loss: @Sendable (Graph, any BagTask) -> Variable

  /// A phase that trains as a configuration says.
  public init(_ training: TrainingConfiguration, loss: @escaping @Sendable (Graph, any BagTask) -> Variable) {
    optimiser = training.rule
    (epochs, bagsPerStep, instancesPerBag) = (training.epochs, training.bagsPerStep, training.instancesPerBag)
    self.loss = loss
  }

  /// Refuses a phase without steps, which no parameter of the model may have refused.
  func validate() throws {
    try ConfigurationError.require("the epochs of a phase", epochs, in: 1...1_000_000)
    try ConfigurationError.require("the bagsPerStep of a phase", bagsPerStep, in: 1...1_000_000)
  }

  /// Trains, from what was learned before, and adds what it learns; the number of steps.
  func train(
    _ training: BagDataset, _ bags: BagStream, _ task: any BagTask, seed: UInt64,
    _ learned: inout [String: Matrix<Float>]
  ) throws -> Int {
    let graph = Graph(featureCount: training.featureCount, targetColumns: task.targetColumns)
    let loss = TracedNetwork.mean(loss(graph, task))
    try bags.check(graph)
    try graph.checkMemory(for: BagShape(training).drawing(atMost: instancesPerBag), bagsPerStep: bagsPerStep)
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: [], optimiser: optimiser, seed: Seed.derive(from: seed, ["network"]))
    try trainer.take(learned)
    bags.reserve(trainer, bagsPerStep: bagsPerStep, limit: instancesPerBag)
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["order"]))
    var order = Array(0..<training.bagCount)
    for epoch in 1...epochs {
      generator.permute(&order)
      let draw = BagStream.Draw(limit: instancesPerBag, master: seed, epoch: epoch)
      guard try bags.runEpoch(trainer, order, bagsPerStep: bagsPerStep, draw).isFinite else {
        throw TrainingDiverged(epoch: epoch)
      }
    }
    for description in trainer.parameterDescriptions {
      learned[description.name] = trainer.parameter(description.name)
    }
    return trainer.stepCount
  }
}

extension Trainer {
  /// Begins with parameters that were learned before, by name.
  ///
  /// - Throws: ``ModelError`` where one has another shape here.
  func take(_ learned: [String: Matrix<Float>]) throws {
    for description in parameterDescriptions {
      guard let matrix = learned[description.name] else { continue }
      guard setParameter(description.name, to: matrix) else {
        throw ModelError(
          "parameter \(description.name) is \(matrix.rows) x \(matrix.columns) in one phase of the training and "
            + "\(description.rows) x \(description.columns) in another, expected one shape")
      }
    }
  }
}
