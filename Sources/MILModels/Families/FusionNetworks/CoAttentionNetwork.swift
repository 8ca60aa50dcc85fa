import Autodiff
import MILBags
import UserInput

/// MCAT: groups of the bag's features ask the instances, and two transformers read what both say.
///
/// The bag's features are cut into groups, the signatures; two layers turn group k into a vector g_k. With G their
/// matrix and H the instances after the trunk, each of d columns:
///
///     A = softmax over instances of (Q G)(K H)' / sqrt(d),   I = O A (V H), a row for each signature
///
/// Transformer layers and gated attention turn the rows of I into one vector, and those of G into another. Two layers
/// on both, side by side, and a linear one give the output. The weight of an instance is its mean weight in A. Cost and
/// memory grow with the instances times the signatures, not with the square of instances.
///
/// The bag's features are those that the data declare (`--bag-features`), for example the expressions of genes. For
/// bags without any they are the mean of the instances.
///
/// Source: R. J. Chen, M. Y. Lu, W.-H. Weng, T. Y. Chen, D. F. K. Williamson, T. Manz, M. Shady, F. Mahmood, Multimodal
/// co-attention transformer for survival prediction in gigapixel whole slide images, ICCV 2021,
/// doi:10.1109/ICCV48922.2021.00398, with the sizes of `models/model_coattn.py` in github.com/mahmoodlab/MCAT.
/// Deviations: signatures are groups of consecutive features of nearly equal size, whereas the article has six sets of
/// genes by function; plain dropout replaces that of self-normalising layers; weights of attention have no dropout.
package struct CoAttentionNetwork: FusionNetwork {
  /// The largest number of groups of the bag's features, of which each has at least one.
  package var signatures = 6
  /// The number of heads of the transformers.
  package var heads = 8
  /// The number of columns of a head; d is the columns of all heads.
  package var headUnits = 32
  /// The number of layers of each transformer.
  package var encoderLayers = 2
  /// The units of the gated attention over signatures.
  package var attentionUnits = 256
  /// The layers applied to each instance first; their dropout is that of all layers.
  package var trunk = TrunkConfiguration.modalities
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with six signatures of 256 columns.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("signatures", signatures, in: 1...1024)
    try ConfigurationError.require("heads", heads, in: 1...256)
    try ConfigurationError.require("headUnits", headUnits, in: 1...4096)
    try ConfigurationError.require("encoderLayers", encoderLayers, in: 0...100)
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try trunk.validate()
    try training.validate()
  }

  private var units: Int { heads * headUnits }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let instances = ownFeatures(of: graph.instances)
    let (described, count) = signatures(of: graph.bagFeatures)
    let (asked, weights) = graph.scope("coattention") {
      let queries = described.linear("query", to: units)
      let scores = instances.linear("key", to: units).times(queries.transposed) / Double(units).squareRoot()
      let weights = scores.softmaxOverInstances()
      let read = weights.transposed.times(instances.linear("value", to: units)).flattened().slots(count)
      return (read.linear("output", to: units), weights)
    }
    let parts = [("instances", asked), ("bag", described)].map { name, rows in
      graph.scope(name) { attended((0..<encoderLayers).reduce(rows) { encoded("layer.\($1 + 1)", $0) }) }
    }
    let fused = parts[0].concatenated(with: parts[1]).linear("fusion.1", to: units).relu()
      .linear("fusion.2", to: units).relu()
    return task.network(
      fused.linear("classifier", to: task.outputColumns), weights: weights.sumOverFeatures() / Double(count))
  }

  /// Returns a slot for each group of the bag's features, and their number.
  private func signatures(of features: Variable) -> (slots: Variable, count: Int) {
    let count = min(signatures, features.columns)
    let rows = (0..<count).map { group in
      let range = group * features.columns / count..<(group + 1) * features.columns / count
      return (1...2).reduce(features.columns(range)) { value, layer in
        value.linear("signature.\(group + 1).\(layer)", to: units).exponentialLinear().dropout(trunk.dropout)
      }
    }
    return (rows.dropFirst().reduce(rows[0]) { $0.concatenated(with: $1) }.slots(count), count)
  }

  /// Returns slots after a layer of a transformer, normalised after each of its two parts.
  private func encoded(_ name: String, _ slots: Variable) -> Variable {
    slots.graph.scope(name) {
      let mixed = (slots + slots.selfAttention("attention", heads: heads).dropout(trunk.dropout)).layerNormalised(
        "norm.1")
      let hidden = mixed.linear("hidden", to: 2 * units).relu().dropout(trunk.dropout)
      return (mixed + hidden.linear("output", to: units).dropout(trunk.dropout)).layerNormalised("norm.2")
    }
  }

  /// Returns the vector of a bag: the mean of its slots by gated attention, and a layer.
  private func attended(_ slots: Variable) -> Variable {
    let shares = slots.gatedScores("attention", units: attentionUnits, dropout: trunk.dropout).softmaxOverSlots()
    return (shares * slots).sumOverSlots().linear("output", to: units).relu().dropout(trunk.dropout)
  }
}
