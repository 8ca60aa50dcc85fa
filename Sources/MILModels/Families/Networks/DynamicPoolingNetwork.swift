import Autodiff
import MILBags
import MILRecords
import UserInput

/// DP-MINN: the length of a dynamically pooled bag vector is the probability of the positive label.
///
/// Source: Y. Yan, X. Wang, X. Guo, J. Fang, W. Liu, J. Huang, Deep multi-instance learning with dynamic pooling, ACML
/// 2018, PMLR 95:662-677. Layer sizes, optimiser, epochs and dropout of the article are unknown. The defaults are the
/// layers of MI-Net, which shares authors with it, and Adam. The weight of negative bags in the margin loss is 1 (0.5
/// in the loss of capsule networks, from which it comes).
package struct DynamicPoolingNetwork: NetworkModel {
  /// The loss to minimise.
  package enum Loss: String, Codable, Sendable, CaseIterable {
    /// The margin loss on the length of the bag vector.
    case margin
    /// The cross entropy of the length, taken as a probability and clipped at 1e-7.
    case crossEntropy = "cross-entropy"
  }

  /// The routing.
  package var pooling = DynamicPooling()
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration()
  /// The loss to minimise.
  package var loss = Loss.margin
  /// The length above which positive bags have no loss.
  package var positiveMargin = 0.9
  /// The length below which negative bags have no loss.
  package var negativeMargin = 0.1
  /// The weight of negative bags in the margin loss.
  package var negativeWeight = 1.0
  /// The training settings.
  package var training = TrainingConfiguration()
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with three iterations, margins 0.9 and 0.1, Adam with rate 5e-4, and no dropout.
  package init() {
    trunk.dropout = 0
    training.optimiser = .adam
  }

  /// Throws if a value is outside its range.
  package func validate() throws {
    try pooling.validate()
    try trunk.validate()
    try training.validate()
    try ConfigurationError.require("positiveMargin", positiveMargin, in: 0...1)
    try ConfigurationError.require("negativeMargin", negativeMargin, in: 0...1)
    try ConfigurationError.require("negativeWeight", negativeWeight, in: 0...1e3)
  }

  /// The traits, for probabilities of two classes, since the length is of one vector.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
    traits.targets = [.twoClasses]
    return traits
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let features = trunk.features(of: graph.instances)
    let pooled = graph.scope("pooling") { pooling.pool(features) }
    let length = pooled.bag.length()
    let loss =
      // Another loss of classes replaces the margin loss.
      switch training.classLoss == .crossEntropy ? loss : .crossEntropy {
      case .margin:
        length.marginLoss(
          with: graph.labels, positiveMargin: positiveMargin, negativeMargin: negativeMargin,
          negativeWeight: negativeWeight)
      case .crossEntropy:
        task.classLoss.of(length.binaryCrossEntropy(ofProbabilitiesWith: graph.labels))
      }
    return TracedNetwork(loss: loss, prediction: length, weights: pooled.weights)
  }
}
