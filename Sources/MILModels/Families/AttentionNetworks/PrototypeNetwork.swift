import Autodiff
import MILBags
import UserInput

/// Soft assignment of instances to learned prototypes; the bag vector collects the mean of each prototype.
///
///     s_ik = softmax_k(-|h_i - p_k|² / sqrt(d)), w_ik = s_ik / sum_i s_ik, m_k = sum_i w_ik h_i
///
/// The bag vector concatenates all means m_k and the shares sum_i s_ik / n. An instance's weight is the mean of its
/// w_ik.
///
/// Source: the idea of L. Yang, D. Mehta, S. Liu, D. Mahapatra, A. Di Ieva, Z. Ge, TPMIL: trainable prototype enhanced
/// multiple instance learning for whole slide image classification, MIDL 2023, which released no code. Deviations:
/// prototypes do not belong to classes, and only the bags' loss separates them.
package struct PrototypeNetwork: NetworkModel {
  /// The number of prototypes.
  package var prototypes = 8
  /// The layers applied to each instance first.
  package var trunk: TrunkConfiguration = {
    var trunk = TrunkConfiguration.slides
    trunk.layers = [256, 64]
    return trunk
  }()
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with eight prototypes.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("prototypes", prototypes, in: 1...4096)
    try trunk.validate()
    try training.validate()
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let features = trunk.features(of: graph.instances)
    let slots = graph.slots(
      "prototypes", count: prototypes, columns: features.columns, initialiser: .normal(standardDeviation: 1))
    // The square of h is the same for all prototypes and cancels in the softmax.
    let squares = slots.squared().sumOverFeatures().flattened()
    let closeness = (features.times(slots.transposed) * 2 - squares) / Double(features.columns).squareRoot()
    let shares = closeness.softmaxOverFeatures()
    let weights = shares / shares.sumOverInstances()
    let means = weights.transposed.times(features).flattened()
    let bag = means.concatenated(with: shares.meanOverInstances())
    return task.network(
      bag.linear("classifier", to: task.outputColumns), weights: weights.sumOverFeatures() / Double(prototypes))
  }
}
