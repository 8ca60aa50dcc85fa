import Autodiff
import MILBags
import MILRecords
import UserInput

/// Two scales of one bag with separate attention and a joint classifier; the fine scale teaches the coarse one.
///
/// The last feature of an instance encodes its scale: above 0 after standardisation it is fine, below 0 coarse. Gated
/// attention over the instances of each scale yields the vectors f and c, with outputs of each and of their
/// concatenation:
///
///     loss = (loss of both) + (loss of f) + (loss of c)
///             + distillation KL(softmax(f / temperature), softmax(c / temperature))
///
/// Source: G. Bontempo, A. Porrello, F. Bolelli, S. Calderara, E. Ficarra, DAS-MIL: distilling across scales for MIL
/// classification of histological WSIs, MICCAI 2023, doi:10.1007/978-3-031-43907-0_24, with weight and temperature as
/// in github.com/aimagelab/mil4wsi. Deviations: attention replaces its graphs, places are not used, and no loss relates
/// the scores of an instance at one scale to those inside it at the other.
package struct ScaleDistillationNetwork: NetworkModel {
  /// The units of attention.
  package var attentionUnits = 128
  /// The weight of the loss between the fine scale and the coarse one.
  package var distillation = 1.0
  /// The divisor of outputs before they are compared.
  package var temperature = 1.5
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration.slides
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with attention of 128 units.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("distillation", distillation, in: 0...1e3)
    try ConfigurationError.require("temperature", temperature, in: 1e-3...1e3)
    try trunk.validate()
    try training.validate()
  }

  /// The traits, for classes, whose probabilities are compared.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
    traits.targets = [.twoClasses, .classes]
    // The last feature is the scale.
    traits.takesImages = false
    return traits
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let last = graph.featureCount - 1
    let scale = graph.instances.columns(last..<last + 1)
    let sign = scale / (scale.squared() + 1e-20).power(0.5)
    let features = trunk.features(of: last > 0 ? graph.instances.columns(0..<last) : graph.instances)
    let parts = [("fine", sign.relu()), ("coarse", (-sign).relu())].map { name, members in
      graph.scope(name) { attended(features, members) }
    }
    let outputs = zip(["fine", "coarse"], parts).map { name, part in
      part.bag.linear("\(name).classifier", to: task.outputColumns)
    }
    let output = parts[0].bag.concatenated(with: parts[1].bag).linear("classifier", to: task.outputColumns)
    let losses = ([output] + outputs).map { task.loss($0, graph.targets) }
    let taught = divergence(outputs[0] / temperature, outputs[1] / temperature)
    return TracedNetwork(
      loss: losses[0] + losses[1] + losses[2] + taught * distillation, prediction: task.prediction(output),
      weights: (parts[0].weights + parts[1].weights) * 0.5)
  }

  /// Returns the attention-weighted mean of the members, and their weights.
  private func attended(_ features: Variable, _ members: Variable) -> (bag: Variable, weights: Variable) {
    let shares = features.gatedScores("attention", units: attentionUnits).softmaxOverInstances() * members
    let weights = shares / (shares.sumOverInstances() + 1e-9)
    return ((weights * features).sumOverInstances(), weights)
  }

  /// Returns KL(p, q) of the probabilities of two outputs; of a single output, the other class has output 0.
  private func divergence(_ p: Variable, _ q: Variable) -> Variable {
    if p.columns == 1 { return p.sigmoid() * (p - q) - p.softplus() + q.softplus() }
    return (p.softmaxOverFeatures() * (p - q)).sumOverFeatures() - p.logSumExpOverFeatures()
      + q.logSumExpOverFeatures()
  }
}
