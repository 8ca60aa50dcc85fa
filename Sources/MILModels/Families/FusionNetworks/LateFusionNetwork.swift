import Autodiff
import MILBags
import UserInput

/// Late fusion of instances and features of their bag: two vectors side by side, and layers on both.
///
///     h = pooled instances, g = layers of the bag's features, output = two layers on [h, g] and a linear one
///
/// The bag's features are those that the data declare (`--bag-features`), for example clinical values. For bags without
/// any they are the mean of the instances. If a feature divides the instances into two sets (`--set-column`), h is of
/// the first set and g of the second, each with a trunk and a pooling of its own.
///
/// Source: the concatenation of R. J. Chen, M. Y. Lu, D. F. K. Williamson et al., Pan-cancer integrative
/// histology-genomic analysis via multimodal deep learning, Cancer Cell 40(8), 2022, doi:10.1016/j.ccell.2022.07.004,
/// with the sizes of github.com/mahmoodlab/MCAT. Deviations: plain dropout replaces that of self-normalising layers;
/// any pooling is possible.
package struct LateFusionNetwork: VectorFusionNetwork {
  /// The pooling of instances into a vector; of two sets, one with softmax weights.
  package var pooling = ChosenPooling(.gatedAttention)
  /// The layers applied to each instance first; their dropout is that of all layers.
  package var trunk = TrunkConfiguration.modalities
  /// The widths of the layers of the bag's features.
  package var bagLayers: LayerSizes = [256, 256]
  /// The units of both layers on the two vectors.
  package var fusedUnits = 256
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with gated attention.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try pooling.validate()
    try trunk.validate()
    try ConfigurationError.require("fusedUnits", fusedUnits, in: 1...65536)
    try training.validate()
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let (pooled, _, both) = vectors(in: graph)
    let fused = both.linear("fusion.1", to: fusedUnits).relu().linear("fusion.2", to: fusedUnits).relu()
    return task.network(fused.linear("classifier", to: task.outputColumns), weights: pooled.weights)
  }
}
