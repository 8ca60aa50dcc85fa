import Autodiff

extension Variable {
  /// Returns the features of bags after ReLU layers of the given widths, with dropout after each.
  func bagFeatureLayers(_ sizes: LayerSizes, dropout: Double) -> Variable {
    sizes.sizes.enumerated().reduce(self) { value, layer in
      value.linear("bag.\(layer.offset + 1)", to: layer.element).relu().dropout(dropout)
    }
  }
}

extension TrunkConfiguration {
  /// One ReLU layer of 256 units with dropout .25, the first layer of networks for slides and genes.
  static var modalities: TrunkConfiguration {
    var trunk = TrunkConfiguration.slides
    trunk.layers = [256]
    return trunk
  }
}
