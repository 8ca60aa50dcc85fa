import LinearAlgebra
import Testing

@testable import MILStatistics

@Suite("Quantiles")
struct QuantileTests {
  @Test("A quantile is that of the sorted values, with and without ties", arguments: [1, 2, 3, 7, 100, 1001])
  func sorted(count: Int) {
    var generator = RandomGenerator(seed: UInt64(count))
    for kinds in [1, 3, 1_000_000] {
      let values = (0..<count).map { _ in Double(generator.integer(below: kinds)) - 1 }
      for order in [values, values.sorted(), values.sorted().reversed()] {
        for share in [0, 0.025, 0.25, 0.5, 0.975, 1] {
          var reordered = order
          let found = quantile(share, of: &reordered)
          let sorted = order.sorted()
          let place = share * Double(count - 1)
          let (below, above) = (Int(place), min(Int(place) + 1, count - 1))
          #expect(found == sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below]))
          #expect(reordered.sorted() == sorted)
        }
      }
    }
  }
}
