import Autodiff
import UserInput

/// A smooth maximum of each feature over the instances of the bag: (1 / r) log(mean(exp(r x))).
///
/// Source: J. Ramon, L. De Raedt, Multi instance neural networks, ICML workshop on attribute-value and relational
/// learning, 2000; with r = 1 in the public code of MI-Net.
package struct LogSumExpPooling: Pooling {
  /// The sharpness r: near the mean when small, near the maximum when large.
  package var sharpness = 1.0

  /// Creates log-sum-exp pooling with r = 1.
  package init() {}

  /// Returns the smooth maximum over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled {
    Pooled(features.logMeanExpOverInstances(sharpness: sharpness))
  }

  /// Throws for a sharpness that is not positive.
  package func validate() throws { try ConfigurationError.require("sharpness", sharpness, in: 1e-3...1e3) }
}
