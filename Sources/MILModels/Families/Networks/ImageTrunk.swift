import Autodiff
import UserInput

/// What images go through before everything else in a network: nothing, or convolutions.
///
/// The convolutional trunks are those of M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance
/// learning, ICML 2018, arXiv:1802.04712, after Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to
/// document recognition, Proceedings of the IEEE 86(11), 1998, doi:10.1109/5.726791. That of digits was read in the
/// authors' code; that of histology, with its two layers of 512 units, is recalled from the article.
package struct ImageTrunk: Codable, Sendable, Equatable {
  /// The trunks by name.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// No convolutions: features go through layers as they are.
    case layers
    /// Convolutions: of one channel those of ``lenetDigits``, of several those of ``lenetHistology``.
    case lenet
    /// 20 maps of 5 x 5 and 50 of 5 x 5, each halved by maxima, and a layer of 500 units.
    case lenetDigits = "lenet-digits"
    /// 36 maps of 4 x 4 and 48 of 3 x 3, each halved by maxima, and two layers of 512 units.
    case lenetHistology = "lenet-histology"
  }

  /// How images are laid in training.
  public enum Augmentation: String, Codable, Sendable, CaseIterable {
    /// As they are.
    case none
    /// Mirrored at random along both sides.
    case flips
    /// Mirrored and turned by quarters at random, for square images.
    case turns
  }

  /// Which convolutions, if any.
  package var trunk = Kind.layers
  /// How images are laid in training.
  package var augment = Augmentation.none
  /// By how many standard deviations colours are scaled and shifted at random in training, 0 to 1.
  package var colourJitter = 0.0

  private enum CodingKeys: String, CodingKey { case trunk, augment, colourJitter }

  /// No convolutions.
  package init() {}

  /// Reads the name, and where there are convolutions the other parameters; what is not there is the default.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    trunk = try values.decode(Kind.self, forKey: .trunk)
    guard trunk != .layers else { return }
    augment = try values.decodeIfPresent(Augmentation.self, forKey: .augment) ?? augment
    colourJitter = try values.decodeIfPresent(Double.self, forKey: .colourJitter) ?? colourJitter
  }

  /// Writes the name, and where there are convolutions the other parameters.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(trunk, forKey: .trunk)
    guard trunk != .layers else { return }
    try values.encode(augment, forKey: .augment)
    try values.encode(colourJitter, forKey: .colourJitter)
  }

  /// Refuses a jitter outside 0 to 1.
  package func validate() throws { try ConfigurationError.require("colourJitter", colourJitter, in: 0...1) }

  /// Whether there are convolutions.
  package var isConvolutional: Bool { trunk != .layers }

  /// The features of each instance after the convolutions, without the layers of units; as they are where there are none.
  package func features(of instances: Variable) -> Variable {
    guard isConvolutional else { return instances }
    let shape = instances.graph.instanceImages.shape
    return convolved(
      augmented(instances.images(channels: shape.channels, height: shape.height, width: shape.width))
    ).features
  }

  /// The widths of the layers of units after the convolutions.
  func units(after images: ImageShape?) -> [Int] { isOfDigits(images) ? [500] : [512, 512] }

  private func isOfDigits(_ images: ImageShape?) -> Bool {
    trunk == .lenetDigits || (trunk == .lenet && images?.channels == 1)
  }

  private func augmented(_ images: ImageRows) -> ImageRows {
    var images = images
    if augment != .none { images = images.flippedAndTurned(quarterTurns: augment == .turns) }
    if colourJitter > 0 { images = images.jittered(colourJitter) }
    return images
  }

  /// Both convolutions, with ReLU and maxima of 2 x 2.
  package func convolved(_ images: ImageRows) -> ImageRows {
    let maps = isOfDigits(images.shape) ? [(20, 5), (50, 5)] : [(36, 4), (48, 3)]
    return maps.enumerated().reduce(images) { images, map in
      images.convolution("convolution.\(map.offset + 1)", to: map.element.0, kernel: map.element.1)
        .map { $0.relu() }.maxPooled(2)
    }
  }
}
