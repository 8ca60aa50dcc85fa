import Autodiff
import LinearAlgebra
import Testing

@Suite("Dropout")
struct DropoutTests {
  /// Returns the result of dropout of `rate` on 20 000 ones in training.
  static func dropped(_ rate: Double, seed: UInt64, runs: Int = 1) throws -> [Double] {
    let run = try DoublePrecisionRun(
      featureCount: 20, bagSizes: [400, 600], features: Array(repeating: 1, count: 20_000), seed: seed
    ) { graph in
      let value = graph.instances.dropout(rate)
      return [value.sumOverFeatures().sumOverInstances().meanOverBags(), value]
    }
    for _ in 0..<runs { run.run() }
    return run.output(1)
  }

  @Test(
    "In training the stated share is dropped and the rest scaled so that the mean stays", arguments: [0.1, 0.5, 0.9])
  func shares(_ rate: Double) throws {
    let values = try Self.dropped(rate, seed: 4)
    let kept = values.filter { $0 != 0 }
    #expect(kept.allSatisfy { abs($0 - 1 / (1 - rate)) < 1e-3 / (1 - rate) })
    // Five standard errors of a share in 20 000 draws.
    let bound = 5 * (rate * (1 - rate) / 20_000).squareRoot()
    #expect(abs(Double(kept.count) / 20_000 - (1 - rate)) < bound)
  }

  @Test("A seed gives the same mask, another seed and another step others")
  func masks() throws {
    #expect(try Self.dropped(0.5, seed: 1) == Self.dropped(0.5, seed: 1))
    #expect(try Self.dropped(0.5, seed: 1) != Self.dropped(0.5, seed: 2))
    #expect(try Self.dropped(0.5, seed: 1) != Self.dropped(0.5, seed: 1, runs: 2))
  }

  @Test("In scoring nothing is dropped")
  func scoring() throws {
    let bags = drawnBags(sizes: [3, 4], features: 6)
    func outputs(rate: Double) throws -> [Matrix<Float>] {
      let graph = ComputationGraph(featureCount: 6)
      let dropped = graph.instances.linear("a", to: 5).tanh().dropout(rate)
      let bag = dropped.meanOverInstances()
      let loss = bag.dropout(rate).linear("b", to: 1).binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags()
      let trainer = try Trainer(graph: graph, loss: loss, outputs: [bag, dropped], optimiser: Optimiser(), seed: 1)
      return trainer.evaluate(bags)
    }
    #expect(try outputs(rate: 0.5) == outputs(rate: 0))
  }
}
