/// A random square of each image set to 0 in training.
///
/// It saves the first line, the first column and the side of the square of each row.
struct CutOut: ImageAugmentation {
  static let name = "cutOut"

  let image: ImageShape
  let share: Double

  var savedColumns: Int { 3 }

  func validate() throws {
    guard share >= 0, share <= 1 else {
      throw GraphError("a square of \(share) of the side is cut out of images, expected 0 to 1")
    }
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let longest = Int((share * Double(min(image.height, image.width))).rounded(.down))
    for row in 0..<pass.rowCount {
      let side = draw(pass, below: longest + 1)
      // The centre is anywhere in the image, so that a part of the square may lie outside.
      let (line, column) = (draw(pass, below: image.height) - side / 2, draw(pass, below: image.width) - side / 2)
      let saved = pass.saved + 3 * row
      (saved[0], saved[1], saved[2]) = (Scalar(line), Scalar(column), Scalar(side))
      let (input, result) = (pass.value(0) + row * image.count, pass.result + row * image.count)
      forEachPixel(line, column, side) { pixel, isInside in result[pixel] = isInside ? 0 : input[pixel] }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.clear(0)
    for row in 0..<pass.rowCount {
      let saved = pass.saved + 3 * row
      let (line, column, side) = (saved[0].index, saved[1].index, saved[2].index)
      let (slope, target) = (pass.slope + row * image.count, pass.gradient(0) + row * image.count)
      forEachPixel(line, column, side) { pixel, isInside in if !isInside { target[pixel] += slope[pixel] } }
    }
  }

  /// Returns a random number from 0 to less than `count`.
  @inline(__always)
  private func draw<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>, below count: Int) -> Int {
    Int(truncatingIfNeeded: pass.nextRandom().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Calls `body` with each value of an image and whether it lies in the square.
  @inline(__always)
  private func forEachPixel(_ line: Int, _ column: Int, _ side: Int, _ body: (_ pixel: Int, _ isInside: Bool) -> Void) {
    var pixel = 0
    for _ in 0..<image.channels {
      for y in 0..<image.height {
        let isLine = y >= line && y < line + side
        for x in 0..<image.width {
          body(pixel, isLine && x >= column && x < column + side)
          pixel += 1
        }
      }
    }
  }
}

extension ImageRows {
  /// Returns each image with a random square set to 0 in all channels, redrawn in each training step; unchanged in
  /// scoring.
  ///
  /// The side is uniform from 0 to the given share of the image's shorter side, and the centre anywhere in the image,
  /// so that a part of the square may lie outside. The channels should be standardised, so that 0 is their mean. The
  /// draws follow from the seed of training, as those of dropout do.
  ///
  /// Source: T. DeVries, G. W. Taylor, Improved regularization of convolutional neural networks with cutout, 2017,
  /// arXiv 1708.04552; the random side as in FixMatch.
  /// - Parameter share: the largest side, 0 to 1.
  package func cutOut(_ share: Double) -> ImageRows {
    ImageRows(features: CutOut(image: shape, share: share).applied(to: features), shape: shape)
  }
}
