import Autodiff

/// The mean of each feature over the instances of the bag.
public struct MeanPooling: Pooling {
  /// Mean pooling; it has no parameters.
  public init() {}

  /// The mean over instances, feature by feature.
  public func pool(_ features: Variable) -> Pooled { Pooled(features.meanOverInstances()) }
}
