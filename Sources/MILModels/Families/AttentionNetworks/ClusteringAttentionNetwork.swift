import Autodiff
import MILBags
import MILRecords
import UserInput

/// CLAM: gated attention, with an additional classifier that separates the most from the least attended instances.
///
/// With features h, scores s = w' (tanh(V h) * sigmoid(U h)) and A = softmax(s), the bag is sum A_i h_i. The B
/// instances with the largest scores and the B with the smallest go to a linear layer of the bag's class, with targets
/// 1 and 0. With `subtyping`, the instances with the largest scores also go to the layers of the other classes, with
/// target 0.
///
///     loss = bagWeight (loss of the bag) + (1 - bagWeight) (mean loss of these instances)
///
/// With several branches (CLAM-MB) each class has its own scores and bag vector, which yields one logit.
///
/// Source: M. Y. Lu, D. F. K. Williamson, T. Y. Chen, R. J. Chen, M. Barbieri, F. Mahmood, Data-efficient and weakly
/// supervised computational pathology on whole-slide images, Nature Biomedical Engineering 5, 2021,
/// doi:10.1038/s41551-020-00682-w; layers and defaults as in github.com/mahmoodlab/CLAM. Deviations: in a bag with
/// fewer than 2 B instances at most half are taken on each side; the result is the last of 50 epochs; classes are drawn
/// equally often only with `sampling=balanced`; tasks without classes have no loss of instances.
package struct ClusteringAttentionNetwork: NetworkModel {
  /// The loss of instances.
  package enum InstanceLoss: String, Codable, Sendable, CaseIterable {
    /// Cross entropy.
    case crossEntropy = "cross-entropy"
    /// The smooth support vector loss of L. Berrada, A. Zisserman, M. P. Kumar, Smooth loss functions for deep top-k
    /// classification, ICLR 2018, arXiv 1802.07595, for the top one of two, with temperature and margin 1.
    case smoothSVM = "smooth-svm"
  }

  /// Whether each class has its own attention.
  package var branches = false
  /// The rows of V and of U.
  package var attentionUnits = 256
  /// B, the number of instances taken on each side.
  package var clustered = 8
  /// The weight of the bag's loss.
  package var bagWeight = 0.7
  /// The loss of instances.
  package var instanceLoss = InstanceLoss.smoothSVM
  /// Whether the most attended instances are evidence against the other classes.
  package var subtyping = false
  /// The layers applied to each instance first.
  package var trunk = TrunkConfiguration.slides
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with one branch.
  package init() {}

  /// Creates a network with one branch, or one per class.
  package init(branches: Bool) {
    self.branches = branches
    subtyping = branches
  }

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("clustered", clustered, in: 1...100_000)
    try ConfigurationError.require("bagWeight", bagWeight, in: 0...1)
    try trunk.validate()
    try training.validate()
  }

  /// Returns the features after the trunk.
  package func trunkFeatures(of instances: Variable) -> Variable? { trunk.features(of: instances) }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let features = trunk.features(of: graph.instances)
    let count = branches ? max(task.classCount, task.outputColumns) : 1
    let scores = features.gatedScores("attention", units: attentionUnits, to: count, dropout: trunk.dropout)
    let weights = scores.softmaxOverInstances()
    let bags = weights.transposed.times(features)
    let output =
      branches ? output(of: bags, count, task) : bags.flattened().linear("classifier", to: task.outputColumns)
    var loss = task.loss(output, graph.targets)
    if let clusters = clusters(features, scores, task) { loss = loss * bagWeight + clusters * (1 - bagWeight) }
    // Of two classes, the instances of the positive one are shown.
    let shown = task.hasOneOutputForTwoClasses && branches ? weights.columns(1..<2) : task.shown(weights)
    return TracedNetwork(
      loss: loss, prediction: task.prediction(output), weights: shown,
      activation: branches ? nil : { features.linear("classifier", to: task.outputColumns) })
  }

  /// Returns one logit per class from the bag vector of its branch.
  private func output(of bags: Variable, _ count: Int, _ task: any BagTask) -> Variable {
    let graph = bags.graph
    let directions = graph.slots("classifier.weight", count: count, columns: bags.columns, decays: true)
    let logits =
      (bags * directions).sumOverFeatures().flattened()
      + graph.parameter("classifier.bias", columns: count, initialiser: .zeros)
    return task.output(ofLogits: logits)
  }

  /// Returns the mean loss of the most and least attended instances of each bag; nil for tasks without classes.
  private func clusters(_ features: Variable, _ scores: Variable, _ task: any BagTask) -> Variable? {
    let indicators = task.indicators(features.graph.targets)
    var losses: [Variable] = []
    for (index, indicator) in indicators.enumerated() {
      let score = scores.columns > 1 ? scores.columns(index..<index + 1) : scores
      let logits = features.linear("instance.\(index + 1)", to: 2)
      let difference = logits.columns(1..<2) - logits.columns(0..<1)
      let most = score.amongLargest(clustered, share: 0.5)
      let least = (-score).amongLargest(clustered, share: 0.5)
      let taken = most.sumOverInstances() + least.sumOverInstances() + Self.nothing
      let own = (most * loss(-difference) + least * loss(difference)).sumOverInstances() / taken
      losses.append(indicator * own)
      if subtyping {
        let against = (most * loss(difference)).sumOverInstances() / (most.sumOverInstances() + Self.nothing)
        losses.append((1 - indicator) * against / Double(indicators.count))
      }
    }
    return losses.isEmpty ? nil : losses.dropFirst().reduce(losses[0], +)
  }

  /// Prevents a division by zero for a bag without clustered instances, which has a single instance.
  private static let nothing = 1e-9

  /// Returns the loss of an instance by the excess of the wrong answer's logit over that of the right one.
  private func loss(_ excess: Variable) -> Variable {
    instanceLoss == .crossEntropy ? excess.softplus() : (excess + 1).softplus()
  }
}
