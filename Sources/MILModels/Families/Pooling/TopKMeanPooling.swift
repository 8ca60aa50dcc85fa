import Autodiff
import UserInput

/// The mean of the k largest values of each feature over the instances of the bag, or of all in a bag of fewer than k.
///
/// Source: W. Li, N. Vasconcelos, Multiple instance learning for soft bags via top instances, CVPR 2015,
/// doi:10.1109/CVPR.2015.7299056. There the k instances with the highest scores are taken; here each feature ranks
/// them.
package struct TopKMeanPooling: Pooling {
  /// The number k of averaged values.
  package var count = 3

  /// Creates the mean of the three largest values.
  package init() {}

  /// Returns the mean of the largest values, feature by feature.
  package func pool(_ features: Variable) -> Pooled { Pooled(features.topMeanOverInstances(count: count)) }

  /// Throws for a count below 1.
  package func validate() throws { try ConfigurationError.require("count", count, in: 1...65536) }
}
