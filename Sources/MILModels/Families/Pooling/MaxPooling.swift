import Autodiff

/// The largest value of each feature over the instances of the bag.
package struct MaxPooling: Pooling {
  /// Creates max pooling; it has no parameters.
  package init() {}

  /// Returns the maximum over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled { Pooled(features.maxOverInstances()) }
}
