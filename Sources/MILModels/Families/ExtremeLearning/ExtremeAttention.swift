import Autodiff
import MILBags
import MILRecords
import UserInput

/// Attention over random features: h = tanh(V x), a = softmax(w . h) over the bag, and a classifier of sum a h.
///
/// V is random and frozen; w and the classifier are learned, by gradient or, for the output weights, in closed form
/// (see `VariableProjection`). With `hiddenLayer=trained` V is learned as well: this is the source's deep model, for
/// comparison. With the gradient, scores are probabilities; with the closed form they are decision values, positive
/// from 0 on.
///
/// Source: Krishnakumar, Baglio, Floether, Ruiz, Habringer, Romano, Extreme learning machines for attention-based
/// multiple instance learning in whole-slide image classification, 2025, arXiv 2503.10510. Its layer sizes, optimiser
/// and epochs are unknown; the defaults are this project's.
package struct ExtremeAttention: NetworkModel {
  /// The solver of the output weights.
  package enum Solver: String, Codable, Sendable, CaseIterable {
    /// By gradient, with everything else; cross entropy of a logistic unit.
    case gradient
    /// By ridge regression, in each gradient step for the other weights.
    case closedForm = "closed-form"
  }

  /// The training of V.
  package enum HiddenLayerTraining: String, Codable, Sendable, CaseIterable {
    /// V keeps its random values.
    case frozen
    /// V is learned by gradient.
    case trained
  }

  /// The solver of the output weights.
  package var solver = Solver.gradient
  /// The training of V.
  package var hiddenLayer = HiddenLayerTraining.frozen
  /// The hidden layer; without b, except for random Fourier features.
  package var hidden = HiddenLayer(hiddenUnits: 256)
  /// The ReLU units between the bag vector and the logistic unit, 0 for none; not with the closed form.
  package var classifierUnits = 0
  /// The regression of the closed form; with the gradient only its class weights are used.
  package var output = RidgeConfiguration()
  /// The training of w, and with the gradient of the classifier. With the closed form each step uses all bags.
  package var training = TrainingConfiguration()
  /// The number of random hidden layers whose scores are averaged.
  package var members = 1

  /// Creates a model with 256 frozen tanh units, Adam with its usual rate .001, and 50 epochs.
  package init() {
    training.optimiser = .adam
    training.learningRate = 1e-3
  }

  /// The later parameters of the training; the class weights are those of the regression.
  package static var laterParameters: Set<String> { TrainingConfiguration.laterParameters }

  /// The weights of the losses of bags.
  package var classWeights: ClassWeights { output.classWeights }

  /// Throws if a value is outside its range.
  package func validate() throws {
    try hidden.validate()
    try output.validate()
    try training.validate()
    try ConfigurationError.require("classifierUnits", classifierUnits, in: 0...65536)
    try ConfigurationError.require("members", members, in: 1...1000)
    guard solver == .gradient || training.isPlain else {
      throw ConfigurationError(
        parameter: "solver", found: solver.rawValue,
        expected: "gradient beside a classLoss, pretrain, pseudoLabels, relevance or sites other than the default")
    }
  }

  /// The traits; scores are probabilities with the gradient, decision values with the closed form.
  package var traits: ModelTraits {
    let layers = hiddenLayer == .frozen ? "on random features that stay as drawn" : "and the hidden layer"
    switch solver {
    case .gradient:
      return networkTraits(trained: "the attention vector and the classifier \(layers), by gradient")
    case .closedForm:
      var traits = networkTraits(
        trained: "the attention vector \(layers), by gradient, and the output weights by ridge regression")
      traits.scores = .decisions
      traits.targets = [.twoClasses]
      return traits
    }
  }

  /// Trains the network, by gradient alone or with output weights in closed form.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    try fitMembers(members, context) { context in
      switch solver {
      case .gradient: try train(training, context)
      case .closedForm: try VariableProjection(configuration: self).fit(training, context)
      }
    }
  }

  /// Restores the network from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    try keptMembers(members, state) { state in
      switch solver {
      case .gradient: try FittedNetwork(self, state)
      case .closedForm: try VariableProjection(configuration: self).fitted(from: state)
      }
    }
  }

  /// Returns the memory of one member: members are fitted one after the other.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    switch solver {
    case .gradient: networkMemory(training: training, scoring: scoring)
    case .closedForm: try VariableProjection(configuration: self).memory(training: training, scoring: scoring)
    }
  }

  /// Builds the network of the gradient solver.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let pooled = pool(graph)
    let last = classifierUnits > 0 ? pooled.bag.linear("classifier.hidden", to: classifierUnits).relu() : pooled.bag
    return task.network(last.linear("classifier", to: task.outputColumns), weights: pooled.weights)
  }

  /// Returns the bag vector sum a h and the weights a.
  @Sendable package func pool(_ graph: ComputationGraph) -> Pooled {
    let features = hidden.features(of: graph.instances, bias: false, trains: hiddenLayer == .trained)
    let weights = features.linear("attention", to: 1, bias: false).softmaxOverInstances()
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }

  /// Returns the mean over bags of weight (output - target)^2 with frozen output weights and targets +1 and -1.
  ///
  /// If the output weights solve the ridge regression on the bag vectors, its gradient is that of the regression's
  /// minimum; see `VariableProjection`.
  package func projectedLoss(
    _ graph: ComputationGraph, _ bag: Variable, positiveWeight: Double, negativeWeight: Double
  ) -> Variable {
    let residual = bag.linear(Self.outputLayer, to: 1, trains: false) - (graph.labels * 2 - 1)
    let weight = graph.labels * (positiveWeight - negativeWeight) + negativeWeight
    return (residual.squared() * weight).meanOverBags()
  }

  /// The name of the frozen layer of the output weights.
  package static let outputLayer = "output"
}
