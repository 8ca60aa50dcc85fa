import Autodiff
import Foundation
import LinearAlgebra
import MILRecords

/// Bags split into pieces whose pooled features are joined again, so that a long bag takes no more memory than a block.
///
/// Means are joined by the pieces' sizes, maxima and minima by themselves, and smooth maxima by
/// `(1 / r) log(sum of (n_i / n) exp(r l_i))`. Attention normalises over the instances of a whole bag, so such bags are
/// not split.
struct BagPieces {
  /// The largest number of instances of a piece; bags up to that size are pooled whole.
  static let limit = 16 * Evaluator.block

  /// The pieces, as bags.
  let bags: BagMatrix
  /// The pieces of each bag.
  private let pieces: [Range<Int>]
  private let pooling: RandomFeaturePooling

  /// Splits bags; returns nil if none is longer than the limit, or the pooling cannot join pieces.
  init?(_ whole: BagMatrix, _ pooling: RandomFeaturePooling, limit: Int = BagPieces.limit) {
    guard Self.canJoin(pooling), whole.largestBatch(of: 1) > limit else { return nil }
    var (offsets, labels, pieces): ([Int], [Float], [Range<Int>]) = ([0], [], [])
    for bag in 0..<whole.bagCount {
      let first = labels.count
      for start in stride(from: whole.offsets[bag], to: whole.offsets[bag + 1], by: limit) {
        offsets.append(min(start + limit, whole.offsets[bag + 1]))
        labels.append(whole.labels[bag])
      }
      pieces.append(first..<labels.count)
    }
    bags = BagMatrix(instances: whole.instances, offsets: offsets, labels: labels)
    (self.pieces, self.pooling) = (pieces, pooling)
  }

  /// The sizes of the pieces.
  var shape: BagShape {
    BagShape(
      bags: bags.bagCount, instances: bags.instances.rows, features: bags.instances.columns,
      longestBag: bags.largestBatch(of: 1))
  }

  /// Returns whether the pooled features of a bag follow from those of its pieces.
  static func canJoin(_ pooling: RandomFeaturePooling) -> Bool { pooling.pooling != .attention }

  /// Returns the features of the bags from those of the pieces.
  func joined(_ features: Matrix<Float>) -> Matrix<Float> {
    var result = Matrix<Float>(rows: pieces.count, columns: features.columns)
    for (bag, range) in pieces.enumerated() {
      let sizes = range.map { Double(bags.offsets[$0 + 1] - bags.offsets[$0]) }
      let total = sizes.reduce(0, +)
      for column in 0..<features.columns {
        let values = range.map { Double(features[$0, column]) }
        result[bag, column] =
          range.count == 1
          ? features[range.lowerBound, column] : Float(join(values, sizes, total, column, features.columns))
      }
    }
    return result
  }

  private func join(_ values: [Double], _ sizes: [Double], _ total: Double, _ column: Int, _ width: Int) -> Double {
    let mean = { zip(values, sizes).reduce(0) { $0 + $1.0 * ($1.1 / total) } }
    let (least, most) = (values.min() ?? 0, values.max() ?? 0)
    switch pooling.pooling {
    case .mean, .attention: return mean()
    case .max: return most
    case .meanMaxMin: return column < width / 3 ? mean() : column < 2 * (width / 3) ? most : least
    case .logSumExp:
      let sum = zip(values, sizes).reduce(0) { $0 + ($1.1 / total) * exp(pooling.sharpness * ($1.0 - most)) }
      return most + log(sum) / pooling.sharpness
    }
  }
}
