import LinearAlgebra

/// Memory for the instances that win a maximum in some column.
///
/// If gradients reach instances only through maxima, all other instances have none. The backward pass then runs on the
/// winners as if they were the bag. This is exact, and under max pooling often a small part of the work.
struct WinningRows<Scalar: KernelScalar> {
  /// 1 for each instance that wins and, later, its position among the winners.
  fileprivate let places: IndexStorage
  /// The first winner of each bag, and the number of winners.
  fileprivate let starts: UnsafeMutablePointer<Int>
  private let startMemory: StartStorage
  /// The features of the winners.
  fileprivate let instances: AlignedStorage<Scalar>

  init(instances count: Int, bags: Int, columns: Int) {
    places = IndexStorage(count: count)
    startMemory = StartStorage(count: bags + 1)
    starts = startMemory.baseAddress
    instances = AlignedStorage(count: count * columns)
  }
}

/// The row ranges of bags.
private final class StartStorage {
  let baseAddress: UnsafeMutablePointer<Int>

  init(count: Int) {
    baseAddress = .allocate(capacity: count)
    baseAddress.initialize(repeating: 0, count: count)
  }

  deinit { baseAddress.deallocate() }
}

extension Executor {
  /// Returns the batch without the instances that have no gradient; the values that the backward pass reads move up.
  func keepWinners(of batch: Batch<Scalar>) -> Batch<Scalar> {
    guard let winners else { return batch }
    let places = winners.places.baseAddress
    let count = batch.instanceCount
    places.update(repeating: 0, count: count)
    forEachMaximum(batch) { start, _, position in places[start + position.pointee.index] = 1 }
    var next: Int32 = 0
    for bag in 0..<batch.bagCount {
      winners.starts[bag] = Int(next)
      for row in batch.starts[bag]..<batch.starts[bag + 1] where places[row] > 0 {
        next += 1
        places[row] = next
      }
    }
    winners.starts[batch.bagCount] = Int(next)
    if Int(next) == count { return batch }
    forEachMaximum(batch) { start, bag, position in
      position.pointee = Scalar(Int(places[start + position.pointee.index]) - 1 - winners.starts[bag])
    }
    plan.movedRows.withUnsafeBufferPointer { moved in
      for rows in moved { moveUp(rows, count, places) }
    }
    var kept = batch
    kept.starts = UnsafePointer(winners.starts)
    if let rows = batch.rows {
      for row in 0..<count where places[row] > 0 { rows[Int(places[row]) - 1] = rows[row] }
    } else {
      let width = plan.nodes[0].columns
      for row in 0..<count where places[row] > 0 {
        (winners.instances.baseAddress + (Int(places[row]) - 1) * width).update(
          from: batch.instances + row * width, count: width)
      }
      kept.instances = UnsafePointer(winners.instances.baseAddress)
      values[0] = winners.instances.baseAddress
    }
    return kept
  }

  /// Calls `body` with each position saved by a maximum, its bag and the bag's first row.
  @inline(__always)
  private func forEachMaximum(
    _ batch: Batch<Scalar>, _ body: (_ start: Int, _ bag: Int, _ position: UnsafeMutablePointer<Scalar>) -> Void
  ) {
    plan.selecting.withUnsafeBufferPointer { steps in
      for step in steps {
        for bag in 0..<batch.bagCount {
          let positions = memories[step.result] + bag * step.shape.columns
          for column in 0..<step.shape.columns { body(batch.starts[bag], bag, positions + column) }
        }
      }
    }
  }

  /// Moves the winners' rows of a node's value and of its saved values to the front.
  private func moveUp(_ moved: MovedRows, _ count: Int, _ places: UnsafePointer<Int32>) {
    let (value, saved) = (values[moved.node], memories[moved.node])
    for row in 0..<count where places[row] > 0 {
      let target = Int(places[row]) - 1
      if target == row { continue }
      if moved.columns > 0 {
        (value + target * moved.columns).update(from: value + row * moved.columns, count: moved.columns)
      }
      if moved.saved > 0 { (saved + target * moved.saved).update(from: saved + row * moved.saved, count: moved.saved) }
    }
  }
}
