import Autodiff

/// The layers that every instance goes through before pooling.
public struct TrunkConfiguration: Codable, Sendable, Equatable {
  /// The last layer's form.
  public enum LastLayer: String, Codable, Sendable, CaseIterable {
    /// ReLU, as in the layers before it.
    case relu
    /// No function: features of either sign.
    case linear
  }

  /// Where dropout stands.
  public enum DropoutPlace: String, Codable, Sendable, CaseIterable {
    /// After the last layer only.
    case last
    /// After each layer.
    case each
  }

  /// The widths of the layers.
  public var layers: LayerSizes = [256, 128, 64]
  /// The last layer's form.
  public var lastLayer = LastLayer.relu
  /// The dropout rate.
  public var dropout = 0.5
  /// Where dropout stands.
  public var dropoutPlace = DropoutPlace.last

  /// Three ReLU layers of 256, 128 and 64 units with one dropout of 0.5 after the third.
  public init() {}

  /// The features of each instance.
  public func features(of instances: Variable) -> Variable {
    var value = instances
    for (index, size) in layers.sizes.enumerated() {
      let isLast = index == layers.sizes.count - 1
      value = value.linear("trunk.\(index + 1)", to: size)
      if !isLast || lastLayer == .relu { value = value.relu() }
      if isLast || dropoutPlace == .each { value = value.dropout(dropout) }
    }
    return value
  }

  /// Refuses a dropout rate outside 0 to 0.99.
  public func validate() throws { try ConfigurationError.require("dropout", dropout, in: 0...0.99) }
}
