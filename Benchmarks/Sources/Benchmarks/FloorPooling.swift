import MILBench

/// The BLAS calls that pooling cannot avoid.
///
/// - Elementary pooling: none.
/// - Attention: the products of two layers with their gradients for the instances of a batch, and the weighted sum with
///   its two gradients for each bag.
/// - Routing over T iterations: T weighted sums and T - 1 agreements with their gradients for each bag. The gradients
///   with respect to the features are one product of 2 T - 1 columns.
final class FloorPooling {
  private let kind: BenchmarkCase.Pooling
  private let width: Int
  private let units: Int
  private let hiddenWeights: AlignedStorage<Float>
  private let hiddenGradients: AlignedStorage<Float>
  private let hiddenVelocities: AlignedStorage<Float>
  private let scoreWeights: AlignedStorage<Float>
  private let scoreGradients: AlignedStorage<Float>
  private let hidden: AlignedStorage<Float>
  private let hiddenSlopes: AlignedStorage<Float>
  /// One value per instance, with one column per routing iteration and one per agreement.
  private let shares: AlignedStorage<Float>
  private let bagVectors: AlignedStorage<Float>
  private let rows: Int

  /// Prepares pooling for batches of up to the given numbers of rows and bags.
  init(_ network: BenchmarkCase, features: Int, rows: Int, bags: Int, _ generator: inout RandomGenerator) {
    kind = network.pooling
    width = features
    self.rows = rows
    var (units, columns) = (0, 0)
    switch kind {
    case .elementary: break
    case .attention(let count): (units, columns) = (count, 1)
    case .routing(let iterations): columns = 2 * iterations - 1
    }
    self.units = units
    hiddenWeights = .normal(features * units, scale: 0.05, &generator)
    hiddenGradients = AlignedStorage(count: features * units)
    hiddenVelocities = AlignedStorage(count: features * units)
    scoreWeights = .normal(units, scale: 0.05, &generator)
    scoreGradients = AlignedStorage(count: units)
    hidden = AlignedStorage(count: rows * units)
    hiddenSlopes = .normal(rows * units, scale: 1e-3, &generator)
    shares = .normal(rows * columns, scale: 1e-2, &generator)
    bagVectors = .normal(features * max(columns, 1), scale: 1e-2, &generator)
  }

  func forward(_ features: UnsafePointer<Float>, _ starts: ArraySlice<Int>) {
    let origin = starts[starts.startIndex]
    switch kind {
    case .elementary: break
    case .attention:
      let count = starts[starts.endIndex - 1] - origin
      Float.gemm(
        transposeA: false, transposeB: false, m: count, n: units, k: width, alpha: 1, a: features, lda: width,
        b: hiddenWeights.baseAddress, ldb: units, beta: 0, c: hidden.baseAddress, ldc: units)
      Float.gemv(
        transpose: false, m: count, n: units, alpha: 1, a: hidden.baseAddress, lda: units,
        x: scoreWeights.baseAddress, beta: 0, y: shares.baseAddress)
      eachBag(starts) { first, count in weightedSum(features + first * width, count, shares.baseAddress + first) }
    case .routing(let iterations):
      eachBag(starts) { first, count in
        let bag = features + first * width
        for iteration in 0..<iterations {
          weightedSum(bag, count, shares.baseAddress + first)
          if iteration + 1 < iterations { agreement(bag, count, shares.baseAddress + first) }
        }
      }
    }
  }

  func backward(
    _ features: UnsafePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, _ starts: ArraySlice<Int>
  ) {
    let origin = starts[starts.startIndex]
    switch kind {
    case .elementary: break
    case .attention:
      let count = starts[starts.endIndex - 1] - origin
      eachBag(starts) { first, count in
        agreement(features + first * width, count, shares.baseAddress + first)
        Float.ger(
          m: count, n: width, alpha: 1e-9, x: shares.baseAddress + first, y: bagVectors.baseAddress,
          a: slopes + first * width, lda: width)
      }
      Float.gemv(
        transpose: true, m: count, n: units, alpha: 1, a: hidden.baseAddress, lda: units, x: shares.baseAddress,
        beta: 0, y: scoreGradients.baseAddress)
      // The gradient of the hidden units is an outer product; the derivative of the activation is left out.
      Float.ger(
        m: count, n: units, alpha: 1e-9, x: shares.baseAddress, y: scoreWeights.baseAddress,
        a: hiddenSlopes.baseAddress, lda: units)
      Float.gemm(
        transposeA: true, transposeB: false, m: width, n: units, k: count, alpha: 1, a: features, lda: width,
        b: hiddenSlopes.baseAddress, ldb: units, beta: 0, c: hiddenGradients.baseAddress, ldc: units)
      Float.gemm(
        transposeA: false, transposeB: true, m: count, n: width, k: units, alpha: 1e-9, a: hiddenSlopes.baseAddress,
        lda: units, b: hiddenWeights.baseAddress, ldb: units, beta: 1, c: slopes, ldc: width)
    case .routing(let iterations):
      let columns = 2 * iterations - 1
      eachBag(starts) { first, count in
        let bag = features + first * width
        for _ in 1..<iterations {
          agreement(bag, count, shares.baseAddress + first)
          weightedSum(bag, count, shares.baseAddress + first)
        }
        Float.gemm(
          transposeA: false, transposeB: false, m: count, n: width, k: columns, alpha: 1e-3,
          a: shares.baseAddress + first * columns, lda: columns, b: bagVectors.baseAddress, ldb: width, beta: 0,
          c: slopes + first * width, ldc: width)
      }
    }
  }

  func followGradients() {
    guard units > 0 else { return }
    follow(width * units, hiddenWeights, hiddenGradients, hiddenVelocities)
  }

  /// Calls `body` with each bag's first row within the batch and the bag's size.
  private func eachBag(_ starts: ArraySlice<Int>, _ body: (Int, Int) -> Void) {
    for bag in starts.startIndex..<starts.endIndex - 1 {
      body(starts[bag] - starts[starts.startIndex], starts[bag + 1] - starts[bag])
    }
  }

  private func weightedSum(_ bag: UnsafePointer<Float>, _ count: Int, _ weights: UnsafePointer<Float>) {
    Float.gemv(
      transpose: true, m: count, n: width, alpha: 1, a: bag, lda: width, x: weights, beta: 0, y: bagVectors.baseAddress)
  }

  private func agreement(_ bag: UnsafePointer<Float>, _ count: Int, _ result: UnsafeMutablePointer<Float>) {
    Float.gemv(
      transpose: false, m: count, n: width, alpha: 1e-3, a: bag, lda: width, x: bagVectors.baseAddress, beta: 0,
      y: result)
  }
}
