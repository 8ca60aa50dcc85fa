import Autodiff
import UserInput

/// Learned queries that read the bag repeatedly, as in the Perceiver: each is a vector q that attends to the instances
/// and is updated by the result.
///
/// With keys K h and values V h + v of the instances: a = softmax((Q q) . (K h) / sqrt(d)), r = q + sum a (V h + v), q
/// = tanh(U r + u), repeated with the same matrices. The bag vector concatenates all queries; the weight of an instance
/// is the mean of the last weights a.
///
/// Source: A. Jaegle, F. Gimeno, A. Brock, A. Zisserman, O. Vinyals, J. Carreira, Perceiver: general perception with
/// iterative attention, ICML 2021, PMLR 139:4651-4664. Deviations: one head, one layer with tanh instead of layer
/// normalisation and a residual network, and queries do not attend to each other.
package struct LatentQueryPooling: Pooling {
  /// The number of queries.
  package var queries = 4
  /// The length d of queries, keys and values.
  package var attentionUnits = 64
  /// The number of times that each query reads the bag.
  package var iterations = 2

  /// Creates a pooling with four queries of length 64 that read the bag twice.
  package init() {}

  /// Returns the queries after the last iteration.
  package func pool(_ features: Variable) -> Pooled {
    let keys = features.linear("key", to: attentionUnits, bias: false)
    let values = features.linear("value", to: attentionUnits)
    let answers = (0..<queries).map { answer(to: $0, keys, values) }
    let bag = answers.dropFirst().reduce(answers[0].bag) { $0.concatenated(with: $1.bag) }
    let weights = answers.dropFirst().reduce(answers[0].weights) { $0 + $1.weights } / Double(queries)
    return Pooled(bag, weights: weights)
  }

  /// Returns a query after its last iteration, and the weights of that iteration.
  private func answer(to query: Int, _ keys: Variable, _ values: Variable) -> (bag: Variable, weights: Variable) {
    var state = keys.graph.parameter(
      "query.\(query + 1)", columns: attentionUnits, initialiser: .normal(standardDeviation: 1))
    var weights = keys.zeroPerInstance()
    for _ in 0..<iterations {
      let question = state.linear("question", to: attentionUnits, bias: false)
      let agreement = (keys * question).sumOverFeatures() / Double(attentionUnits).squareRoot()
      weights = agreement.softmaxOverInstances()
      let read = state + (weights * values).sumOverInstances()
      state = read.linear("update", to: attentionUnits).tanh()
    }
    return (state, weights)
  }

  /// Throws if there are no queries, no units or no iterations.
  package func validate() throws {
    try ConfigurationError.require("queries", queries, in: 1...1024)
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("iterations", iterations, in: 1...100)
  }
}
