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
/// If a feature divides the instances into two sets (`--set-column`), the instances of each set ask those of the other.
/// With H the instances after the trunk of their set, a row i of set s attends to the rows j of the other set:
///
///     I_i = P_s h_i + O sum_j a_ij (V h_j),   a_i = softmax over j of (Q h_i)'(K h_j) / sqrt(d)
///
/// A transformer over the rows of each set and gated attention turn them into one vector a set. In a bag of one set
/// alone, its instances ask each other. Memory grows with the instances, time with the square of their number.
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
    if let second = graph.secondSet { return trace(instances, second: second, for: task) }
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
    return task.network(
      output(of: parts[0].concatenated(with: parts[1]), task), weights: weights.sumOverFeatures() / Double(count))
  }

  /// Returns two layers and a linear one on the vectors of both blocks.
  private func output(of both: Variable, _ task: any BagTask) -> Variable {
    both.linear("fusion.1", to: units).relu().linear("fusion.2", to: units).relu()
      .linear("classifier", to: task.outputColumns)
  }

  /// Builds the network of two sets of instances.
  private func trace(_ instances: Variable, second: Variable, for task: any BagTask) -> TracedNetwork {
    let graph = instances.graph
    let sets = (1 - second).concatenated(with: second)
    let others = second.concatenated(with: 1 - second)
    let read = graph.scope("coattention") { instances.attention(to: others, from: sets, heads: 1, units: units) }
    let parts = [("first", 1 - second), ("second", second)].map { name, members in
      graph.scope(name) {
        let rows = (0..<encoderLayers).reduce(instances.linear("own", to: units) + read) {
          encoded("layer.\($1 + 1)", $0, sets)
        }
        let weights = rows.gatedScores("attention", units: attentionUnits, dropout: trunk.dropout)
          .softmax(within: members)
        let bag = (weights * rows).sumOverInstances().linear("output", to: units).relu().dropout(trunk.dropout)
        return (bag: bag, weights: weights)
      }
    }
    var both = parts[0].bag.concatenated(with: parts[1].bag)
    if graph.bagFeatureCount > 0 { both = both.concatenated(with: graph.bagFeatures) }
    return task.network(output(of: both, task), weights: (parts[0].weights + parts[1].weights).shares)
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

  /// Returns rows after a layer of a transformer, normalised after each of its two parts.
  ///
  /// - Parameters:
  ///   - name: the name of the layer.
  ///   - rows: slots, or instances.
  ///   - sets: the sets of instances, which attend to their own; nil for slots.
  private func encoded(_ name: String, _ rows: Variable, _ sets: Variable? = nil) -> Variable {
    rows.graph.scope(name) {
      let read = sets.map { sets in
        rows.graph.scope("attention") { rows.attention(to: sets, from: sets, heads: heads, units: units) }
      }
      let mixed = (rows + (read ?? rows.selfAttention("attention", heads: heads)).dropout(trunk.dropout))
        .layerNormalised("norm.1")
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

extension Variable {
  /// Returns the attention of instances over those of certain sets of their bag.
  ///
  /// The linear layers are `query`, `key`, `value` and `output`. Keys of other sets have a score 1e4 lower. So in a bag
  /// without an instance of the sets to read, the others are read.
  /// - Parameters:
  ///   - wanted: the set that each instance reads, a column of 0 and 1 for each set.
  ///   - sets: the set of each instance, likewise.
  ///   - heads: the number of heads.
  ///   - units: the columns of all heads together.
  fileprivate func attention(to wanted: Variable, from sets: Variable, heads: Int, units: Int) -> Variable {
    let width = units / heads
    // The operation divides by the root of all columns of a head, those of sets included.
    let columns = Double(width + sets.columns)
    let scale = (columns / Double(width)).squareRoot()
    func joined(_ value: Variable, _ marks: Variable) -> Variable {
      let parts = (0..<heads).map { value.columns($0 * width..<($0 + 1) * width).concatenated(with: marks) }
      return parts.dropFirst().reduce(parts[0]) { $0.concatenated(with: $1) }
    }
    let queries = joined(linear("query", to: units) * scale, wanted - 1)
    let keys = joined(linear("key", to: units), sets * (1e4 * columns.squareRoot()))
    return queries.attention(over: keys, values: linear("value", to: units), heads: heads)
      .linear("output", to: units)
  }
}
