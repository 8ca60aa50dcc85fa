import Autodiff
import MILBags
import UserInput

/// SimpleMIL of nnMIL: gated attention directly on the features, trained on a random subset of the features of each
/// bag.
///
/// Each step keeps about `channels` of the D features of a bag, the same for all its instances, and divides them by
/// that share. Scores use all features.
///
/// Source: nnMIL, github.com/Luoxd1996/nnMIL, `network_architecture/models/simple_mil.py`. Deviations: each feature is
/// kept with the probability channels / D, whereas the repository draws exactly that many. Scores come from all
/// features at once, whereas the repository averages over overlapping runs of them. Instances are drawn only with
/// `instancesPerBag`, whereas it takes half the median size of a bag. The classifier reads the drawn features too;
/// Adam's decay is in the gradient.
package struct ChannelSamplingNetwork: NetworkModel {
  /// The approximate number of a bag's features that a step keeps; all if there are no more.
  package var channels = 256
  /// The units of attention.
  package var attentionUnits = 256
  /// The training settings.
  package var training: TrainingConfiguration = {
    var training = TrainingConfiguration.adam(rate: 3e-4, weightDecay: 1e-5, epochs: 50)
    training.bagsPerStep = 16
    return training
  }()
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with 256 features per step.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("channels", channels, in: 1...1_000_000)
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try training.validate()
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let dropped = 1 - min(1, Double(channels) / Double(max(graph.featureCount, 1)))
    // One draw per bag, shared by all its instances.
    let kept = graph.constant(1, rows: .bags, columns: graph.featureCount).dropout(dropped)
    let features = dropped > 0 ? graph.instances * kept : graph.instances
    let weights = features.gatedScores("attention", units: attentionUnits).softmaxOverInstances()
    let bag = (weights * features).sumOverInstances()
    return task.network(
      bag.linear("classifier", to: task.outputColumns), weights: weights,
      activation: { features.linear("classifier", to: task.outputColumns) })
  }
}
