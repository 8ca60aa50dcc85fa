import Autodiff
import MILBags
import MILRecords
import UserInput

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

  /// What two views of an instance differ by where instances are trained on without labels.
  var augmentation: any Augmentation { get }

  /// Writes down the layers that instances go through first, which training without labels can begin with; nil where the
  /// network has none.
  func trunkFeatures(of instances: Variable) -> Variable?

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
  public func trace(_ graph: Graph) -> TracedNetwork { trace(graph, for: TwoClasses()) }

  /// The traits of a network, with what its training decides.
  func networkTraits(trained: String) -> ModelTraits {
    var traits = ModelTraits(trained: trained)
    traits.targets = Set(Targets.Kind.allCases)
    // A training that chooses among its epochs passes through no shorter one.
    traits.path = training.schedule == .constant && training.earlyStopping.stopping == .none ? "epochs" : nil
    return traits
  }

  /// The weights of classes, what images go through, and those of the training.
  public static var laterParameters: Set<String> {
    TrainingConfiguration.laterParameters.union(["classWeights", "trunk"])
  }

  /// Each bag weighs 1.
  public var classWeights: RidgeConfiguration.ClassWeights { .equal }

  /// As ``training`` says.
  public var optimiser: Optimiser { training.rule }

  /// None.
  public var earlierPhases: [TrainingPhase] { [] }

  /// Features left out, and noise, as ``training`` says.
  public var augmentation: any Augmentation { training.pretraining.augmentation }

  /// None.
  public func trunkFeatures(of instances: Variable) -> Variable? { nil }

  /// The phases before the last: what every network can begin with, and then its own.
  var phases: [TrainingPhase] {
    guard training.pretraining.pretrain == .contrastive else { return earlierPhases }
    return [training.pretraining.phase(augmentation) { trunkFeatures(of: $0) ?? $0 }] + earlierPhases
  }

  /// The network with what its training adds to it: the loss of pseudo-labels, and class activations.
  ///
  /// - Throws: ``ConfigurationError`` where the network has no class activations or the task no pseudo-labels.
  func traced(_ graph: Graph, for task: any BagTask) throws -> TracedNetwork {
    var network = trace(graph, for: task)
    func activation(_ parameter: String, _ found: String) throws -> Variable {
      guard let activation = network.activation else {
        throw ConfigurationError(
          parameter: parameter, found: found, expected: "a network whose bag vector is a mixture of instance features")
      }
      return activation()
    }
    if training.pseudoLabels > 0 {
      let found = "\(training.pseudoLabels)"
      guard task is TwoClasses, network.loss.rows == .bags else {
        throw ConfigurationError(
          parameter: "pseudoLabels", found: found, expected: "two classes and the loss of each bag, or 0")
      }
      let loss = try activation("pseudoLabels", found)
        .pseudoLabelLoss(with: graph.labels, confidence: training.pseudoConfidence)
      network.loss = network.loss + loss * training.pseudoLabels
    }
    if training.relevance == .activation {
      network.weights = task.prediction(try activation("relevance", "activation"))
      network.weightsAreScores = true
    }
    return network
  }

  /// Trains the network.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    try train(training, context)
  }

  /// The network with kept parameters.
  public func fitted(from state: ModelState) throws -> any FittedModel { try FittedNetwork(self, state) }

  /// Parameters with gradients and means, the values and gradients of a step, and the values of a block that is scored.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    try validateTraining()
    return networkMemory(training: training, scoring: scoring)
  }

  /// Refuses a training without steps, also where the model's own `validate` does not ask its parts.
  func validateTraining() throws {
    try training.validate()
    for phase in phases { try phase.validate() }
    guard training.siteTraining.sites != .federated || phases.isEmpty else {
      throw ConfigurationError(
        parameter: "sites", found: "federated", expected: "pooled or largest for a training of several phases")
    }
    guard training.siteTraining.sites != .federated || training.earlyStopping.stopping == .none else {
      throw ConfigurationError(
        parameter: "sites", found: "federated", expected: "pooled or largest for stopping=inner")
    }
    if training.pretraining.pretrain == .contrastive, trunkFeatures(of: Graph(featureCount: 1).instances) == nil {
      throw ConfigurationError(
        parameter: "pretrain", found: "contrastive", expected: "none for a network without layers of instances")
    }
  }

  /// The number of weights that training learns for bags with these features.
  func weightCount(for bags: BagShape) -> Int {
    let graph = Graph(featureCount: bags.features, images: bags.images)
    _ = trace(graph).meanLoss
    return graph.parameterCount
  }

  /// What training by gradient takes, in the phase that takes most.
  func networkMemory(training: BagShape, scoring: BagShape) -> Double {
    let graph = Graph(featureCount: training.features, images: training.images)
    _ = trace(graph).meanLoss
    let last = graph.memory(
      training: training.drawing(atMost: self.training.instancesPerBag), scoring: scoring,
      bagsPerStep: self.training.bagsPerStep)
    return phases.reduce(last) { most, phase in
      let graph = Graph(featureCount: training.features, images: training.images)
      _ = phase.loss(graph, TwoClasses())
      let drawn = training.drawing(atMost: phase.instancesPerBag)
      return max(most, graph.memory(training: drawn, scoring: scoring, bagsPerStep: phase.bagsPerStep))
    }
  }
}
