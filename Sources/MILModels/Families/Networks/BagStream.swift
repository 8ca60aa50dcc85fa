import Autodiff
import Dispatch
import LinearAlgebra
import MILBags
import Synchronization

/// A stream of bags from their source into a network. Bags in memory are used as they are; others are read group by
/// group, the next group while the current one is processed.
struct BagStream {
  private let bags: BagDataset
  private let task: (any BagTask)?
  private let whole: BagMatrix?

  /// Creates a stream of the bags of a data set.
  ///
  /// - Parameters:
  ///   - bags: the bags.
  ///   - task: the task to learn; nil for scoring only.
  ///   - isPrepared: whether instances in memory also get ``BagMatrix/sparse`` rows.
  init(_ bags: BagDataset, for task: (any BagTask)? = nil, isPrepared: Bool = true) throws {
    self.bags = bags
    self.task = task
    let whole = bags.isInMemory ? try BagMatrix(bags, for: task) : nil
    self.whole = isPrepared ? whole?.preparedForPasses() : whole
  }

  /// Throws if bags lack inputs of a graph, such as places.
  func check(_ graph: ComputationGraph) throws {
    try graph.check(whole ?? BagMatrix(bags.selecting(bags: [0]), for: task))
  }

  /// Allocates the memory of steps before the first of them.
  func reserve(_ trainer: Trainer, bagsPerStep: Int, limit: Int) {
    if let whole, !draws(limit) { return trainer.reserve(for: whole, bagsPerStep: bagsPerStep) }
    trainer.reserve(
      instances: bags.instances(ofLargest: bagsPerStep, limit: limit), bags: min(bagsPerStep, bags.bagCount))
  }

  /// The instances of a bag that an epoch trains on.
  struct Draw {
    /// The largest number of instances; 0 for all.
    let limit: Int
    let seed: UInt64

    /// Creates the draw of an epoch, from the master seed of the training.
    init(limit: Int, master: UInt64, epoch: Int) {
      self.limit = limit
      seed = Seed.derive(from: master, ["instances", String(epoch)])
    }
  }

  private func draws(_ limit: Int) -> Bool { limit > 0 && bags.largestBagSize > limit }

  /// Runs all steps of an epoch and returns the mean loss over its bags.
  ///
  /// - Throws: the errors of reading.
  func runEpoch(_ trainer: Trainer, _ order: [Int], bagsPerStep: Int, _ draw: Draw) throws -> Float {
    let ranges = stride(from: 0, to: order.count, by: bagsPerStep).map { $0..<min($0 + bagsPerStep, order.count) }
    var sum = 0.0
    let isDrawn = draws(draw.limit)
    if let whole, !isDrawn {
      for range in ranges { sum += Double(trainer.step(on: whole, order, range)) * Double(range.count) }
    } else {
      try forEachGroup(ranges.map { Array(order[$0]) }, isDrawn ? draw : nil) { matrix in
        let all = Array(0..<matrix.bagCount)
        sum += Double(trainer.step(on: matrix, all, all.indices)) * Double(all.count)
      }
    }
    return Float(sum / Double(order.count))
  }

  /// Returns the outputs for all bags; see ``/Autodiff/Evaluator/evaluate(_:)``.
  ///
  /// - Parameters:
  ///   - evaluator: the evaluator of the outputs.
  ///   - graph: the traced graph, for its inputs.
  /// - Throws: `GraphError` for bags without the inputs of the graph, and the errors of reading.
  func outputs(_ evaluator: Evaluator, of graph: ComputationGraph) throws -> [Matrix<Float>] {
    try graph.checkSurroundings(whole ?? BagMatrix(bags.selecting(bags: [0])))
    if let whole { return evaluator.evaluate(whole) }
    var parts: [[Matrix<Float>]] = []
    try forEachGroup(bags.blocks(of: Evaluator.block)) { parts.append(evaluator.evaluate($0)) }
    return (parts.first ?? []).indices.map { output in .stacking(parts.map { $0[output] }) }
  }

  private func forEachGroup(
    _ groups: [[Int]], _ draw: Draw? = nil, _ body: (BagMatrix) throws -> Void
  ) throws {
    var next = groups.first.map { ReadAhead(bags, $0, task, draw) }
    for index in groups.indices {
      guard let reading = next else { return }
      next = index + 1 < groups.count ? ReadAhead(bags, groups[index + 1], task, draw) : nil
      try body(reading.result())
    }
  }
}

/// A group of bags being read in the background.
private final class ReadAhead: Sendable {
  private let outcome = Mutex<Result<BagMatrix, any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(_ bags: BagDataset, _ group: [Int], _ task: (any BagTask)?, _ draw: BagStream.Draw?) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let read = Result {
        // Drawing comes first, so that only the sample of a bag on disk is read.
        let part = bags.selecting(bags: group)
        let drawn = draw.map { part.drawing(atMost: $0.limit, seed: $0.seed, numbers: group) } ?? part
        return try BagMatrix(drawn, for: task)
      }
      outcome.withLock { $0 = read }
      isDone.signal()
    }
  }

  /// Waits for the bags.
  func result() throws -> BagMatrix {
    isDone.wait()
    guard let read = outcome.withLock({ $0 }) else { throw CancellationError() }
    return try read.get()
  }
}

extension BagDataset {
  /// Returns the largest number of instances that `count` bags have together, with at most `limit` of each; 0 for all.
  func instances(ofLargest count: Int, limit: Int = 0) -> Int {
    (0..<bagCount).map { min(self[sizeOfBag: $0], limit > 0 ? limit : .max) }.sorted(by: >).prefix(count).reduce(0, +)
  }

  /// Returns the bags in blocks of at most `limit` instances; a longer bag is a block of its own.
  fileprivate func blocks(of limit: Int) -> [[Int]] {
    var blocks: [[Int]] = []
    var first = 0
    while first < bagCount {
      var end = first + 1
      while end < bagCount && offsets[end + 1] - offsets[first] <= limit { end += 1 }
      blocks.append(Array(first..<end))
      first = end
    }
    return blocks
  }
}

extension Matrix<Float> {
  /// Returns the rows of some matrices, one matrix after the other; all have as many columns as the first.
  fileprivate static func stacking(_ parts: [Matrix]) -> Matrix {
    var result = Matrix(rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0)
    var position = 0
    for part in parts {
      part.withUnsafeElements { result.replaceElements(from: position, with: $0) }
      position += part.count
    }
    return result
  }
}

extension BagMatrix {
  /// Creates the matrix of a data set's bags; instances in memory are shared, not copied.
  ///
  /// - Parameters:
  ///   - dataset: the data set.
  ///   - task: the task to learn; nil for the labels.
  /// - Throws: the errors of reading.
  package init(_ dataset: BagDataset, for task: (any BagTask)? = nil) throws {
    let places = dataset.places.map { all in
      Matrix<Float>(rows: all.count, columns: 2, elements: all.flatMap { [Float($0.x), Float($0.y)] })
    }
    self.init(
      instances: try dataset.matrix(), offsets: dataset.offsets,
      labels: try task?.numbers(dataset.targets).elements ?? dataset.labels.map(Float.init),
      targetColumns: task?.targetColumns ?? 1, places: places)
  }
}
