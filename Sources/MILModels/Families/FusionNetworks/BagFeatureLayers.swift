import Autodiff

extension Variable {
  /// Returns x where it is positive and exp(x) - 1 elsewhere.
  ///
  /// Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential
  /// linear units (ELUs), ICLR 2016, arXiv 1511.07289.
  func exponentialLinear() -> Variable { relu() + (-((-self).relu())).exp() - 1 }

  /// Returns the features of bags after exponential linear layers of the given widths, with dropout after each.
  func bagFeatureLayers(_ sizes: LayerSizes, dropout: Double) -> Variable {
    sizes.sizes.enumerated().reduce(self) { value, layer in
      value.linear("bag.\(layer.offset + 1)", to: layer.element).exponentialLinear().dropout(dropout)
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
