import Autodiff

/// The largest value of each feature over the instances of the bag.
public struct MaxPooling: Pooling {
  /// Max pooling; it has no parameters.
  public init() {}

  /// The maximum over instances, feature by feature.
  public func pool(_ features: Variable) -> Pooled { Pooled(features.maxOverInstances()) }
}
