import Autodiff
import MILBags

/// A network that pools instance features into a bag vector and classifies that vector: trunk, pooling, one logistic
/// unit.
///
/// The standard network for a new pooling. With the elementary poolings it is MI-Net (X. Wang, Y. Yan, P. Tang, X. Bai,
/// W. Liu, Revisiting multiple instance neural networks, Pattern Recognition 74, 2018,
/// doi:10.1016/j.patcog.2017.08.026). With attention it is that of M. Ilse, J. M. Tomczak, M. Welling, Attention-based
/// deep multiple instance learning, ICML 2018. The logistic loss is computed from logits, whereas MI-Net's code clips
/// probabilities at 1e-7.
package struct PooledNetwork<BagPooling: Pooling>: NetworkModel {
  /// The pooling of instances into a bag vector.
  package var pooling = BagPooling()
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration()
  /// The training settings.
  package var training = TrainingConfiguration()
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with the defaults of all parts.
  package init() {}

  /// Creates a network with other parts than the defaults.
  package init(pooling: BagPooling = BagPooling(), trunk: TrunkConfiguration, training: TrainingConfiguration) {
    self.pooling = pooling
    self.trunk = trunk
    self.training = training
  }

  /// Throws if a value is outside its range.
  package func validate() throws {
    try pooling.validate()
    try trunk.validate()
    try training.validate()
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let features = trunk.features(of: graph.instances)
    let pooled = graph.scope("pooling") { pooling.pool(features) }
    return task.network(
      pooled.bag.linear("classifier", to: task.outputColumns), weights: pooled.weights,
      activation: pooled.bag.columns != features.columns
        ? nil : { features.linear("classifier", to: task.outputColumns) })
  }
}
