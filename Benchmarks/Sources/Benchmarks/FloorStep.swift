import MILBench

/// The BLAS calls that a dense training step cannot avoid, without activations, softmax, squashing or loss.
///
/// These are:
///
/// - one product per layer in the forward pass
/// - one product per weight gradient
/// - one product per input gradient, except the first layer's
/// - v = mu v - rate g, w += v over all weights, also in place of Adam
///
/// ``FloorPooling`` adds the calls of pooling. The unit that classifies the pooled features, biases and weight decay
/// are left out.
final class FloorStep {
  private let data: BenchmarkData
  private let instances: Matrix<Float>
  private let starts: [Int]
  private let sizes: [Int]
  private let weights: [AlignedStorage<Float>]
  private let gradients: [AlignedStorage<Float>]
  private let velocities: [AlignedStorage<Float>]
  private let activations: [AlignedStorage<Float>]
  private let slopes: [AlignedStorage<Float>]
  private let pooling: FloorPooling

  /// Prepares steps of up to `bagsPerStep` bags of a data set, and scoring.
  init(_ network: BenchmarkCase, _ data: BenchmarkData, bagsPerStep: Int) {
    self.data = data
    let dataset = data.dataset
    // The instances are in the order of training, so no batch has to be gathered.
    instances = dataset.instances.selectingRows(data.order.map { dataset[rowsOfBag: $0] })
    let starts = data.order.reduce(into: [0]) { $0.append($0[$0.count - 1] + dataset[sizeOfBag: $1]) }
    self.starts = starts
    let batches = stride(from: 0, to: dataset.bagCount, by: bagsPerStep).map {
      starts[min($0 + bagsPerStep, dataset.bagCount)] - starts[$0]
    }
    let capacity = max(batches.max() ?? 0, min(Evaluator.block, dataset.instanceCount), dataset.largestBagSize)
    sizes = [dataset.featureCount] + network.layers
    var generator = RandomGenerator(seed: 1)
    let pairs = Array(zip(sizes, sizes.dropFirst()))
    weights = pairs.map { .normal($0 * $1, scale: 0.05, &generator) }
    gradients = pairs.map { AlignedStorage(count: $0 * $1) }
    velocities = pairs.map { AlignedStorage(count: $0 * $1) }
    activations = network.layers.map { AlignedStorage(count: capacity * $0) }
    slopes = network.layers.map { .normal(capacity * $0, scale: 1e-3, &generator) }
    pooling = FloorPooling(network, features: sizes[sizes.count - 1], rows: capacity, bags: bagsPerStep, &generator)
  }

  /// Runs all steps of an epoch.
  func epoch(bagsPerStep: Int) {
    for first in stride(from: 0, to: data.order.count, by: bagsPerStep) {
      let end = min(first + bagsPerStep, data.order.count)
      instances.withUnsafeElements { elements in
        guard let base = elements.baseAddress else { return }
        step(base + starts[first] * sizes[0], bags: first..<end)
      }
    }
  }

  /// Runs the forward products over all bags, in blocks as large as those of our own scoring.
  func score() {
    instances.withUnsafeElements { elements in
      guard let base = elements.baseAddress else { return }
      var first = 0
      while first < data.order.count {
        var end = first + 1
        while end < data.order.count && starts[end + 1] - starts[first] <= Evaluator.block { end += 1 }
        let rows = starts[end] - starts[first]
        forward(base + starts[first] * sizes[0], rows: rows)
        pooling.forward(activations[activations.count - 1].baseAddress, starts[first...end])
        first = end
      }
    }
  }

  private func step(_ instances: UnsafePointer<Float>, bags: Range<Int>) {
    let rows = starts[bags.upperBound] - starts[bags.lowerBound]
    forward(instances, rows: rows)
    let last = sizes.count - 2
    let segment = starts[bags.lowerBound...bags.upperBound]
    pooling.forward(activations[last].baseAddress, segment)
    pooling.backward(activations[last].baseAddress, slopes[last].baseAddress, segment)
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
      follow(sizes[layer] * sizes[layer + 1], weights[layer], gradients[layer], velocities[layer])
    }
    pooling.followGradients()
  }

  private func forward(_ instances: UnsafePointer<Float>, rows: Int) {
    for layer in weights.indices {
      let input = layer == 0 ? instances : UnsafePointer(activations[layer - 1].baseAddress)
      Float.gemm(
        transposeA: false, transposeB: false, m: rows, n: sizes[layer + 1], k: sizes[layer], alpha: 1,
        a: input, lda: sizes[layer], b: weights[layer].baseAddress, ldb: sizes[layer + 1],
        beta: 0, c: activations[layer].baseAddress, ldc: sizes[layer + 1])
    }
  }
}

/// Updates weights with momentum: v = mu v - rate g, w += v.
func follow(
  _ count: Int, _ weights: AlignedStorage<Float>, _ gradients: AlignedStorage<Float>,
  _ velocities: AlignedStorage<Float>
) {
  Float.scal(n: count, alpha: 0.9, x: velocities.baseAddress)
  Float.axpy(n: count, alpha: -1e-6, x: gradients.baseAddress, y: velocities.baseAddress)
  Float.axpy(n: count, alpha: 1, x: velocities.baseAddress, y: weights.baseAddress)
}

extension AlignedStorage<Float> {
  /// Draws normal values of the given scale.
  static func normal(_ count: Int, scale: Double, _ generator: inout RandomGenerator) -> AlignedStorage {
    let block = AlignedStorage(count: count)
    for index in 0..<count { block.baseAddress[index] = Float(scale * generator.normal()) }
    return block
  }
}
