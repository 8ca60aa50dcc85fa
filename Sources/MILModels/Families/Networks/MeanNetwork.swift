import Autodiff
import MILBags

/// The mean of a bag's instances, classified by layers: the row that every table of networks needs.
///
/// What instances say together is lost before anything is learned; a network that does not beat this one has no use of
/// its instances.
///
/// Source: the sanity model of slide tables, SiMLP, arXiv 2502.20823. Its training was not read; here it is that of
/// other networks for features of slides.
package struct MeanNetwork: NetworkModel {
  /// What the mean goes through.
  package var trunk = TrunkConfiguration.slides
  /// How the network is trained.
  package var training = TrainingConfiguration.slides
  /// How much the loss of a bag weighs: 1, or balanced by class.
  package var classWeights = RidgeConfiguration.ClassWeights.equal

  /// One layer of 512 units.
  package init() {}

  /// Refuses what one of the parts refuses.
  package func validate() throws {
    try trunk.validate()
    try training.validate()
  }

  /// The trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Writes the network down.
  package func trace(_ graph: Graph, for task: any BagTask) -> TracedNetwork {
    // Images have no mean to be convolved: of them it is that of the trunk's features.
    let features =
      trunk.images.isConvolutional
      ? trunk.features(of: graph.instances).meanOverInstances()
      : trunk.features(of: graph.instances.meanOverInstances())
    return task.network(features.linear("classifier", to: task.outputColumns))
  }
}
