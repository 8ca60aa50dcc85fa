import Autodiff

/// One of the three poolings that the MI-Net article compares, chosen by name.
public struct ElementaryPooling: Pooling {
  /// The choices.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// ``MaxPooling``
    case max
    /// ``MeanPooling``
    case mean
    /// ``LogSumExpPooling``
    case logSumExp = "log-sum-exp"
  }

  /// Which pooling.
  public var pooling = Kind.max
  /// The sharpness of log-sum-exp pooling.
  public var sharpness = 1.0

  /// Max pooling.
  public init() {}

  /// Pools with the chosen pooling.
  public func pool(_ features: Variable) -> Pooled {
    switch pooling {
    case .max: MaxPooling().pool(features)
    case .mean: MeanPooling().pool(features)
    case .logSumExp: logSumExp.pool(features)
    }
  }

  /// Refuses what the chosen pooling refuses.
  public func validate() throws { try logSumExp.validate() }

  private var logSumExp: LogSumExpPooling {
    var pooling = LogSumExpPooling()
    pooling.sharpness = sharpness
    return pooling
  }
}
