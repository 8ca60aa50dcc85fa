import Autodiff

/// The largest value of each feature over the instances of the bag.
package struct MaxPooling: Pooling {
  /// Max pooling; it has no parameters.
  package init() {}

  /// The maximum over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled { Pooled(features.maxOverInstances()) }
}
