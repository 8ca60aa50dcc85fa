import Autodiff
import UserInput

/// The first layers for images: none, or convolutions.
///
/// The convolutional trunks are those of M. Ilse, J. M. Tomczak, M. Welling, Attention-based deep multiple instance
/// learning, ICML 2018, arXiv:1802.04712, after Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning
/// applied to document recognition, Proceedings of the IEEE 86(11), 1998, doi:10.1109/5.726791. The trunk for digits
/// follows the authors' code; the one for histology, with its two layers of 512 units, is recalled from the article.
package struct ImageTrunk: Codable, Sendable, Equatable {
  /// The trunks by name.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// No convolutions: features go unchanged to the layers.
    case layers
    /// Convolutions: those of ``lenetDigits`` for one channel, of ``lenetHistology`` for several.
    case lenet
    /// 20 maps of 5 x 5 and 50 of 5 x 5, each halved by maxima, and a layer of 500 units.
    case lenetDigits = "lenet-digits"
    /// 36 maps of 4 x 4 and 48 of 3 x 3, each halved by maxima, and two layers of 512 units.
    case lenetHistology = "lenet-histology"
  }

  /// The augmentation of images in training.
  package enum Augmentation: String, Codable, Sendable, CaseIterable {
    /// As they are.
    case none
    /// Mirrored at random along both sides.
    case flips
    /// Mirrored and turned by quarters at random, for square images.
    case turns
  }

  /// The kind of convolutions, if any.
  package var trunk = Kind.layers
  /// The augmentation of images in training.
  package var augment = Augmentation.none
  /// The largest random scaling and shift of colours in training, in standard deviations, 0 to 1.
  package var colourJitter = 0.0
  /// The largest side of a random square that training sets to 0, as a share of the image's, 0 to 1.
  package var cutout = 0.0

  private enum CodingKeys: String, CodingKey { case trunk, augment, colourJitter, cutout }

  /// Creates a trunk without convolutions.
  package init() {}

  /// Decodes the name, and with convolutions the other parameters; missing parameters have their defaults.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    trunk = try values.decode(Kind.self, forKey: .trunk)
    guard trunk != .layers else { return }
    augment = try values.decodeIfPresent(Augmentation.self, forKey: .augment) ?? augment
    colourJitter = try values.decodeIfPresent(Double.self, forKey: .colourJitter) ?? colourJitter
    cutout = try values.decodeIfPresent(Double.self, forKey: .cutout) ?? cutout
  }

  /// Encodes the name, and with convolutions the other parameters.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(trunk, forKey: .trunk)
    guard trunk != .layers else { return }
    try values.encode(augment, forKey: .augment)
    try values.encode(colourJitter, forKey: .colourJitter)
    try values.encode(cutout, forKey: .cutout)
  }

  /// Throws if the jitter or the square is outside 0 to 1.
  package func validate() throws {
    try ConfigurationError.require("colourJitter", colourJitter, in: 0...1)
    try ConfigurationError.require("cutout", cutout, in: 0...1)
  }

  /// Whether there are convolutions.
  package var isConvolutional: Bool { trunk != .layers }

  /// Returns the features of each instance after the convolutions, without the fully connected layers; unchanged
  /// without any.
  package func features(of instances: Variable) -> Variable {
    guard isConvolutional else { return instances }
    let shape = instances.graph.instanceImages.shape
    return convolved(
      augmented(instances.images(channels: shape.channels, height: shape.height, width: shape.width))
    ).features
  }

  /// Returns the widths of the fully connected layers after the convolutions.
  func units(after images: ImageShape?) -> [Int] { isOfDigits(images) ? [500] : [512, 512] }

  private func isOfDigits(_ images: ImageShape?) -> Bool {
    trunk == .lenetDigits || (trunk == .lenet && images?.channels == 1)
  }

  private func augmented(_ images: ImageRows) -> ImageRows {
    var images = images
    if augment != .none { images = images.flippedAndTurned(quarterTurns: augment == .turns) }
    if colourJitter > 0 { images = images.jittered(colourJitter) }
    if cutout > 0 { images = images.cutOut(cutout) }
    return images
  }

  /// Applies both convolutions, with ReLU and max pooling of 2 x 2.
  package func convolved(_ images: ImageRows) -> ImageRows {
    let maps = isOfDigits(images.shape) ? [(20, 5), (50, 5)] : [(36, 4), (48, 3)]
    return maps.enumerated().reduce(images) { images, map in
      images.convolution("convolution.\(map.offset + 1)", to: map.element.0, kernel: map.element.1)
        .map { $0.relu() }.maxPooled(2)
    }
  }
}
