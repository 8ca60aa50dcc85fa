import Autodiff
import UserInput

/// Noisy-or of detectors: the probability that at least one instance activates a detector, 1 - prod(1 - sigmoid(W h +
/// b)).
///
/// Computed as 1 - exp(-sum(softplus(W h + b))), since 1 - sigmoid(x) = exp(-softplus(x)). The sum grows with the bag,
/// so the detectors start with a low probability, with b = -3.
///
/// Source: O. Maron, T. Lozano-Perez, A framework for multiple-instance learning, NIPS 1997; as the output of a trained
/// classifier in P. Viola, J. C. Platt, C. Zhang, Multiple instance boosting for object detection, NIPS 2005. There one
/// detector is the bag's probability; here several form the bag vector.
package struct NoisyOrPooling: Pooling {
  /// The number of detectors, which is the length of the bag vector.
  package var detectors = 64

  /// Creates noisy-or pooling with 64 detectors.
  package init() {}

  /// Returns the probability of each detector in the bag.
  package func pool(_ features: Variable) -> Pooled {
    let detector = features.linear("detector", to: detectors, biasInitialiser: .constant(-3))
    return Pooled(1 - (-detector.softplus().sumOverInstances()).exp())
  }

  /// Throws for a layer without detectors.
  package func validate() throws { try ConfigurationError.require("detectors", detectors, in: 1...65536) }
}
