import Autodiff
import UserInput

/// The mean of the k largest values of each feature over the instances of the bag; of all in a bag of fewer than k.
///
/// Source: W. Li, N. Vasconcelos, Multiple instance learning for soft bags via top instances, CVPR 2015,
/// doi:10.1109/CVPR.2015.7299056. There the k instances of the highest score are taken; here each feature ranks them.
package struct TopKMeanPooling: Pooling {
  /// The number k of values that count.
  package var count = 3

  /// The mean of the three largest values.
  package init() {}

  /// The mean of the largest values, feature by feature.
  package func pool(_ features: Variable) -> Pooled { Pooled(features.topMeanOverInstances(count: count)) }

  /// Refuses a mean of nothing.
  package func validate() throws { try ConfigurationError.require("count", count, in: 1...65536) }
}
