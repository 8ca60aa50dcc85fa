import LinearAlgebra
import MILBags
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Axis-parallel rectangles")
struct RectangleTests {
  @Test("Test bags get the scores of the same rectangle with NumPy and SciPy")
  func golden() throws {
    let golden = try GoldenBags.load("rectangle")
    #expect(golden.scores.count == 2)
    for (id, expected) in golden.scores.sorted(by: { $0.key < $1.key }) {
      let scores = try golden.predicted(id)
      #expect(agree(scores.alone, expected, within: 1e-5), "\(id): \(scores.alone) \(expected)")
      #expect(scores.shared == scores.alone)
    }
  }

  @Test("A feature excludes what is a margin beyond it, and what is farthest beyond it")
  func discrimination() {
    let instances = Matrix<Double>([[0, 0, 0], [1, 1, 1], [1.2, 5, 1], [1.5, 1.4, 0], [0.5, 0.5, 0.5]])
    let rectangle = Rectangle(rows: [0, 1], instances)
    // The third is far outside in the second feature, the fourth is farthest outside in the first; the last is inside.
    #expect(rectangle.discriminating(instances, [2, 3, 4], among: [0, 1, 2], margin: 1) == [0, 1])
    #expect(rectangle.discriminating(instances, [4], among: [0, 1, 2], margin: 1).isEmpty)
  }

  @Test("Bounds hold all values, and those of equal values are tight")
  func bounds() {
    let bounds = Rectangle.bounds(of: [1, 2, 4], outside: 0.01)
    #expect(bounds.low < 1 && bounds.high > 4)
    let tight = Rectangle.bounds(of: [3, 3], outside: 0.01)
    #expect(tight.low == 3 && tight.high == 3)
  }

  @Test("Without positive bags all is outside")
  func negative() throws {
    let bags = try plantedBags().selecting(bags: [1, 3, 5])
    let fit = try Contract.registry.resolve("apr").fit(bags, FitContext(seed: 1))
    #expect(try fit.predict(bags) == [-1, -1, -1])
  }
}
