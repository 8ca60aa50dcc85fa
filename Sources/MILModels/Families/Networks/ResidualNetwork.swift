import Autodiff
import MILBags
import UserInput

/// MI-Net with residual connections: the bag vectors of all layers are summed and classified.
///
/// p = sigmoid(w . sum_k pool(dropout(h_k)) + b) for the features h_k of layer k. All layers have the same width, so
/// that each bag vector adds a residual to the sum of those before it. Dropout is in the branches alone.
///
/// Source: X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting multiple instance neural networks, Pattern Recognition
/// 74, 2018, doi:10.1016/j.patcog.2017.08.026, with layers and dropout as in its public code. The logistic loss is
/// computed from logits, whereas that code clips probabilities at 1e-7.
package struct ResidualNetwork: NetworkModel {
  /// The pooling of each layer's features into a bag vector.
  package var pooling = ChosenPooling()
  /// The convolutions of images before the layers.
  package var images = ImageTrunk()
  /// The width of every layer.
  package var units = 128
  /// The number of layers.
  package var depth = 3
  /// The dropout rate of each branch.
  package var dropout = 0.5
  /// The training settings.
  package var training = TrainingConfiguration.miNet
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with three layers of 128 units, max pooling, and dropout 0.5.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try pooling.validate()
    try images.validate()
    try ConfigurationError.require("units", units, in: 1...65536)
    try ConfigurationError.require("depth", depth, in: 1...100)
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
    try training.validate()
  }

  /// Returns the features after all layers.
  package func trunkFeatures(of instances: Variable) -> Variable? {
    images.features(of: instances).rectifiedLayers(Array(repeating: units, count: depth)).last
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let layers = images.features(of: graph.instances).rectifiedLayers(Array(repeating: units, count: depth))
    let bags = layers.enumerated().map { index, features in
      graph.scope("pooling.\(index + 1)") { pooling.pool(features.dropout(dropout)).bag }
    }
    return task.network(
      bags.dropFirst().reduce(bags[0], +).linear("classifier", to: task.outputColumns),
      activation: bags[0].columns != units
        ? nil : { layers.dropFirst().reduce(layers[0], +).linear("classifier", to: task.outputColumns) })
  }
}
