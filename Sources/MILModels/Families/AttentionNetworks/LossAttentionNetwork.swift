import Autodiff
import MILBags
import MILRecords
import UserInput

/// Loss-based attention: one classifier serves bags and instances, and its loss of an instance decides the instance's
/// weight.
///
/// With logits o_i = W h_i of each instance, a_i = sum_c exp(o_ic) / sum_j sum_c exp(o_jc), and the bag is W sum a_i
/// h_i.
///
///     loss = (cross entropy of the bag) + instanceWeight sum_i a_i (cross entropy of instance i with the bag's label)
///
/// Source: X. Shi, F. Xing, Y. Xie, Z. Zhang, L. Cui, L. Yang, Loss-based attention for deep multiple instance
/// learning, AAAI 2020, doi:10.1609/aaai.v34i04.6030. Layers, rates and weights are as in its supplement for the
/// classical sets, whose consistency term has weight 0 and is left out. Deviation: the result is the last of 100
/// epochs, whereas the authors take the epoch with the lowest validation error.
package struct LossAttentionNetwork: NetworkModel {
  /// The weight of the instances' loss.
  package var instanceWeight = 0.1
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration.attention
  /// The training settings.
  package var training = TrainingConfiguration.adam(rate: 1e-4, weightDecay: 5e-4, epochs: 100)
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with MI-Net's layers and dropout after each.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("instanceWeight", instanceWeight, in: 0...1e3)
    try trunk.validate()
    try training.validate()
  }

  /// The traits, for classes: the weights follow from their logits.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
    traits.targets = [.twoClasses, .classes]
    return traits
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let features = trunk.features(of: graph.instances)
    let logits = features.linear("classifier", to: max(2, task.classCount))
    let totals = logits.logSumExpOverFeatures()
    let weights = totals.softmaxOverInstances()
    let bag = (weights * features).sumOverInstances()
    let output = task.output(ofLogits: bag.linear("classifier", to: max(2, task.classCount)))
    var losses = weights * totals
    for (index, indicator) in task.indicators(graph.targets).enumerated() {
      losses = losses - weights * indicator * logits.columns(index..<index + 1)
    }
    return TracedNetwork(
      loss: task.loss(output, graph.targets) + losses.sumOverInstances() * instanceWeight,
      prediction: task.prediction(output), weights: weights, activation: { task.output(ofLogits: logits) })
  }
}

extension Variable {
  /// Returns log(sum_c exp(x_c)) of each row, without overflow.
  func logSumExpOverFeatures() -> Variable {
    (1..<max(columns, 1)).reduce(columns(0..<1)) { total, column in
      total + (columns(column..<column + 1) - total).softplus()
    }
  }
}
