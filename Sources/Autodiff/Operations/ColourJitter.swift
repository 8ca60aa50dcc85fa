/// Random scaling and shift of each channel of each image in training.
///
/// It saves the factor of each channel.
struct ColourJitter: ImageAugmentation {
  static let name = "jittered"

  let image: ImageShape
  let strength: Double

  var savedColumns: Int { max(image.channels, 1) }

  func validate() throws {
    guard strength >= 0, strength <= 1 else {
      throw GraphError("the colours are jittered by \(strength), expected 0 to 1")
    }
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let pixels = image.height * image.width
    for channel in 0..<pass.rowCount * image.channels {
      let factor = Scalar(1 + draw(pass))
      let shift = Scalar(draw(pass))
      pass.saved[channel] = factor
      let (input, result) = (pass.value(0) + channel * pixels, pass.result + channel * pixels)
      for pixel in 0..<pixels { result[pixel] = factor * input[pixel] + shift }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let pixels = image.height * image.width
    for channel in 0..<pass.rowCount * image.channels {
      let (slope, target) = (pass.slope + channel * pixels, pass.gradient(0) + channel * pixels)
      let factor = pass.saved[channel]
      if pass.flow(0) == .store {
        for pixel in 0..<pixels { target[pixel] = factor * slope[pixel] }
      } else {
        for pixel in 0..<pixels { target[pixel] += factor * slope[pixel] }
      }
    }
  }

  /// Returns a random number between minus and plus the strength.
  private func draw<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) -> Double {
    strength * (Double(pass.nextRandom() >> 11) * 0x1p-52 - 1)
  }
}

extension ImageRows {
  /// Returns each channel of each image times a factor from 1 - s to 1 + s plus a number from -s to s, redrawn in each
  /// training step. In scoring it returns the images unchanged.
  ///
  /// The channels should be standardised, so that s is in standard deviations. The draws follow from the seed of
  /// training, as those of dropout do.
  /// - Parameter strength: s, 0 to 1.
  package func jittered(_ strength: Double) -> ImageRows {
    ImageRows(features: ColourJitter(image: shape, strength: strength).applied(to: features), shape: shape)
  }
}
