import Autodiff
import MILBags

/// A network of two modalities: instances after a trunk, and features of their bag.
package protocol FusionNetwork: NetworkModel {
  /// The layers applied to each instance first; their dropout is that of all layers.
  var trunk: TrunkConfiguration { get }
}

/// A fusion of one vector of the instances and one of the bag's features.
package protocol VectorFusionNetwork: FusionNetwork {
  /// The pooling of instances into a vector.
  var pooling: ChosenPooling { get }
  /// The widths of the layers of the bag's features.
  var bagLayers: LayerSizes { get }
}

extension FusionNetwork {
  /// Returns the features of instances after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { ownFeatures(of: instances) }

  /// Returns the features of instances after the trunk, without those of their bags.
  func ownFeatures(of instances: Variable) -> Variable {
    trunk.features(of: instances.graph.withoutBagFeatures(instances))
  }
}

extension VectorFusionNetwork {
  /// Returns the pooled instances, the layers of the bag's features, and both side by side.
  func vectors(in graph: ComputationGraph) -> (pooled: Pooled, described: Variable, both: Variable) {
    let features = ownFeatures(of: graph.instances)
    let pooled = graph.scope("pooling") { pooling.pool(features) }
    let described = graph.bagFeatures.bagFeatureLayers(bagLayers, dropout: trunk.dropout)
    return (pooled, described, pooled.bag.concatenated(with: described))
  }
}
