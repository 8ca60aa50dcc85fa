import MILBench

/// The mean of the k largest and the mean of the k smallest values of each feature, as evidence for and against.
///
/// z = (mean of the k largest x, mean of the k smallest x), feature by feature. In a bag of fewer than k instances both
/// are means of all x.
///
/// Source: T. Durand, N. Thome, M. Cord, WELDON: weakly supervised learning of deep convolutional neural networks, CVPR
/// 2016, doi:10.1109/CVPR.2016.513. The paper adds the two means of one score; here they are features of the bag.
public struct TopKPooling: Pooling {
  /// The number k of values on either side, which `top-k-pooling[count=5]` sets.
  public var count = 3

  /// Creates a pooling with three values on either side.
  public init() {}

  /// Returns bag vectors with twice as many features as the instances.
  public func pool(_ features: Variable) -> Pooled {
    let largest = features.topMeanOverInstances(count: count)
    let smallest = -(-features).topMeanOverInstances(count: count)
    return Pooled(largest.concatenated(with: smallest))
  }

  /// Rejects a count below 1, whose mean does not exist.
  public func validate() throws { try ConfigurationError.require("count", count, in: 1...65536) }
}

extension ModelRegistry {
  /// Returns the registry of milbench's models and the standard network with this pooling.
  public static func withTopKPooling() throws -> ModelRegistry {
    var registry = try standard()
    try registry.register(
      ModelRegistration(
        id: "top-k-pooling", title: "TopKPooling",
        summary: "MI-Net with the means of each feature's k largest and k smallest values.",
        citation: "T. Durand, N. Thome, M. Cord, WELDON: weakly supervised learning of deep convolutional neural "
          + "networks, CVPR 2016, doi:10.1109/CVPR.2016.513",
        pooling: TopKPooling()))
    return registry
  }
}
