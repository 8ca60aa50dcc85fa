/// Random mirroring and rotation of each image in training.
///
/// It saves which of the eight ways was drawn for each row: the number of quarter turns, plus 4 if it is mirrored
/// first.
struct FlipsAndTurns: ImageAugmentation {
  static let name = "flippedAndTurned"

  let image: ImageShape
  let takesQuarterTurns: Bool

  var savedColumns: Int { 1 }

  func validate() throws {
    if takesQuarterTurns && image.height != image.width {
      throw GraphError("quarter turns need square images, found \(image)")
    }
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    for row in 0..<pass.rowCount {
      let way = Int(truncatingIfNeeded: pass.nextRandom() >> 61) & (takesQuarterTurns ? 7 : 6)
      pass.saved[row] = Scalar(way)
      let (input, result) = (pass.value(0) + row * image.count, pass.result + row * image.count)
      forEachPixel(way) { target, source in result[target] = input[source] }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.clear(0)
    for row in 0..<pass.rowCount {
      let (slope, target) = (pass.slope + row * image.count, pass.gradient(0) + row * image.count)
      forEachPixel(pass.saved[row].index) { element, source in target[source] += slope[element] }
    }
  }

  /// Calls `body` with each pixel of the result and its source in the argument.
  @inline(__always)
  private func forEachPixel(_ way: Int, _ body: (_ target: Int, _ source: Int) -> Void) {
    let (height, width) = (image.height, image.width)
    var target = 0
    for channel in 0..<image.channels {
      for y in 0..<height {
        for x in 0..<width {
          var (line, place) = (y, x)
          switch way & 3 {
          case 1: (line, place) = (x, width - 1 - y)
          case 2: (line, place) = (height - 1 - y, width - 1 - x)
          case 3: (line, place) = (height - 1 - x, y)
          default: break
          }
          if way >= 4 { place = width - 1 - place }
          body(target, (channel * height + line) * width + place)
          target += 1
        }
      }
    }
  }
}

extension ImageRows {
  /// Returns each image in one of the eight symmetric positions of a square, redrawn in each training step; unchanged
  /// in scoring.
  ///
  /// The draws follow from the seed of training, as those of dropout do.
  /// - Parameter quarterTurns: whether images, which must then be square, are also rotated by quarter turns; otherwise
  ///   they are only mirrored along both sides.
  public func flippedAndTurned(quarterTurns: Bool = true) -> ImageRows {
    ImageRows(
      features: FlipsAndTurns(image: shape, takesQuarterTurns: quarterTurns).applied(to: features), shape: shape)
  }
}
