import Autodiff
import MILData
import MILResults

/// A model that is one traced network, trained bag by bag.
///
/// Such a model writes its network down and needs nothing else; the contract tests check the gradient of its loss.
public protocol NetworkModel: Model {
  /// How the network is trained.
  var training: TrainingConfiguration { get }

  /// How much the loss of a bag weighs.
  var classWeights: RidgeConfiguration.ClassWeights { get }

  /// How parameters follow their gradients: as ``training`` says, unless the model has an update rule of its own.
  var optimiser: Optimiser { get }

  /// The phases of the training before the last, in their order; none unless said.
  var earlierPhases: [TrainingPhase] { get }

  /// Writes the network down.
  ///
  /// - Parameters:
  ///   - graph: what is written on.
  ///   - task: what is to be predicted; `task.network(_:weights:)` makes loss and prediction of an output.
  func trace(_ graph: Graph, for task: any BagTask) -> TracedNetwork
}

extension NetworkModel {
  /// Probabilities; a training passes through all shorter ones.
  public var traits: ModelTraits {
    networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
  }

  /// The network of two classes.
  package func trace(_ graph: Graph) -> TracedNetwork { trace(graph, for: TwoClasses()) }

  /// The traits of a network, with what its training decides.
  func networkTraits(trained: String) -> ModelTraits {
    var traits = ModelTraits(trained: trained)
    traits.targets = Set(Targets.Kind.allCases)
    traits.path = "epochs"
    return traits
  }

  /// The weights of classes, which bags an epoch sees, and how many instances are drawn.
  public static var laterParameters: Set<String> { ["classWeights", "instancesPerBag", "sampling"] }

  /// Each bag weighs 1.
  public var classWeights: RidgeConfiguration.ClassWeights { .equal }

  /// As ``training`` says.
  public var optimiser: Optimiser { training.rule }

  /// None.
  public var earlierPhases: [TrainingPhase] { [] }

  /// Trains the network.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    try validateTraining()
    return try train(training, context)
  }

  /// The network with kept parameters.
  public func fitted(from state: ModelState) throws -> any FittedModel { try FittedNetwork(self, state) }

  /// Parameters with gradients and means, the values and gradients of a step, and the values of a block that is scored.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    try validateTraining()
    return networkMemory(training: training, scoring: scoring)
  }

  /// Refuses a training without steps, also where the model's own `validate` does not ask its parts.
  private func validateTraining() throws {
    try training.validate()
    for phase in earlierPhases { try phase.validate() }
  }

  /// What training by gradient takes, in the phase that takes most.
  func networkMemory(training: BagShape, scoring: BagShape) -> Double {
    let graph = Graph(featureCount: training.features)
    _ = trace(graph).meanLoss
    let last = graph.memory(
      training: training.drawing(atMost: self.training.instancesPerBag), scoring: scoring,
      bagsPerStep: self.training.bagsPerStep)
    return earlierPhases.reduce(last) { most, phase in
      let graph = Graph(featureCount: training.features)
      _ = phase.loss(graph, TwoClasses())
      let drawn = training.drawing(atMost: phase.instancesPerBag)
      return max(most, graph.memory(training: drawn, scoring: scoring, bagsPerStep: phase.bagsPerStep))
    }
  }
}
