import Autodiff
import MILBags
import MILRecords
import UserInput

/// MI-NN: a network of one hidden layer for each instance, whose outputs meet in a smooth maximum.
///
///     o_i = sigmoid(v . sigmoid(W x_i)),   o = (1 / M) log((1 / n) sum_i exp(M o_i)),   loss = (o - y)²
///
/// with the bag's label y, 0 or 1; another `classLoss` than the default replaces the squared error. The instance scores
/// are the outputs o_i.
///
/// Source: J. Ramon, L. De Raedt, Multi instance neural networks, ICML workshop on attribute-value and relational
/// learning, 2000. The settings of the article could not be read: the number of hidden units, M, the rate and the
/// epochs are assumptions, and Adam replaces plain backpropagation.
package struct SmoothMaximumNetwork: NetworkModel {
  /// The number of hidden units.
  package var units = 32
  /// M: near the mean when small, near the maximum when large.
  package var sharpness = 5.0
  /// The training settings.
  package var training = TrainingConfiguration.adam(rate: 1e-3, weightDecay: 1e-3, epochs: 100)
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with 32 hidden units.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("units", units, in: 1...65536)
    try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3)
    try training.validate()
  }

  /// The traits, for two classes, whose labels are compared with the output.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "both layers, from instance features to the bag's output, by gradient")
    traits.targets = [.twoClasses]
    return traits
  }

  /// Returns the features after the hidden layer.
  package func trunkFeatures(of instances: Variable) -> Variable? { instances.linear("trunk.1", to: units).sigmoid() }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let hidden = graph.instances.linear("trunk.1", to: units).sigmoid()
    let outputs = hidden.linear("classifier", to: 1).sigmoid()
    let output = outputs.logMeanExpOverInstances(sharpness: sharpness)
    // Another loss of classes than the default replaces the squared error.
    let loss =
      training.classLoss == .crossEntropy
      ? (output - graph.labels).squared()
      : task.classLoss.of(output.binaryCrossEntropy(ofProbabilitiesWith: graph.labels))
    return TracedNetwork(loss: loss, prediction: output, weights: outputs, weightsAreScores: true)
  }
}
