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
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with one layer of 512 units.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try trunk.validate()
    try training.validate()
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    // Images have no mean to be convolved, so the features after the trunk are averaged instead.
    let features =
      trunk.images.isConvolutional
      ? trunk.features(of: graph.instances).meanOverInstances()
      : trunk.features(of: graph.instances.meanOverInstances())
    return task.network(features.linear("classifier", to: task.outputColumns))
  }
}
