import Autodiff
import UserInput

/// The layers applied to every instance before pooling.
public struct TrunkConfiguration: Codable, Sendable, Equatable {
  /// The activation of the last layer.
  package enum LastLayer: String, Codable, Sendable, CaseIterable {
    /// ReLU, as in the layers before it.
    case relu
    /// No activation: features of either sign.
    case linear
  }

  /// The position of dropout.
  package enum DropoutPlace: String, Codable, Sendable, CaseIterable {
    /// After the last layer only.
    case last
    /// After each layer.
    case each
  }

  /// The first layers for images; with convolutions, their own fully connected layers replace ``layers``.
  package var images = ImageTrunk()
  /// The widths of the layers.
  package var layers: LayerSizes = [256, 128, 64]
  /// The activation of the last layer.
  package var lastLayer = LastLayer.relu
  /// The dropout rate.
  public var dropout = 0.5
  /// The position of dropout.
  package var dropoutPlace = DropoutPlace.last

  /// Creates the default: three ReLU layers of 256, 128 and 64 units with one dropout of 0.5 after the third.
  public init() {}

  /// Returns the features of each instance.
  public func features(of instances: Variable) -> Variable {
    var value = images.features(of: instances)
    let sizes = images.isConvolutional ? images.units(after: instances.graph.imageShape) : layers.sizes
    for (index, size) in sizes.enumerated() {
      let isLast = index == sizes.count - 1
      value = value.linear("trunk.\(index + 1)", to: size)
      if !isLast || lastLayer == .relu { value = value.relu() }
      if isLast || dropoutPlace == .each { value = value.dropout(dropout) }
    }
    return value
  }

  /// Throws for a dropout rate outside 0 to 0.99, and for invalid settings of the images' layers.
  public func validate() throws {
    try images.validate()
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
  }
}
