import Autodiff
import MILBags
import MILRecords
import UserInput

/// A student of instances that learns from a teacher of bags: the teacher's attention, relative to the largest in the
/// bag, is the target of each instance.
///
/// A teacher is trained first: trunk, gated attention and a classifier of bags. It stays fixed while the network is
/// trained. The network learns bags likewise, and its student predicts a probability p_i and an uncertainty u_i for
/// each instance:
///
///     loss = (loss of the bag) + (1 / n) sum_i (exp(-u_i) H(y a_i / max a, p_i) + u_i)
///
/// with the teacher's attention a and the bag's label y, so that the target of all instances of negative bags is 0. The
/// instance scores are the student's probabilities.
///
/// Source: L. Qu, X. Luo, M. Wang, Z. Song, Bi-directional weakly supervised knowledge distillation for whole slide
/// image classification (WENO), NeurIPS 2022, arXiv 2210.03664; the uncertainty after A. Kendall, Y. Gal, What
/// uncertainties do we need in Bayesian deep learning for computer vision?, NIPS 2017, arXiv 1703.04977. Deviations:
/// the teacher is trained first and has its own trunk; attention is divided by its largest value, so that a single
/// instance counts; no positives are dropped; |u_i| is at most 3.
package struct AttentionDistillationNetwork: NetworkModel {
  /// The units of attention.
  package var attentionUnits = 128
  /// The weight of the student's loss.
  package var distillation = 1.0
  /// The epochs of the teacher's training.
  package var teacherEpochs = 30
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration.slides
  /// The training of both teacher and network.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with attention of 128 units.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("distillation", distillation, in: 0...1e3)
    try ConfigurationError.require("teacherEpochs", teacherEpochs, in: 1...1_000_000)
    try trunk.validate()
    try training.validate()
  }

  /// The traits, for two classes: instances of negative bags are negative.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
    traits.targets = [.twoClasses]
    return traits
  }

  /// The training of the teacher.
  package var earlierPhases: [TrainingPhase] {
    var teaching = training
    teaching.epochs = teacherEpochs
    return [
      TrainingPhase(teaching) { graph, task in
        graph.scope("teacher") {
          let (features, weights) = attended(graph)
          return task.loss(output(features, weights, task), graph.targets)
        }
      }
    ]
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let (features, weights) = attended(graph)
    let output = output(features, weights, task)
    // The teacher follows no parameter: it stays unchanged.
    let attention = graph.followingScope("teacher", keeping: 1) { attended(graph).weights }
    let said = graph.labels * (attention / attention.maxOverInstances())
    let logits = features.linear("instance", to: 1)
    // Bounded, since a loss that is small for all instances would otherwise decrease it without end.
    let doubt = features.linear("doubt", to: 1).tanh() * 3
    let losses = (-doubt).exp() * (logits.softplus() - said * logits) + doubt
    return TracedNetwork(
      loss: task.loss(output, graph.targets) + losses.meanOverInstances() * distillation,
      prediction: task.prediction(output), weights: logits.sigmoid(), weightsAreScores: true,
      activation: { features.linear("classifier", to: task.outputColumns) })
  }

  private func attended(_ graph: ComputationGraph) -> (features: Variable, weights: Variable) {
    let features = trunk.features(of: graph.instances)
    return (features, features.gatedScores("attention", units: attentionUnits).softmaxOverInstances())
  }

  private func output(_ features: Variable, _ weights: Variable, _ task: any BagTask) -> Variable {
    (weights * features).sumOverInstances().linear("classifier", to: task.outputColumns)
  }
}
