import Autodiff
import MILBags
import UserInput

/// DTFD-MIL: a bag is split into random pseudo-bags; each is classified, and then the features distilled from them.
///
/// First tier: gated attention in each pseudo-bag, whose vectors have the loss of the bag's label. Second tier: gated
/// attention over one vector per pseudo-bag, either its weighted mean (`distilled=mean`) or the instance that its
/// classifier scores highest (`distilled=largest`). The loss is the sum of both tiers; the prediction is that of the
/// second.
///
/// Source: H. Zhang, Y. Meng, Y. Zhao, Y. Qiao, X. Yang, S. E. Coupland, Y. Zheng, DTFD-MIL: double-tier feature
/// distillation multiple instance learning for histopathology whole slide image classification, CVPR 2022,
/// doi:10.1109/CVPR52688.2022.01824; layers and rates as in github.com/hrzhang1123/DTFD-MIL. Deviations: one optimiser
/// for both tiers, so the second also moves the layers beneath it; no decay of the rate and no gradient clipping.
/// Scores come from pseudo-bags dealt in turn, not at random, and so depend on the order of instances. A pseudo-bag
/// without instances takes the whole bag.
package struct PseudoBagNetwork: NetworkModel {
  /// The vector distilled from a pseudo-bag.
  package enum Distilled: String, Codable, Sendable, CaseIterable {
    /// The mean of its instances by attention (AFS).
    case mean
    /// The instance with the largest class activation (MaxS).
    case largest
  }

  /// The number of pseudo-bags.
  package var parts = 4
  /// The vector distilled from a pseudo-bag.
  package var distilled = Distilled.mean
  /// The units of attention in both tiers.
  package var attentionUnits = 128
  /// The layers applied to each instance first.
  package var trunk: TrunkConfiguration = {
    var trunk = TrunkConfiguration.slides
    trunk.dropout = 0
    return trunk
  }()
  /// The training settings.
  package var training = TrainingConfiguration.adam(rate: 1e-4, weightDecay: 1e-4, epochs: 50)
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with four pseudo-bags, from which the weighted mean is distilled.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("parts", parts, in: 1...1024)
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try trunk.validate()
    try training.validate()
  }

  /// The traits; scores depend on the order of instances.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
    traits.readsOrder = true
    return traits
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let features = trunk.features(of: graph.instances)
    let dealt = features.partsOfBag(parts)
    let members = dealt + (1 - dealt.maxOverInstances())
    let scores = features.gatedScores("attention", units: attentionUnits)
    // Far below any score, yet small enough to keep the precision of the scores that count.
    let weights = (scores + (members - 1) * Self.excluded).softmaxOverInstances()
    let means = weights.transposed.times(features)
    let outputs = means.linear("part", to: task.outputColumns).flattened()
    let losses = (0..<parts).map { part in
      task.loss(outputs.columns(part * task.outputColumns..<(part + 1) * task.outputColumns), graph.targets)
    }
    let distilled =
      distilled == .mean ? means : features.atMaximum(of: activation(features, members, task)).slots(parts)
    let shares = distilled.gatedScores("bag.attention", units: attentionUnits).softmaxOverSlots()
    let output = (shares * distilled).sumOverSlots().linear("bag.classifier", to: task.outputColumns)
    return TracedNetwork(
      loss: task.loss(output, graph.targets)
        + losses.dropFirst().reduce(losses[0], +) * (1 / Double(parts)),
      prediction: task.prediction(output), weights: (weights * shares.flattened()).sumOverFeatures())
  }

  /// The number subtracted from the score of an instance of another pseudo-bag.
  private static let excluded = 1e4

  /// Returns the first tier's output for the last class of each instance, restricted to its pseudo-bag.
  private func activation(_ features: Variable, _ members: Variable, _ task: any BagTask) -> Variable {
    let outputs = features.linear("part", to: task.outputColumns)
    return outputs.columns(outputs.columns - 1..<outputs.columns) + (members - 1) * Self.excluded
  }
}
