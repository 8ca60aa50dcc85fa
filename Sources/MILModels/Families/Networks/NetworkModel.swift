import Autodiff
import MILBags
import MILRecords
import UserInput

/// A model that consists of one traced network, trained by gradient on steps of bags.
///
/// Such a model builds its network and needs nothing else; the contract tests check the gradient of its loss.
public protocol NetworkModel: Model {
  /// The training settings.
  var training: TrainingConfiguration { get }

  /// The weights of the losses of bags.
  var classWeights: ClassWeights { get }

  /// The update rule of the parameters: that of ``training``, unless the model has its own.
  var optimiser: Optimiser { get }

  /// The phases of the training before the last, in order; none by default.
  var earlierPhases: [TrainingPhase] { get }

  /// The random difference between two views of an instance in training without labels.
  var augmentation: any Augmentation { get }

  /// Builds the first layers of instances, with which training without labels can begin; nil if the network has none.
  func trunkFeatures(of instances: Variable) -> Variable?

  /// Builds the network.
  ///
  /// - Parameters:
  ///   - graph: the graph to build on.
  ///   - task: the task to predict; `task.network(_:weights:)` makes loss and prediction of an output.
  func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork
}

extension NetworkModel {
  /// The traits of a network with probabilities, whose training passes through all shorter ones.
  public var traits: ModelTraits {
    networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
  }

  /// Returns the network of two classes.
  package func trace(_ graph: ComputationGraph) -> TracedNetwork { trace(graph, for: BagTasks.unnamed) }

  /// Returns the traits of a network, with a description of what its training decides.
  func networkTraits(trained: String) -> ModelTraits {
    var traits = ModelTraits(trained: trained)
    traits.targets = Set(Targets.Kind.allCases)
    traits.drawsParametersApart = true
    // A training that chooses among its epochs passes through no shorter one.
    traits.path = training.schedule == .constant && training.earlyStopping.stopping == .none ? "epochs" : nil
    return traits
  }

  /// The class weights, the trunk and its squares, and the later parameters of the training.
  public static var laterParameters: Set<String> {
    TrainingConfiguration.laterParameters.union(["classWeights", "trunk", "cutout"])
  }

  /// Weight 1 for each bag.
  public var classWeights: ClassWeights { .equal }

  /// The update rule of ``training``.
  public var optimiser: Optimiser { training.rule }

  /// No earlier phases.
  public var earlierPhases: [TrainingPhase] { [] }

  /// The strong view of ``training``: dropout of features and noise, or changes of images.
  public var augmentation: any Augmentation { training.viewing.strong(training.pretraining) }

  /// Returns nil.
  public func trunkFeatures(of instances: Variable) -> Variable? { nil }

  /// The phases before the last: pretraining, which every network offers, and then its own.
  package var phases: [TrainingPhase] {
    guard training.pretraining.pretrain == .contrastive else { return earlierPhases }
    return [training.pretraining.phase(augmentation) { trunkFeatures(of: $0) ?? $0 }] + earlierPhases
  }

  /// Throws for settings of classes, if the bags have other targets.
  ///
  /// - Throws: ``NotApplicable`` with the setting.
  func requireApplicable(to kind: Targets.Kind) throws {
    let found = "the bags have \(kind.title)"
    if training.pseudoLabels > 0, kind != .twoClasses {
      throw NotApplicable("pseudoLabels needs two classes, \(found)")
    }
    guard kind != .twoClasses, kind != .classes else { return }
    if training.classLoss != .crossEntropy {
      throw NotApplicable("classLoss=\(training.classLoss.rawValue) needs classes, \(found)")
    }
    if classWeights == .balanced { throw NotApplicable("classWeights=balanced needs classes, \(found)") }
  }

  /// Returns the network with the additions of its training: the loss of pseudo-labels, and class activations.
  ///
  /// - Throws: ``/UserInput/ConfigurationError`` if the network has no class activations or the task no pseudo-labels.
  func traced(_ graph: ComputationGraph, for task: any BagTask) throws -> TracedNetwork {
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
      guard task.classOutputs == .positive, network.loss.rows == .bags else {
        throw ConfigurationError(
          parameter: "pseudoLabels", found: found, expected: "two classes and the loss of each bag, or 0")
      }
      let own = try activation("pseudoLabels", found)
      network.loss = network.loss + pseudoLabelLoss(own, graph, task) * training.pseudoLabels
    }
    if training.relevance == .activation {
      network.weights = task.prediction(try activation("relevance", "activation"))
      network.weightsAreScores = true
    }
    return network
  }

  /// Returns the loss of instances with pseudo-labels.
  ///
  /// - Parameter own: the class activation of each instance as it is.
  private func pseudoLabelLoss(_ own: Variable, _ graph: ComputationGraph, _ task: any BagTask) -> Variable {
    guard training.pseudoViews == .weakAndStrong else {
      return own.pseudoLabelLoss(with: graph.labels, confidence: training.pseudoConfidence)
    }
    // Traced again on a view, the network has the same parameters.
    func activation(of view: Variable) -> Variable {
      graph.viewing(view) { trace(graph, for: task).activation?() } ?? own
    }
    let weak = training.viewing.weak.map { activation(of: $0.view(of: graph.instances)) } ?? own
    return activation(of: augmentation.view(of: graph.instances))
      .consistencyLoss(decidedBy: weak, with: graph.labels, confidence: training.pseudoConfidence)
  }

  /// Trains the network.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    try train(training, context)
  }

  /// Restores the network with saved parameters.
  public func fitted(from state: ModelState) throws -> any FittedModel { try FittedNetwork(self, state) }

  /// Returns the memory for parameters with gradients and means, the values and gradients of a step, and the values of
  /// a scored block.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    try validateTraining()
    return networkMemory(training: training, scoring: scoring)
  }

  /// Throws for a training without steps, even if the model's own `validate` does not check its parts.
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
    if training.pretraining.pretrain == .contrastive,
      trunkFeatures(of: ComputationGraph(featureCount: 1).instances) == nil
    {
      throw ConfigurationError(
        parameter: "pretrain", found: "contrastive", expected: "none for a network without layers of instances")
    }
  }

  /// Returns the number of weights that training learns for bags with these features.
  func weightCount(for bags: BagShape) -> Int {
    let graph = ComputationGraph(
      featureCount: bags.features, images: bags.images, bagFeatures: bags.bagFeatures, twoSets: bags.twoSets)
    _ = trace(graph).meanLoss
    return graph.parameterCount
  }

  /// Returns the memory of training by gradient, in the phase that needs most.
  func networkMemory(training: BagShape, scoring: BagShape) -> Double {
    func graphOfTraining() -> ComputationGraph {
      ComputationGraph(
        featureCount: training.features, images: training.images, bagFeatures: training.bagFeatures,
        twoSets: training.twoSets)
    }
    let graph = graphOfTraining()
    _ = trace(graph).meanLoss
    let last = graph.memory(
      training: training.drawing(atMost: self.training.instancesPerBag), scoring: scoring,
      bagsPerStep: self.training.bagsPerStep)
    return phases.reduce(last) { most, phase in
      let graph = graphOfTraining()
      _ = phase.loss(graph, BagTasks.unnamed)
      let drawn = training.drawing(atMost: phase.instancesPerBag)
      return max(most, graph.memory(training: drawn, scoring: scoring, bagsPerStep: phase.bagsPerStep))
    }
  }
}
