import LinearAlgebra

/// The products of the weights with each window of an image, by one matrix product per image.
struct Convolution: GenericOperation {
  let image: ImageShape
  let window: ImageWindow
  let channels: Int

  private var inner: Int { image.channels * window.size * window.size }
  private var output: ImageShape { window.positions(over: image, channels: channels) }

  var traits: OperationTraits {
    var traits = OperationTraits(treatsInstancesSeparately: true, backwardReads: [.arguments])
    traits.weightArgument = 1
    traits.scratchColumns = max(inner * output.height * output.width, 0)
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    guard (2...3).contains(arguments.count) else { throw GraphError("a convolution takes images, weights and a bias") }
    try image.check(arguments[0], "a convolution")
    try window.check(image, "a convolution")
    if arguments[1].weightRows != inner || arguments[1].columns != channels {
      throw GraphError("a convolution needs \(inner) x \(channels) weights")
    }
    return VariableShape(rows: arguments[0].rows, columns: output.count)
  }

  /// Computes W' C + b, of channels x positions, with C the windows of an image.
  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (positions, width) = (output.height * output.width, pass.shape.columns)
    let windows = pass.scratch(0)
    for row in 0..<pass.rowCount {
      let result = pass.result + row * width
      if pass.argumentCount > 2 {
        for channel in 0..<channels {
          (result + channel * positions).update(repeating: pass.value(2)[channel], count: positions)
        }
      }
      spread(pass.value(0) + row * image.count, windows)
      Scalar.gemm(
        transposeA: true, transposeB: false, m: channels, n: positions, k: inner, alpha: 1, a: pass.value(1),
        lda: channels, b: windows, ldb: positions, beta: pass.argumentCount > 2 ? 1 : 0, c: result, ldc: positions)
    }
  }

  /// Computes, with D the slope of an image: C D' for the weights, W D for the windows.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (positions, width) = (output.height * output.width, pass.shape.columns)
    let (windows, windowSlopes) = (pass.scratch(0), pass.scratch(1))
    pass.clear(0)
    if pass.argumentCount > 2 { pass.clear(2) }
    for row in 0..<pass.rowCount {
      let slope = pass.slope + row * width
      if pass.flow(1) != .none {
        spread(pass.value(0) + row * image.count, windows)
        Scalar.gemm(
          transposeA: false, transposeB: true, m: inner, n: channels, k: positions, alpha: 1, a: windows,
          lda: positions,
          b: slope, ldb: positions, beta: row == 0 && pass.flow(1) == .store ? 0 : 1, c: pass.gradient(1), ldc: channels
        )
      }
      if pass.argumentCount > 2 && pass.flow(2) != .none {
        for channel in 0..<channels {
          pass.gradient(2)[channel] += Self.sum(slope + channel * positions, positions)
        }
      }
      if pass.flow(0) != .none {
        Scalar.gemm(
          transposeA: false, transposeB: false, m: inner, n: positions, k: channels, alpha: 1, a: pass.value(1),
          lda: channels, b: slope, ldb: positions, beta: 0, c: windowSlopes, ldc: positions)
        let target = pass.gradient(0) + row * image.count
        forEachRun { place, pixel, count in
          for index in 0..<count { target[pixel + index * window.stride] += windowSlopes[place + index] }
        }
      }
    }
  }

  /// Returns the sum of values, with eight partial sums.
  @inline(__always)
  private static func sum<Scalar: KernelScalar>(_ values: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
    var parts = (Scalar(0), Scalar(0), Scalar(0), Scalar(0), Scalar(0), Scalar(0), Scalar(0), Scalar(0))
    let whole = count & ~7
    for start in stride(from: 0, to: whole, by: 8) {
      parts.0 += values[start]
      parts.1 += values[start + 1]
      parts.2 += values[start + 2]
      parts.3 += values[start + 3]
      parts.4 += values[start + 4]
      parts.5 += values[start + 5]
      parts.6 += values[start + 6]
      parts.7 += values[start + 7]
    }
    var sum = ((parts.0 + parts.4) + (parts.2 + parts.6)) + ((parts.1 + parts.5) + (parts.3 + parts.7))
    for place in whole..<count { sum += values[place] }
    return sum
  }

  /// Writes the windows of an image, one row per position in a window and one column per position of the window.
  private func spread<Scalar: KernelScalar>(_ input: UnsafePointer<Scalar>, _ windows: UnsafeMutablePointer<Scalar>) {
    if window.padding > 0 { windows.update(repeating: 0, count: inner * output.height * output.width) }
    forEachRun { place, pixel, count in
      if window.stride == 1 {
        (windows + place).update(from: input + pixel, count: count)
      } else {
        for index in 0..<count { windows[place + index] = input[pixel + index * window.stride] }
      }
    }
  }

  /// Calls `body` for each run of positions along a line that read pixels of the image. It receives the run's offset
  /// among the windows, its first pixel, and its length.
  @inline(__always)
  private func forEachRun(_ body: (_ place: Int, _ pixel: Int, _ count: Int) -> Void) {
    let (stride, padding) = (window.stride, window.padding)
    let (height, width) = (output.height, output.width)
    for part in 0..<inner {
      let (channel, place) = part.quotientAndRemainder(dividingBy: window.size * window.size)
      let (down, across) = place.quotientAndRemainder(dividingBy: window.size)
      let first = max(0, (padding - across + stride - 1) / stride)
      let end = min(width, (image.width - 1 + padding - across) / stride + 1)
      if image.width + padding <= across || first >= end { continue }
      for line in 0..<height {
        let y = line * stride + down - padding
        if y < 0 || y >= image.height { continue }
        body(
          (part * height + line) * width + first,
          (channel * image.height + y) * image.width + first * stride + across - padding, end - first)
      }
    }
  }
}

extension ImageRows {
  /// Returns a convolution of each image, learned or frozen: one channel per column of W, whose rows are positions in a
  /// window.
  ///
  /// W has c k k rows under `name.weight` and decays; the bias of each channel is `name.bias` and does not. As is
  /// usual, the window is not mirrored.
  ///
  /// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition,
  /// Proceedings of the IEEE 86(11), 1998, doi:10.1109/5.726791.
  /// - Parameters:
  ///   - name: the layer's name within the enclosing scope.
  ///   - channels: the number of channels of the result.
  ///   - kernel: k, the side of the window.
  ///   - stride: the distance between adjacent positions of the window.
  ///   - padding: the number of lines and columns of zeros around each image; less than k.
  ///   - bias: whether there is a bias.
  ///   - initialiser: the initialiser of W.
  ///   - trains: whether W and the bias are learned.
  /// - Returns: images of (side + 2 padding - k) / stride + 1 lines and columns.
  public func convolution(
    _ name: String, to channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true,
    initialiser: Initialiser = .glorotUniform, trains: Bool = true
  ) -> ImageRows {
    let window = ImageWindow(size: kernel, stride: stride, padding: padding)
    let operation = Convolution(image: shape, window: window, channels: channels)
    let graph = features.graph
    let result = graph.scope(name) {
      let weight = graph.parameter(
        "weight", rows: shape.channels * kernel * kernel, columns: channels, initialiser: initialiser, decays: true,
        trains: trains)
      guard bias else { return operation.applied(to: features, weight) }
      let offset = graph.parameter("bias", columns: channels, initialiser: .zeros, trains: trains)
      return operation.applied(to: features, weight, offset)
    }
    return ImageRows(features: result, shape: window.positions(over: shape, channels: channels))
  }
}
