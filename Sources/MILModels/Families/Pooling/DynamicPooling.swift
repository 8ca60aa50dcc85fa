import Autodiff
import UserInput

/// Dynamic pooling: instance weights that iterate towards agreement with the bag vector.
///
/// From b = 0, each iteration computes c = softmax(b) over the bag, s = squash(sum c h) and b = b + h . s; the bag
/// vector is the last s, of length below 1.
///
/// Source: Y. Yan, X. Wang, X. Guo, J. Fang, W. Liu, J. Huang, Deep multi-instance learning with dynamic pooling, ACML
/// 2018, PMLR 95:662-677.
package struct DynamicPooling: Pooling {
  /// The number of routing iterations T; with 1 the weights are equal.
  package var iterations = 3

  /// Creates dynamic pooling with three iterations.
  package init() {}

  /// Returns the routed bag vector, squashed.
  package func pool(_ features: Variable) -> Pooled { routed(features, features.zeroPerInstance(), iterations) }

  /// Returns the result of one iteration from an agreement b, followed by the remaining ones.
  private func routed(_ features: Variable, _ agreement: Variable, _ left: Int) -> Pooled {
    let weights = agreement.softmaxOverInstances()
    let bag = (weights * features).sumOverInstances().squashed()
    if left <= 1 { return Pooled(bag, weights: weights) }
    return routed(features, agreement + (features * bag).sumOverFeatures(), left - 1)
  }

  /// Throws for fewer than one iteration.
  package func validate() throws { try ConfigurationError.require("iterations", iterations, in: 1...100) }
}
