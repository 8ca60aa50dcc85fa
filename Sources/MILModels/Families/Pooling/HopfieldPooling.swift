import Autodiff
import UserInput

/// Hopfield pooling: learned states that are moved to the stored patterns they are nearest to, the instances.
///
///     K = norm(W h), a = softmax(beta K q) over the instances, q <- sum a K, some times over; z = sum a V h
///
/// for each of a few states q, whose z stand one after the other. The weight of an instance is the mean of the last a.
///
/// Source: H. Ramsauer et al., Hopfield networks is all you need, ICLR 2021, arXiv 2008.02217; for bags, M. Widrich et al.,
/// Modern Hopfield networks and attention for immune repertoire classification, NeurIPS 2020, arXiv 2007.13505. Deviation: a
/// state makes a fixed number of steps, where the source stops once it rests.
package struct HopfieldPooling: Pooling {
  /// The number of states.
  package var states = 4
  /// The length of states and patterns.
  package var attentionUnits = 32
  /// beta, how sharply a state takes to the nearest patterns; 0 for 1 / sqrt(attentionUnits).
  package var sharpness = 0.0
  /// The steps of a state.
  package var iterations = 1

  /// Four states of length 32.
  package init() {}

  /// What the states have read.
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

  /// Refuses states that are none or never move.
  package func validate() throws {
    try ConfigurationError.require("states", states, in: 1...1024)
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("sharpness", sharpness, in: 0...1e3)
    try ConfigurationError.require("iterations", iterations, in: 0...100)
  }
}
