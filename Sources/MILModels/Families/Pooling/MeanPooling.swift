import Autodiff

/// The mean of each feature over the instances of the bag.
package struct MeanPooling: Pooling {
  /// Creates mean pooling; it has no parameters.
  package init() {}

  /// Returns the mean over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled { Pooled(features.meanOverInstances()) }
}
