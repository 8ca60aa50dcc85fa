import Autodiff
import UserInput

/// Dynamic pooling: instance weights that are made, over some iterations, to agree with the bag vector.
///
/// From b = 0, each iteration takes c = softmax(b) over the bag, s = squash(sum c h) and b = b + h . s; the bag vector is
/// the last s, of length below 1.
///
/// Source: Y. Yan, X. Wang, X. Guo, J. Fang, W. Liu, J. Huang, Deep multi-instance learning with dynamic pooling, ACML
/// 2018, PMLR 95:662-677.
package struct DynamicPooling: Pooling {
  /// The number of routing iterations T; with 1 the weights are equal.
  package var iterations = 3

  /// Dynamic pooling with three iterations.
  package init() {}

  /// The routed bag vector, squashed.
  package func pool(_ features: Variable) -> Pooled { routed(features, features.zeroPerInstance(), iterations) }

  /// One iteration from an agreement b, and those that are left after it.
  private func routed(_ features: Variable, _ agreement: Variable, _ left: Int) -> Pooled {
    let weights = agreement.softmaxOverInstances()
    let bag = (weights * features).sumOverInstances().squashed()
    if left <= 1 { return Pooled(bag, weights: weights) }
    return routed(features, agreement + (features * bag).sumOverFeatures(), left - 1)
  }

  /// Refuses fewer than one iteration.
  package func validate() throws { try ConfigurationError.require("iterations", iterations, in: 1...100) }
}
