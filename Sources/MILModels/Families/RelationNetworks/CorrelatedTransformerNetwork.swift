import Autodiff
import MILBags
import UserInput

/// TransMIL: instances attend to each other, and a class token to all of them.
///
/// With tokens h (one layer) and a learned class token c:
///
///     h <- h + attention(norm h) + line(values)        c <- c + attention of norm c over the instances
///     h <- h + square7(h) + square5(h) + square3(h)    positions, from the instances arranged as a square
///     c <- c + attention of norm c over the instances; the prediction is a linear function of norm c
///
/// Attention between instances is exact in bags of up to `longestExact` instances and uses landmarks in longer ones.
/// The weight of an instance is its mean weight over heads in the token's last attention.
///
/// Source: Z. Shao, H. Bian, Y. Chen, Y. Wang, J. Zhang, X. Ji, Y. Zhang, TransMIL: transformer based correlated
/// multiple instance learning for whole slide image classification, NeurIPS 2021, arXiv 2106.00908, as in
/// github.com/szc19990412/TransMIL. Deviations: instances do not attend to the token, which in the first layer is the
/// same for all bags, nor the token to itself. Instances that pad the square are used there but not counted twice in
/// attention. The convolution of values along the line has weights for each column, not each head. Adam replaces
/// Lookahead with RAdam.
package struct CorrelatedTransformerNetwork: NetworkModel {
  /// The number of heads.
  package var heads = 8
  /// The number of columns of a head.
  package var headUnits = 64
  /// The number of landmarks of attention in long bags.
  package var landmarks = 256
  /// The largest number of instances of a bag with exact attention.
  package var longestExact = 2000
  /// The reach of the convolution of values along the instances on each side.
  package var lineReach = 16
  /// The dropout rate after attention.
  package var dropout = 0.1
  /// The training settings.
  package var training = TrainingConfiguration.slides
  /// The weights of the losses of bags: all 1, or balanced by class.
  package var classWeights = ClassWeights.equal

  /// Creates a network with eight heads of 64 columns.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("heads", heads, in: 1...256)
    try ConfigurationError.require("headUnits", headUnits, in: 1...4096)
    try ConfigurationError.require("landmarks", landmarks, in: 1...65536)
    try ConfigurationError.require("longestExact", longestExact, in: 0...10_000_000)
    try ConfigurationError.require("lineReach", lineReach, in: 0...9999)
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
    try training.validate()
  }

  /// The traits; scores depend on the order of instances.
  package var traits: ModelTraits {
    var traits = networkTraits(trained: "all layers, from instance features to the bag's probability, by gradient")
    traits.readsOrder = true
    return traits
  }

  /// Builds the network.
  package func trace(_ graph: ComputationGraph, for task: any BagTask) -> TracedNetwork {
    let units = heads * headUnits
    var instances = graph.instances.linear("trunk", to: units).relu()
    var token = graph.slots("token", count: 1, columns: units, initialiser: .normal(standardDeviation: 1))
    (instances, token) = graph.scope("layer.1") { seen(instances, token) }
    instances = [7, 5, 3].reduce(instances) { $0 + instances.convolvedAsSquare("positions.\($1)", size: $1) }
    let last = graph.scope("layer.2") {
      read(token, over: instances.layerNormalised("norm"), token.layerNormalised("norm"))
    }
    let output = last.token.layerNormalised("norm").flattened().linear("classifier", to: task.outputColumns)
    return task.network(output, weights: last.weights)
  }

  /// Returns the instances after attention to each other, and the token after attention to them.
  private func seen(_ instances: Variable, _ token: Variable) -> (instances: Variable, token: Variable) {
    let normalised = instances.layerNormalised("norm")
    let values = normalised.linear("value", to: instances.columns, bias: false)
    let attended = normalised.linear("query", to: instances.columns, bias: false).attention(
      over: normalised.linear("key", to: instances.columns, bias: false), values: values, heads: heads,
      landmarks: landmarks, exactUpTo: longestExact)
    let joined = (attended + values.convolvedAsLine("line", size: 2 * lineReach + 1)).linear(
      "output", to: instances.columns)
    return (instances + joined.dropout(dropout), read(token, over: normalised, token.layerNormalised("norm")).token)
  }

  /// Returns the token after attention to instances, and the mean of its heads' weights.
  private func read(
    _ token: Variable, over instances: Variable, _ normalised: Variable
  ) -> (token: Variable, weights: Variable) {
    let units = token.columns
    let queries = normalised.linear("query", to: units, bias: false)
    let keys = instances.linear("key", to: units, bias: false)
    let values = instances.linear("value", to: units, bias: false)
    let parts = (0..<heads).map { head in
      let range = head * headUnits..<(head + 1) * headUnits
      let scores = keys.columns(range).times(queries.columns(range).transposed) / Double(headUnits).squareRoot()
      let weights = scores.softmaxOverInstances()
      return (weights: weights, read: weights.transposed.times(values.columns(range)).slots(1))
    }
    let read = parts.dropFirst().reduce(parts[0].read) { $0.concatenated(with: $1.read) }
    let weights = parts.dropFirst().reduce(parts[0].weights) { $0 + $1.weights } / Double(heads)
    return (token + read.linear("output", to: units).dropout(dropout), weights)
  }
}
