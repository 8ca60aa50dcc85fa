import Autodiff
import UserInput

/// The layers that every instance goes through before pooling.
public struct TrunkConfiguration: Codable, Sendable, Equatable {
  /// The last layer's form.
  package enum LastLayer: String, Codable, Sendable, CaseIterable {
    /// ReLU, as in the layers before it.
    case relu
    /// No function: features of either sign.
    case linear
  }

  /// Where dropout stands.
  package enum DropoutPlace: String, Codable, Sendable, CaseIterable {
    /// After the last layer only.
    case last
    /// After each layer.
    case each
  }

  /// What images go through first; with convolutions, layers of the widths that belong to them stand in the place of
  /// ``layers``.
  package var images = ImageTrunk()
  /// The widths of the layers.
  package var layers: LayerSizes = [256, 128, 64]
  /// The last layer's form.
  package var lastLayer = LastLayer.relu
  /// The dropout rate.
  public var dropout = 0.5
  /// Where dropout stands.
  package var dropoutPlace = DropoutPlace.last

  /// Three ReLU layers of 256, 128 and 64 units with one dropout of 0.5 after the third.
  public init() {}

  /// The features of each instance.
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

  /// Refuses a dropout rate outside 0 to 0.99, and what the images' part refuses.
  public func validate() throws {
    try images.validate()
    try ConfigurationError.require("dropout", dropout, in: 0...0.99)
  }
}
