import Autodiff
import LinearAlgebra
import MILBags

/// Fixed features of images, without learning, for models without a trunk of their own.
///
/// A set of the catalogue has them as `name[features=colour-texture]`.
package enum ImageFeatures: String, Sendable, CaseIterable {
  /// Colour statistics and texture patterns: 10 d + 10 numbers for d channels.
  ///
  /// For each channel: the mean, the standard deviation and a histogram of eight bins. For the grey image: a histogram
  /// of rotation-invariant uniform binary patterns of the eight neighbours. The neighbours are the pixels themselves,
  /// not points of a circle.
  ///
  /// Source of the patterns: T. Ojala, M. Pietikainen, T. Maenpaa, Multiresolution gray-scale and rotation invariant
  /// texture classification with local binary patterns, IEEE Transactions on Pattern Analysis and Machine Intelligence
  /// 24(7), 2002, doi:10.1109/TPAMI.2002.1017623.
  case colourTexture = "colour-texture"
  /// The largest and the smallest response of each of 64 random filters of 5 x 5 over the image: 128 numbers.
  ///
  /// Source of the kind of feature: A. M. Saxe, P. W. Koh, Z. Chen, M. Bhand, B. Suresh, A. Y. Ng, On random weights
  /// and unsupervised feature learning, ICML 2011.
  case randomConvolutions = "random-convolutions"

  /// Returns the same bags with these features in place of images.
  ///
  /// - Throws: `DatasetError` for bags without images or with images that are too small, and errors of reading.
  package func features(of bags: BagDataset) throws -> BagDataset {
    guard let shape = bags.imageShape, min(shape.height, shape.width) >= 5, shape.height == shape.width else {
      throw DatasetError(
        dataset: bags.name,
        problem: "features=\(rawValue) needs square images of 5 x 5 pixels or more, found "
          + (bags.imageShape.map { "\($0)" } ?? "features that are no images"))
    }
    let width = self == .colourTexture ? 10 * shape.channels + 10 : 128
    var block = InstanceBlock(instances: bags.instanceCount, features: width)
    let filters = try RandomFilters(shape)
    try bags.source.forEachBlock { images in
      switch self {
      case .colourTexture:
        for row in 0..<images.rows { block.append(Self.colourTexture(Array(images.row(row)), shape)) }
      case .randomConvolutions: block.append(filters.responses(images).elements)
      }
    }
    return bags.replacing(instances: try block.filled())
  }

  /// Returns the colour and pattern features of an image with pixels from 0 to 255.
  static func colourTexture(_ image: [Float], _ shape: ImageShape) -> [Float] {
    let pixels = shape.height * shape.width
    var features: [Float] = []
    var grey = [Float](repeating: 0, count: pixels)
    for channel in 0..<shape.channels {
      let values = image[channel * pixels..<(channel + 1) * pixels]
      var bins = [Float](repeating: 0, count: 8)
      var (sum, squares): (Float, Float) = (0, 0)
      for (place, value) in values.enumerated() {
        grey[place] += value
        sum += value
        squares += value * value
        bins[min(max(Int(max(0, min(value, 255)) / 32), 0), 7)] += 1 / Float(pixels)
      }
      let mean = sum / Float(pixels)
      features += [mean, max(squares / Float(pixels) - mean * mean, 0).squareRoot()] + bins
    }
    return features + patterns(grey, shape)
  }

  /// Returns the shares of the ten binary patterns among the inner pixels.
  ///
  /// A pattern is the number k of neighbours that are as bright or brighter, k = 0 to 8, if they form one run. The last
  /// pattern is any other arrangement.
  private static func patterns(_ grey: [Float], _ shape: ImageShape) -> [Float] {
    let width = shape.width
    let around = [-width - 1, -width, -width + 1, 1, width + 1, width, width - 1, -1]
    let count = (shape.height - 2) * (shape.width - 2)
    var bins = [Float](repeating: 0, count: 10)
    for line in 1..<shape.height - 1 {
      for place in line * width + 1..<(line + 1) * width - 1 {
        let bits = around.map { grey[place + $0] >= grey[place] }
        let changes = bits.indices.count { bits[$0] != bits[($0 + 1) % 8] }
        bins[changes <= 2 ? bits.count(where: \.self) : 9] += 1 / Float(count)
      }
    }
    return bins
  }
}

/// Random filters over images, with the largest and the smallest response to each.
private struct RandomFilters {
  private let evaluator: Evaluator

  init(_ shape: ImageShape) throws {
    let graph = ComputationGraph(featureCount: shape.count, images: shape)
    let responses = graph.instanceImages.convolution(
      "filters", to: 64, kernel: 5, bias: false, initialiser: .normal(standardDeviation: 0.01), trains: false)
    let side = shape.height - 4
    let largest = responses.maxPooled(side).features
    let smallest = responses.map { $0 * -1 }.maxPooled(side).features
    evaluator = try Evaluator(graph: graph, outputs: [largest.concatenated(with: smallest)], seed: 2011)
  }

  func responses(_ images: Matrix<Float>) -> Matrix<Float> {
    // One image is one bag, so that the evaluator can cut blocks.
    evaluator.evaluate(
      BagMatrix(instances: images, offsets: Array(0...images.rows), labels: [Float](repeating: 0, count: images.rows)))[
        0]
  }
}
