import Autodiff
import UserInput

/// Hopfield pooling: learned states that move to the nearest stored patterns, the instances.
///
///     K = norm(W h), a = softmax(beta K q) over the instances, q <- sum a K, repeated; z = sum a V h
///
/// for each of several states q, whose z are concatenated. The weight of an instance is the mean of the last a.
///
/// Source: H. Ramsauer et al., Hopfield networks is all you need, ICLR 2021, arXiv 2008.02217; for bags, M. Widrich et
/// al., Modern Hopfield networks and attention for immune repertoire classification, NeurIPS 2020, arXiv 2007.13505.
/// Deviation: a state makes a fixed number of steps, whereas the source stops at convergence.
package struct HopfieldPooling: Pooling {
  /// The number of states.
  package var states = 4
  /// The length of states and patterns.
  package var attentionUnits = 32
  /// The inverse temperature beta: larger values favour the nearest patterns; 0 for 1 / sqrt(attentionUnits).
  package var sharpness = 0.0
  /// The number of steps of a state.
  package var iterations = 1

  /// Creates a pooling with four states of length 32.
  package init() {}

  /// Returns the patterns that the states have retrieved.
  package func pool(_ features: Variable) -> Pooled {
    let patterns = features.linear("pattern", to: attentionUnits).layerNormalised("norm")
    let beta = sharpness > 0 ? sharpness : 1 / Double(attentionUnits).squareRoot()
    var state = features.graph.slots(
      "state", count: states, columns: attentionUnits, initialiser: .normal(standardDeviation: 1))
    var weights = patterns
    for _ in 0...iterations {
      weights = (patterns.times(state.transposed) * beta).softmaxOverInstances()
      state = weights.transposed.times(patterns)
    }
    let read = weights.transposed.times(features.linear("value", to: attentionUnits))
    return Pooled(read.flattened(), weights: weights.sumOverFeatures() / Double(states))
  }

  /// Throws if a parameter is outside its range, such as no states.
  package func validate() throws {
    try ConfigurationError.require("states", states, in: 1...1024)
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("sharpness", sharpness, in: 0...1e3)
    try ConfigurationError.require("iterations", iterations, in: 0...100)
  }
}
