import Autodiff
import MILBags
import UserInput

/// MI-Net with deep supervision: every layer's features are pooled and classified on their own.
///
/// p_k = sigmoid(w_k . pool(dropout(h_k)) + b_k) for the features h_k of layer k. The loss is the sum of the cross
/// entropies of all p_k, and the bag's probability is their mean. Dropout is in the branches alone.
///
/// Source: X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting multiple instance neural networks, Pattern Recognition
/// 74, 2018, doi:10.1016/j.patcog.2017.08.026, with the losses and the mean as in its public code. The logistic losses
/// are computed from logits, whereas that code clips probabilities at 1e-7.
package struct DeepSupervisionNetwork: NetworkModel {
  /// The pooling of each layer's features into a bag vector.
  package var pooling = ChosenPooling()
  /// The convolutions of images before the layers.
  package var images = ImageTrunk()
  /// The widths of the layers, each of which is supervised.
  package var layers: LayerSizes = [256, 128, 64]
  /// The dropout rate of each branch.
  package var dropout = 0.5
  /// The training settings.
  package var training = TrainingConfiguration.miNet
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with three layers of 256, 128 and 64 units, max pooling, and dropout 0.5.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try pooling.validate()
    try images.validate()
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
    try training.validate()
  }

  /// Returns the features after all layers.
  package func trunkFeatures(of instances: Variable) -> Variable? {
    images.features(of: instances).rectifiedLayers(layers.sizes).last
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let layers = images.features(of: graph.instances).rectifiedLayers(layers.sizes)
    let outputs = layers.enumerated().map { index, features in
      graph.scope("pooling.\(index + 1)") { pooling.pool(features.dropout(dropout)).bag }
        .linear("classifier.\(index + 1)", to: task.outputColumns)
    }
    let losses = outputs.map { task.loss($0, graph.targets) }
    let predictions = outputs.map(task.prediction)
    return TracedNetwork(
      loss: losses.dropFirst().reduce(losses[0], +),
      prediction: predictions.dropFirst().reduce(predictions[0], +) * (1 / Double(outputs.count)))
  }
}
