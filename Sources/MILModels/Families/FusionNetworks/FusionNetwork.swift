import Autodiff
import MILBags

/// A network of two modalities: instances after a trunk, and features of their bag or a second set of instances.
package protocol FusionNetwork: NetworkModel {
  /// The layers applied to each instance first; their dropout is that of all layers.
  var trunk: TrunkConfiguration { get }
}

/// A fusion of one vector of the instances and one of the second block: the bag's features, or the second set of
/// instances after a trunk and a pooling of its own.
package protocol VectorFusionNetwork: FusionNetwork {
  /// The pooling of instances into a vector.
  var pooling: ChosenPooling { get }
  /// The widths of the layers of the bag's features.
  var bagLayers: LayerSizes { get }
}

extension FusionNetwork {
  /// Returns the features of instances after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { ownFeatures(of: instances) }

  /// Returns the features of instances after the trunk, without those of their bags; each set has a trunk of its own.
  func ownFeatures(of instances: Variable) -> Variable {
    let graph = instances.graph
    let own = graph.withoutBagFeatures(instances)
    let features = trunk.features(of: own)
    guard let second = graph.secondSet else { return features }
    return features * (1 - second) + graph.scope("second") { trunk.features(of: own) } * second
  }
}

extension VectorFusionNetwork {
  /// Returns the pooled instances, the layers of the second block, and both side by side.
  ///
  /// Of two sets, the first is pooled alone. The second block is the pooled second set, with the bag's features after
  /// it if there are any.
  func vectors(in graph: ComputationGraph) -> (pooled: Pooled, described: Variable, both: Variable) {
    let features = ownFeatures(of: graph.instances)
    func block(_ features: Variable) -> Variable { features.bagFeatureLayers(bagLayers, dropout: trunk.dropout) }
    guard let second = graph.secondSet else {
      let pooled = graph.scope("pooling") { pooling.pool(features) }
      let described = block(graph.bagFeatures)
      return (pooled, described, pooled.bag.concatenated(with: described))
    }
    var pooled = graph.scope("pooling") { pooling.pool(features, within: 1 - second) }
    let other = graph.scope("second.pooling") { pooling.pool(features, within: second) }
    let described = block(graph.bagFeatureCount > 0 ? other.bag.concatenated(with: graph.bagFeatures) : other.bag)
    pooled.weights = pooled.weights.flatMap { first in other.weights.map { (first + $0).shares } }
    return (pooled, described, pooled.bag.concatenated(with: described))
  }
}
