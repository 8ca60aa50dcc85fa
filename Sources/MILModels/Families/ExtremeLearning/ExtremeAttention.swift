import Autodiff
import MILBags
import MILRecords
import UserInput

/// Attention over random features: h = tanh(V x), a = softmax(w . h) over the bag, and a classifier of sum a h.
///
/// V is drawn and frozen; w and the classifier are learned, by gradient or, for the output weights, in closed form (see
/// `VariableProjection`). With `hiddenLayer=trained` V is learned as well: the source's deep model, for
/// comparison. With the gradient, scores are probabilities; with the closed form they are decision values, called
/// positive from 0 on.
///
/// Source: Krishnakumar, Baglio, Floether, Ruiz, Habringer, Romano, Extreme learning machines for attention-based
/// multiple instance learning in whole-slide image classification, 2025, arXiv 2503.10510. Its layer sizes, optimiser and
/// epochs are not known; those here are this project's.
package struct ExtremeAttention: NetworkModel {
  /// How the output weights are found.
  package enum Solver: String, Codable, Sendable, CaseIterable {
    /// By gradient, with everything else; cross entropy of a logistic unit.
    case gradient
    /// By ridge regression at each step of the gradient for the rest.
    case closedForm = "closed-form"
  }

  /// What becomes of V.
  package enum HiddenLayerTraining: String, Codable, Sendable, CaseIterable {
    /// It stays as it was drawn.
    case frozen
    /// It is learned by gradient.
    case trained
  }

  /// How the output weights are found.
  package var solver = Solver.gradient
  /// What becomes of V.
  package var hiddenLayer = HiddenLayerTraining.frozen
  /// The features of instances; without b, except for random Fourier features.
  package var hidden = HiddenLayer(hiddenUnits: 256)
  /// The ReLU units between the bag vector and the logistic unit, 0 for none; not with the closed form.
  package var classifierUnits = 0
  /// The regression of the closed form; with the gradient only how much a bag weighs.
  package var output = RidgeConfiguration()
  /// How w is learned, and with the gradient the classifier. With the closed form a step is made on all bags together.
  package var training = TrainingConfiguration()
  /// The number of random hidden layers whose scores are averaged.
  package var members = 1

  /// 256 frozen tanh units, Adam with its customary rate .001, 50 epochs.
  package init() {
    training.optimiser = .adam
    training.learningRate = 1e-3
  }

  /// Those of the training; the weights of classes are those of the regression.
  package static var laterParameters: Set<String> { TrainingConfiguration.laterParameters }

  /// How much the loss of a bag weighs.
  package var classWeights: RidgeConfiguration.ClassWeights { output.classWeights }

  /// Refuses values outside their range.
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

  /// Probabilities with the gradient, decision values with the closed form.
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
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    try fitMembers(members, context) { context in
      switch solver {
      case .gradient: try train(training, context)
      case .closedForm: try VariableProjection(configuration: self).fit(training, context)
      }
    }
  }

  /// The network of a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    try keptMembers(members, state) { state in
      switch solver {
      case .gradient: try FittedNetwork(self, state)
      case .closedForm: try VariableProjection(configuration: self).fitted(from: state)
      }
    }
  }

  /// What one member takes: they are fitted one after the other.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    switch solver {
    case .gradient: networkMemory(training: training, scoring: scoring)
    case .closedForm: try VariableProjection(configuration: self).memory(training: training, scoring: scoring)
    }
  }

  /// Writes the network of the gradient down.
  package func trace(_ graph: Graph, for task: any BagTask) -> TracedNetwork {
    let pooled = pool(graph)
    let last = classifierUnits > 0 ? pooled.bag.linear("classifier.hidden", to: classifierUnits).relu() : pooled.bag
    return task.network(last.linear("classifier", to: task.outputColumns), weights: pooled.weights)
  }

  /// The bag vector sum a h and the weights a.
  @Sendable package func pool(_ graph: Graph) -> Pooled {
    let features = hidden.features(of: graph.instances, bias: false, trains: hiddenLayer == .trained)
    let weights = features.linear("attention", to: 1, bias: false).softmaxOverInstances()
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }

  /// The mean over bags of weight (output - target)^2 with frozen output weights, targets +1 and -1.
  ///
  /// Where the output weights are the solution of the ridge regression on the bag vectors, its gradient is that of the
  /// regression's minimum; see `VariableProjection`.
  package func projectedLoss(
    _ graph: Graph, _ bag: Variable, positiveWeight: Double, negativeWeight: Double
  ) -> Variable {
    let residual = bag.linear(Self.outputLayer, to: 1, trains: false) - (graph.labels * 2 - 1)
    let weight = graph.labels * (positiveWeight - negativeWeight) + negativeWeight
    return (residual.squared() * weight).meanOverBags()
  }

  /// The name of the frozen layer that takes the output weights.
  package static let outputLayer = "output"
}
