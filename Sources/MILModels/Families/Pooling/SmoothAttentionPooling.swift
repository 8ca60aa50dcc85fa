import Autodiff
import UserInput

/// Attention whose scores are smoothed over the neighbours of each instance before they become weights.
///
///     u = w' tanh(V h), g <- smoothness N(g) + (1 - smoothness) u, repeated from g = u, a = softmax(g)
///
/// with N the mean over an instance's neighbours: those of its bag that are nearest to it in the image or in features.
///
/// Source: F. M. Castro-Macías, P. Morales-Álvarez, Y. Wu, R. Molina, A. K. Katsaggelos, Sm: enhanced localization in
/// multiple instance learning for medical imaging classification, NeurIPS 2024, arXiv 2410.03276. Deviations:
/// neighbours are a fixed number of nearest instances, and the mean over them replaces the symmetric normalisation of a
/// grid.
package struct SmoothAttentionPooling: Pooling {
  /// The number of rows of V.
  package var attentionUnits = 64
  /// The weight of the neighbours.
  package var smoothness = 0.5
  /// The number of neighbours.
  package var neighbours = 8
  /// The space in which neighbours are found.
  package var nearness = Nearness.features
  /// The number of smoothing steps.
  package var iterations = 10

  /// Creates a pooling with ten steps over eight neighbours.
  package init() {}

  /// Returns the mean over instances by smooth attention.
  package func pool(_ features: Variable) -> Pooled {
    let scores = features.linear("attention.hidden", to: attentionUnits).tanh().linear("attention.score", to: 1)
    let pairs = nearness.pairs(neighbours, of: features)
    var smooth = scores
    for _ in 0..<iterations {
      let around = smooth.atSources(of: pairs).meanOverSources()
      smooth = around * smoothness + scores * (1 - smoothness)
    }
    let weights = smooth.softmaxOverInstances()
    return Pooled((weights * features).sumOverInstances(), weights: weights)
  }

  /// Throws for a layer without units, or smoothing outside its range.
  package func validate() throws {
    try ConfigurationError.require("attentionUnits", attentionUnits, in: 1...65536)
    try ConfigurationError.require("smoothness", smoothness, in: 0...0.999)
    try ConfigurationError.require("neighbours", neighbours, in: 1...1000)
    try ConfigurationError.require("iterations", iterations, in: 0...1000)
  }
}
