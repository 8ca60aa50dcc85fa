import Autodiff
import CAllocationCount
import LinearAlgebra
import Testing

/// Whether these tests are meaningful: only glibc counts allocations, and only optimised code keeps closures and small
/// arrays off the heap.
private let canCountAllocations: Bool = {
  #if DEBUG
    return false
  #else
    return allocation_count_is_available()
  #endif
}()

@Suite("Memory of training steps", .enabled(if: canCountAllocations))
struct AllocationTests {
  static let optimisers = [
    Optimiser(learningRate: 0.01, timeDecay: 1e-4, weightDecay: 0.01),
    Optimiser(method: .adamw, learningRate: 0.01, weightDecay: 0.01),
  ]

  @Test("An allocation is counted")
  func counting() {
    allocation_count_start()
    let block = UnsafeMutablePointer<Int>.allocate(capacity: 1000)
    let count = allocation_count_stop()
    block.deallocate()
    #expect(count == 1)
  }

  @Test(
    "After a first pass over the bags, 200 steps take no memory",
    arguments: TestNetwork.allCases, [1, 4])
  func steps(_ network: TestNetwork, bagsPerStep: Int) throws {
    let bags = drawnBags(sizes: (0..<20).map { 1 + ($0 * 7) % 13 }, features: 6)
    for optimiser in Self.optimisers {
      let trainer = try network.trainer(features: 6, optimiser: optimiser, dropout: 0.3)
      trainer.reserve(for: bags, bagsPerStep: bagsPerStep)
      var generator = RandomGenerator(seed: 1)
      let orders = (0...(200 * bagsPerStep / bags.bagCount)).map { _ in generator.permutation(of: bags.bagCount) }
      func pass(_ order: [Int]) -> Float {
        var sum: Float = 0
        for first in stride(from: 0, to: order.count, by: bagsPerStep) {
          sum += trainer.step(on: bags, order, first..<(first + bagsPerStep))
        }
        return sum
      }
      var loss = pass(orders[0])
      let reservations = trainer.reservations
      allocation_count_start()
      for order in orders.dropFirst() { loss += pass(order) }
      let count = allocation_count_stop()
      #expect(count == 0, "\(optimiser.method)")
      #expect(trainer.reservations == reservations)
      #expect(trainer.stepCount == 200 + bags.bagCount / bagsPerStep)
      #expect(loss.isFinite)
    }
  }
}
