import Autodiff
import MILBags
import UserInput

/// Pathomic Fusion: gated vectors of instances and of their bag's features, and all products of their elements.
///
/// With h the pooled instances, g the layers of the bag's features, and m for each of both:
///
///     o_m = relu(O_m (sigmoid(Z_m [h, g]) * relu(H_m m))),   K = [o_h, 1] x [o_g, 1] with all products,
///     f = relu(F1 K),   output = linear function of relu(F2 [f, o_h, 1, o_g, 1])
///
/// The products with 1 keep each vector for itself. The bag's features are those that the data declare
/// (`--bag-features`), for example the expressions of genes. For bags without any they are the mean of the instances.
/// If a feature divides the instances into two sets (`--set-column`), h is of the first set and g of the second, each
/// with a trunk and a pooling of its own.
///
/// Source: R. J. Chen, M. Y. Lu, J. Wang, D. F. K. Williamson, S. J. Rodig, N. I. Lindeman, F. Mahmood, Pathomic
/// fusion: an integrated framework for fusing histopathology and genomic features for cancer diagnosis and prognosis,
/// IEEE Transactions on Medical Imaging 41(4), 2022, doi:10.1109/TMI.2020.3021387; sizes and the second use of the
/// vectors after `fusion.py` of github.com/mahmoodlab/PathomicFusion, as recalled. Deviations: instances are pooled,
/// whereas the article has one vector of an image; gates are linear in both vectors, as in the article, whereas the
/// code's default is bilinear; plain dropout replaces that of self-normalising layers.
package struct GatedFusionNetwork: VectorFusionNetwork {
  /// The pooling of instances into a vector; of two sets, one with softmax weights.
  package var pooling = ChosenPooling(.gatedAttention)
  /// The layers applied to each instance first; their dropout is that of all layers.
  package var trunk = TrunkConfiguration.modalities
  /// The widths of the layers of the bag's features.
  package var bagLayers: LayerSizes = [64, 48, 32]
  /// The length of both gated vectors, whose products the fusion has.
  package var units = 32
  /// The units of both layers on the products.
  package var fusedUnits = 64
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with gated attention and vectors of 32 elements.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try pooling.validate()
    try trunk.validate()
    try ConfigurationError.require("units", units, in: 1...1024)
    try ConfigurationError.require("fusedUnits", fusedUnits, in: 1...65536)
    try training.validate()
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let (pooled, described, both) = vectors(in: graph)
    let one = gated("instances", pooled.bag, by: both)
    let other = gated("bag", described, by: both)
    let products = one.slots(units + 1).times(other.slots(1)).flattened().dropout(trunk.dropout)
    let fused = layer("fusion.1", of: products).concatenated(with: one).concatenated(with: other)
    return task.network(
      layer("fusion.2", of: fused).linear("classifier", to: task.outputColumns), weights: pooled.weights)
  }

  /// Returns a vector behind its gate, and a one after its elements.
  private func gated(_ name: String, _ vector: Variable, by both: Variable) -> Variable {
    let graph = vector.graph
    return graph.scope("gated.\(name)") {
      let open = both.linear("gate", to: units).sigmoid()
      return (open * vector.linear("hidden", to: units).relu()).linear("output", to: units).relu().dropout(
        trunk.dropout)
    }.concatenated(with: graph.constant(1, rows: .bags))
  }

  private func layer(_ name: String, of value: Variable) -> Variable {
    value.linear(name, to: fusedUnits).relu().dropout(trunk.dropout)
  }
}
