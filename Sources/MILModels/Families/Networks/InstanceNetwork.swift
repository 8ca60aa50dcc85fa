import Autodiff
import MILBags
import UserInput

/// mi-Net: a network that predicts a probability for each instance and pools these into the bag's.
///
/// Source: X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting multiple instance neural networks, Pattern Recognition
/// 74, 2018, doi:10.1016/j.patcog.2017.08.026. The probability is clipped at 1e-7 in the loss, as Keras does.
package struct InstanceNetwork: NetworkModel {
  /// The pooling of instance probabilities.
  package var pooling = ChosenPooling()
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration()
  /// The training settings.
  package var training = TrainingConfiguration()
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with max pooling of instance probabilities.
  package init() {}

  /// Creates a network with other training settings than the default.
  package init(training: TrainingConfiguration) { self.training = training }

  /// Throws if a value is outside its range, or if the pooling does not map one number to one.
  package func validate() throws {
    try pooling.validate()
    let columns = pooling.pool(ComputationGraph(featureCount: 1).instances).bag.columns
    guard columns == 1 else {
      throw ConfigurationError(
        parameter: "pooling", found: pooling.pooling.rawValue,
        expected: "a pooling that gives one number for the instances' probabilities, not \(columns)")
    }
    try trunk.validate()
    try training.validate()
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let outputs = trunk.features(of: graph.instances).linear("classifier", to: task.outputColumns)
    let pooled = task.pooling(outputs, graph.targets) { outputs in
      graph.scope("pooling") { pooling.pool(outputs).bag }
    }
    return TracedNetwork(
      loss: pooled.loss, prediction: pooled.prediction, weights: pooled.scores, weightsAreScores: true,
      activation: { outputs })
  }
}
