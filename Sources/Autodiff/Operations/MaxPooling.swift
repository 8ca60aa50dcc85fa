import CKernels

/// The largest value of each window of each channel.
///
/// It saves the position of each within the channel.
struct MaxPooling: GenericOperation {
  let image: ImageShape
  let window: ImageWindow

  private var output: ImageShape { window.positions(over: image, channels: image.channels) }

  var traits: OperationTraits {
    OperationTraits(treatsInstancesSeparately: true, backwardReads: [], saves: .elements)
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let argument = try arguments.only("max pooling")
    try image.check(argument, "max pooling")
    try window.check(image, "max pooling")
    return VariableShape(rows: argument.rows, columns: output.count)
  }

  func forward(_ pass: OperationPass<Float>) {
    guard window.size == 2, window.stride == 2, image.height * image.width < 1 << 24 else { return evaluate(pass) }
    // In scoring nothing reads the positions.
    let count = output.height * output.width
    for channel in 0..<pass.rowCount * image.channels {
      let places = pass.isTraining ? pass.saved + channel * count : pass.scratch(0)
      ck_max_pool2(
        output.height, output.width, image.width, pass.value(0) + channel * image.height * image.width,
        pass.result + channel * count, places)
    }
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    forEachChannel(pass) { channel, start in
      let input = pass.value(0) + channel * image.height * image.width
      for line in 0..<output.height {
        for position in 0..<output.width {
          let corner = (line * image.width + position) * window.stride
          var best = corner
          for down in 0..<window.size {
            for place in corner + down * image.width..<corner + down * image.width + window.size
            where input[place] > input[best] || input[place].isNaN { best = place }
          }
          let element = start + line * output.width + position
          pass.result[element] = input[best]
          // Exact up to 2^24 values per channel.
          if pass.isTraining { pass.saved[element] = Scalar(best) }
        }
      }
    }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    pass.clear(0)
    forEachChannel(pass) { channel, start in
      let target = pass.gradient(0) + channel * image.height * image.width
      for element in start..<start + output.height * output.width {
        target[pass.saved[element].index] += pass.slope[element]
      }
    }
  }

  /// Calls `body` for each channel of each row, with its first element in the result.
  @inline(__always)
  private func forEachChannel<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>, _ body: (_ channel: Int, _ start: Int) -> Void
  ) {
    for channel in 0..<pass.rowCount * image.channels { body(channel, channel * output.height * output.width) }
  }
}

extension ImageRows {
  /// Returns the largest value of each window of each channel; of ties the first, line by line, gets the gradient.
  ///
  /// - Parameters:
  ///   - size: the side of the window.
  ///   - stride: the distance between adjacent positions of the window; its side by default.
  /// - Returns: images of (side - size) / stride + 1 lines and columns; the remaining lines and columns are not read.
  public func maxPooled(_ size: Int, stride: Int? = nil) -> ImageRows {
    let window = ImageWindow(size: size, stride: stride ?? size)
    return ImageRows(
      features: MaxPooling(image: shape, window: window).applied(to: features),
      shape: window.positions(over: shape, channels: shape.channels))
  }
}
