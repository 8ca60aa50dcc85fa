import Autodiff
import MILBags
import UserInput

/// MHIM: a student trained without the instances that its teacher attends to most.
///
/// The teacher is a slow moving average of the student, which starts from plain training. In training, the most
/// attended share of each bag is hidden and the student's attention is renormalised over the rest:
///
///     loss = (loss of the student's output) + consistency H(softmax(t / temperature), softmax(s))
///
/// with the bag vectors t of the teacher, over all instances, and s of the student. Scores are the student's, over all
/// instances.
///
/// Source: W. Tang, S. Huang, X. Zhang, F. Zhou, Y. Zhang, B. Liu, Multiple instance learning framework with masked
/// hard instance mining for whole slide image classification, ICCV 2023, doi:10.1109/ICCV51070.2023.00377, as in
/// github.com/DearCaat/MHIM-MIL. Deviations: only the most attended instances are hidden, no random or little attended
/// ones; attention itself orders them; the share is rounded up to whole instances, and one instance always remains.
package struct MaskedHardNetwork: NetworkModel {
  /// The pooling of student and teacher, which must have weights.
  package var pooling = ChosenPooling(.attention)
  /// The share of most attended instances to hide.
  package var hidden = 0.03
  /// The weight of the teacher's bag vector in the loss.
  package var consistency = 0.5
  /// The temperature of the teacher's bag vector.
  package var temperature = 0.1
  /// The decay of the teacher's moving average in a step.
  package var keeping = 0.9999
  /// The epochs of the plain training before the main one.
  package var plainEpochs = 20
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration.slides
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with attention, of which 3% are hidden.
  package init() {}

  /// Throws if a value is outside its range, or if the pooling has no weights.
  package func validate() throws {
    try pooling.validate()
    let graph = ComputationGraph(featureCount: 2)
    guard let weights = pooling.pool(graph.instances).weights, weights.columns == 1 else {
      throw ConfigurationError(
        parameter: "pooling", found: pooling.pooling.rawValue,
        expected: "a pooling that weighs the instances, such as attention")
    }
    try ConfigurationError.require("hidden", hidden, in: 1e-6...0.999)
    try ConfigurationError.require("consistency", consistency, in: 0...1e3)
    try ConfigurationError.require("temperature", temperature, in: 1e-3...1e3)
    try ConfigurationError.require("keeping", keeping, in: 0...1)
    try ConfigurationError.require("plainEpochs", plainEpochs, in: 1...1_000_000)
    try trunk.validate()
    try training.validate()
  }

  /// The plain training of the student.
  package var earlierPhases: [TrainingPhase] {
    var plain = training
    plain.epochs = plainEpochs
    return [TrainingPhase(plain) { graph, task in task.loss(output(of: seen(graph).bag, task), graph.targets) }]
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let student = seen(graph)
    let teacher = graph.followingScope("teacher", keeping: keeping) { seen(graph) }
    let shown = student.weights * (1 - teacher.weights.amongLargest(share: hidden))
    let bag = (shown * student.features).sumOverInstances() / (shown.sumOverInstances() + 1e-9)
    let target = (teacher.bag / temperature).softmaxOverFeatures()
    let agreement = (target * (bag.softmaxOverFeatures() + 1e-20).log()).sumOverFeatures()
    let loss = task.loss(output(of: bag, task), graph.targets) - agreement * consistency
    return TracedNetwork(
      loss: loss, prediction: task.prediction(output(of: student.bag, task)), weights: student.weights,
      activation: { output(of: student.features, task) })
  }

  /// Returns features, their weights, and the bag vector of all of them.
  private func seen(_ graph: ComputationGraph) -> (features: Variable, weights: Variable, bag: Variable) {
    let features = trunk.features(of: graph.instances)
    let weights = graph.scope("pooling") { pooling.pool(features).weights } ?? features.zeroPerInstance()
    return (features, weights, (weights * features).sumOverInstances())
  }

  private func output(of bag: Variable, _ task: any BagTask) -> Variable {
    bag.linear("classifier", to: task.outputColumns)
  }
}
