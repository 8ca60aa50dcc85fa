import MILBench

/// The BLAS calls that a training step of MI-Net cannot avoid, and nothing else: no activations, pooling or loss.
///
/// Layers 166-256-128-64: a product a layer forward, one for each weight gradient, one for each inner gradient, and for
/// SGD with momentum v = mu v - rate g, w += v over all weights.
struct FloorStep {
  private let sizes: [Int]
  private let weights: [AlignedStorage<Float>]
  private let gradients: [AlignedStorage<Float>]
  private let velocities: [AlignedStorage<Float>]
  private let activations: [AlignedStorage<Float>]
  private let slopes: [AlignedStorage<Float>]

  /// A step for bags of up to `largestBag` instances.
  init(features: Int, layers: [Int], largestBag: Int, seed: UInt64) {
    sizes = [features] + layers
    var generator = RandomGenerator(seed: seed)
    func block(_ count: Int, scale: Double) -> AlignedStorage<Float> {
      let block = AlignedStorage<Float>(count: count)
      for index in 0..<count { block.baseAddress[index] = Float(scale * generator.normal()) }
      return block
    }
    let pairs = Array(zip(sizes, sizes.dropFirst()))
    weights = pairs.map { block($0 * $1, scale: 0.05) }
    gradients = pairs.map { block($0 * $1, scale: 0) }
    velocities = pairs.map { block($0 * $1, scale: 0) }
    activations = layers.map { block(largestBag * $0, scale: 0) }
    slopes = layers.map { block(largestBag * $0, scale: 1e-3) }
  }

  /// One step on a bag of `rows` instances.
  func run(_ instances: UnsafePointer<Float>, rows: Int) {
    for layer in weights.indices {
      let input = layer == 0 ? instances : UnsafePointer(activations[layer - 1].baseAddress)
      Float.gemm(
        transposeA: false, transposeB: false, m: rows, n: sizes[layer + 1], k: sizes[layer], alpha: 1,
        a: input, lda: sizes[layer], b: weights[layer].baseAddress, ldb: sizes[layer + 1],
        beta: 0, c: activations[layer].baseAddress, ldc: sizes[layer + 1])
    }
    for layer in weights.indices.reversed() {
      let input = layer == 0 ? instances : UnsafePointer(activations[layer - 1].baseAddress)
      Float.gemm(
        transposeA: true, transposeB: false, m: sizes[layer], n: sizes[layer + 1], k: rows, alpha: 1,
        a: input, lda: sizes[layer], b: slopes[layer].baseAddress, ldb: sizes[layer + 1],
        beta: 0, c: gradients[layer].baseAddress, ldc: sizes[layer + 1])
      guard layer > 0 else { break }
      Float.gemm(
        transposeA: false, transposeB: true, m: rows, n: sizes[layer], k: sizes[layer + 1], alpha: 1,
        a: slopes[layer].baseAddress, lda: sizes[layer + 1], b: weights[layer].baseAddress, ldb: sizes[layer + 1],
        beta: 0, c: slopes[layer - 1].baseAddress, ldc: sizes[layer])
    }
    for layer in weights.indices {
      let count = sizes[layer] * sizes[layer + 1]
      Float.scal(n: count, alpha: 0.9, x: velocities[layer].baseAddress)
      Float.axpy(n: count, alpha: -1e-6, x: gradients[layer].baseAddress, y: velocities[layer].baseAddress)
      Float.axpy(n: count, alpha: 1, x: velocities[layer].baseAddress, y: weights[layer].baseAddress)
    }
  }
}
