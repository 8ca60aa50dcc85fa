import MILBench

/// The k largest and the k smallest values of each feature, each averaged, side by side: evidence for and against.
///
/// z = (mean of the k largest x, mean of the k smallest x), feature by feature; of all x in a bag of fewer than k.
///
/// Source: T. Durand, N. Thome, M. Cord, WELDON: weakly supervised learning of deep convolutional neural networks, CVPR
/// 2016, doi:10.1109/CVPR.2016.513. There both means are of one score and are added; here they are features of the bag.
public struct TopKPooling: Pooling {
  /// The number k of values on either side, which `top-k-pooling[count=5]` sets.
  public var count = 3

  /// Three values on either side.
  public init() {}

  /// A bag vector of twice as many features.
  public func pool(_ features: Variable) -> Pooled {
    let largest = features.topMeanOverInstances(count: count)
    let smallest = -(-features).topMeanOverInstances(count: count)
    return Pooled(largest.concatenated(with: smallest))
  }

  /// Refuses a mean of nothing.
  public func validate() throws { try ConfigurationError.require("count", count, in: 1...65536) }
}

extension ModelRegistry {
  /// The models of milbench, and the standard network with this pooling.
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
