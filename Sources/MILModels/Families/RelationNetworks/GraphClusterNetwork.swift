import Autodiff
import MILBags
import UserInput

/// GNN-MIL: a bag is a graph of its instances, which is reduced to a few clusters.
///
/// Each instance has an edge to those of its bag that are nearest to it. With neighbourhood means N(.):
///
///     h = relu(W1 [x, N(x)]), S = softmax(W2 [x, N(x)]), z = S' h, A' = S' A S with rows that sum to one,
///     g = relu(W3 [z, A' z]), output = two layers on the mean of g over the clusters
///
/// where A is the matrix of edges. Classifiers of the means of h and of z have the loss of the bag too, and linkWeight
/// |A - S S'|² / n² keeps neighbours in one cluster.
///
/// Source: M. Tu, J. Huang, X. He, B. Zhou, Multiple instance learning with graph neural networks, ICML 2019 workshop,
/// arXiv 1906.04881; pooling after R. Ying et al., Hierarchical graph representation learning with differentiable
/// pooling, NeurIPS 2018, arXiv 1806.08804. The article leaves some settings open, including the numbers of neighbours
/// and units on the classical sets; these are assumptions, as is one bag per step.
package struct GraphClusterNetwork: NetworkModel {
  /// The number of neighbours of an instance.
  package var neighbours = 8
  /// The space in which neighbours are found.
  package var nearness = Nearness.features
  /// The number of clusters.
  package var clusters = 2
  /// The units of each layer.
  package var units = 64
  /// The weight of the clusters' agreement with edges in the loss.
  package var linkWeight = 0.5
  /// The dropout rate before the last layers.
  package var dropout = 0.0
  /// The training settings.
  package var training: TrainingConfiguration = {
    var training = TrainingConfiguration.adam(rate: 3e-4, weightDecay: 1e-3, epochs: 50)
    training.schedule = .cosine
    return training
  }()
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with eight neighbours and two clusters.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("neighbours", neighbours, in: 1...1000)
    try ConfigurationError.require("clusters", clusters, in: 1...1024)
    try ConfigurationError.require("units", units, in: 1...65536)
    try ConfigurationError.require("linkWeight", linkWeight, in: 0...1e3)
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
    try training.validate()
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let instances = graph.instances
    let pairs = nearness.pairs(neighbours, of: instances)
    let around = instances.concatenated(with: instances.atSources(of: pairs).meanOverSources())
    let hidden = around.linear("graph.1", to: units).relu()
    let shares = around.linear("clusters", to: clusters).softmaxOverFeatures()
    let parts = shares.transposed.times(hidden)
    let linked = shares.transposed.times(shares.atSources(of: pairs).sumOverSources())
    // A bag of one instance has no edges.
    let links = linked / (linked.sumOverFeatures() + 1e-9)
    let seen = parts.concatenated(with: links.times(parts)).linear("graph.2", to: units).relu()
    let output = seen.meanOverSlots().dropout(dropout).linear("classifier.hidden", to: units).relu()
      .linear("classifier", to: task.outputColumns)
    let early = [hidden.meanOverInstances(), parts.meanOverSlots()].enumerated().map { index, bag in
      task.loss(bag.linear("supervision.\(index + 1)", to: task.outputColumns), graph.targets)
    }
    let loss = task.loss(output, graph.targets) + early[0] + early[1]
    return TracedNetwork(
      loss: loss + linkLoss(shares, pairs) * linkWeight, prediction: task.prediction(output))
  }

  /// Returns |A - S S'|² / n², without a matrix of all pairs: the edges contribute sum (1 - 2 s_i . s_j), the rest is
  /// |S' S|².
  private func linkLoss(_ shares: Variable, _ pairs: Variable) -> Variable {
    let products = (shares.atSources(of: pairs) * shares.atTargets(of: pairs)).sumOverFeatures()
    let edges = (1 - 2 * products).sumOverSources().sumOverInstances()
    let all = shares.transposed.times(shares).squared().sumOverFeatures().sumOverSlots()
    let count = shares.graph.constant(1, rows: .instances).sumOverInstances()
    return (edges + all) / count.squared()
  }
}
