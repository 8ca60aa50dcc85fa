import Autodiff
import MILData

/// MI-Net with residual connections: the bag vectors of all layers are added up and classified.
///
/// p = sigmoid(w . sum_k pool(dropout(h_k)) + b) for the features h_k of layer k. The layers are of one width, so that
/// each bag vector adds a residual to the sum of those before it. Dropout is in the branches alone.
///
/// Source: X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting multiple instance neural networks, Pattern Recognition
/// 74, 2018, doi:10.1016/j.patcog.2017.08.026, with layers and dropout as in its public code. The logistic loss is taken
/// of logits, where that code clips probabilities at 1e-7.
public struct ResidualNetwork: NetworkModel {
  /// How a layer's features become a bag vector.
  public var pooling = ChosenPooling()
  /// The width of every layer.
  public var units = 128
  /// The number of layers.
  public var depth = 3
  /// The dropout rate of each branch.
  public var dropout = 0.5
  /// How the network is trained.
  public var training = TrainingConfiguration.miNet
  /// How much the loss of a bag weighs: 1, or balanced by class.
  public var classWeights = RidgeConfiguration.ClassWeights.equal

  /// Three layers of 128 units, max pooling, dropout 0.5.
  public init() {}

  /// Refuses what one of the parts refuses.
  public func validate() throws {
    try pooling.validate()
    try ConfigurationError.require("units", units, in: 1...65536)
    try ConfigurationError.require("depth", depth, in: 1...100)
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
    try training.validate()
  }

  /// Writes the network down.
  public func trace(_ graph: Graph, for task: any BagTask) -> TracedNetwork {
    let layers = graph.instances.rectifiedLayers(Array(repeating: units, count: depth))
    let bags = layers.enumerated().map { index, features in
      graph.scope("pooling.\(index + 1)") { pooling.pool(features.dropout(dropout)).bag }
    }
    return task.network(bags.dropFirst().reduce(bags[0], +).linear("classifier", to: task.outputColumns))
  }
}
