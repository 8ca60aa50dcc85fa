import Autodiff
import MILBags

/// A classifier of the mean of a bag's instances: the baseline that every table of networks needs.
///
/// The joint information of instances is lost before anything is learned; a network that does not beat this one does
/// not benefit from its instances.
///
/// Source: the sanity model of slide tables, SiMLP, arXiv 2502.20823. Its training was not available; the settings are
/// those of other networks for features of slides.
package struct MeanNetwork: NetworkModel {
  /// The layers applied to the mean.
  package var trunk = TrunkConfiguration.slides
  /// How the network is trained.
  package var training = TrainingConfiguration.slides
  /// How much the loss of a bag weighs: 1, or balanced by class.
  package var classWeights = RidgeConfiguration.ClassWeights.equal

  /// Creates a network with one layer of 512 units.
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
    // Images have no mean to be convolved, so the features after the trunk are averaged instead.
    let features =
      trunk.images.isConvolutional
      ? trunk.features(of: graph.instances).meanOverInstances()
      : trunk.features(of: graph.instances.meanOverInstances())
    return task.network(features.linear("classifier", to: task.outputColumns))
  }
}
