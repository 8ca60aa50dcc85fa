import Autodiff
import UserInput

/// Each feature weighted by its own softmax: z = sum a x, a = softmax(s x), with a learned sharpness s per feature, the
/// inverse of the temperature.
///
/// It is the mean at s = 0, and tends to the maximum for large s and to the minimum for very negative s. The weight of
/// an instance is the mean of its features' weights.
///
/// Source: B. McFee, J. Salamon, J. P. Bello, Adaptive pooling operators for weakly labeled sound event detection,
/// IEEE/ACM Transactions on Audio, Speech, and Language Processing 26(11), 2018, doi:10.1109/TASLP.2018.2858559.
package struct LearnedSoftmaxPooling: Pooling {
  /// The initial sharpness of every feature.
  package var sharpness = 1.0

  /// Creates a pooling with initial temperature 1.
  package init() {}

  /// Returns the softmax-weighted sum over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled {
    let learned = features.graph.parameter(
      "sharpness", columns: features.columns, initialiser: .constant(sharpness))
    let weights = (learned * features).softmaxOverInstances()
    let share = weights.sumOverFeatures() / Double(features.columns)
    return Pooled((weights * features).sumOverInstances(), weights: share)
  }

  /// Throws for an initial sharpness from which training could not recover.
  package func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: -1e3...1e3) }
}
