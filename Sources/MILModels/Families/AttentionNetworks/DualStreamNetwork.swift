import Autodiff
import MILBags
import UserInput

/// DSMIL: instances are weighted by their similarity to the bag's critical instance.
///
///     c_i = w x_i + b, m = argmax_i c_i, q_i = tanh(W2 relu(W1 x_i)), A = softmax_i(q_i . q_m / sqrt(units)),
///     loss = (loss of C sum_i A_i x_i + loss of max_i c_i) / 2
///
/// with a critical instance and a weighted sum for each output; the bag's prediction is that of the second stream.
///
/// Source: B. Li, Y. Li, K. W. Eliceiri, Dual-stream multiple instance learning network for whole slide image
/// classification with self-supervised contrastive learning, CVPR 2021, doi:10.1109/CVPR46437.2021.01409. The query is
/// that of the present public code (github.com/binli123/dsmil-wsi), whose script for the classical sets has this
/// training. Deviations: weights have Glorot's initialisation, and positive bags weigh more only with
/// `classWeights=balanced`.
package struct DualStreamNetwork: NetworkModel {
  /// The length of the queries.
  package var attentionUnits = 128
  /// The training settings.
  package var training: TrainingConfiguration = {
    var training = TrainingConfiguration.adam(rate: 2e-4, weightDecay: 5e-3, epochs: 40)
    (training.beta1, training.beta2) = (0.5, 0.9)
    training.schedule = .cosine
    return training
  }()
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with queries of length 128.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try training.validate()
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let instances = graph.instances
    let scores = instances.linear("instance", to: task.outputColumns)
    let queries = instances.linear("query.1", to: attentionUnits).relu().linear("query.2", to: attentionUnits).tanh()
    let critical = queries.atMaximum(of: scores)
    let weights = (queries.times(critical.transposed) / Double(attentionUnits).squareRoot()).softmaxOverInstances()
    let output = weights.transposed.times(instances).flattened().linear("classifier", to: task.outputColumns)
    let losses = [output, scores.maxOverInstances()].map { task.loss($0, graph.targets) }
    return TracedNetwork(
      loss: (losses[0] + losses[1]) * 0.5, prediction: task.prediction(output), weights: task.shown(weights))
  }
}
