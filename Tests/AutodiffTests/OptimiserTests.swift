import Autodiff
import Foundation
import LinearAlgebra
import Testing

/// Golden trajectories, by PyTorch and by the formula of Keras; see Fixtures/optimisers.py.
struct OptimiserFixture: Decodable {
  struct Case: Decodable {
    var name: String
    var algorithm: String
    var learningRate: Double
    var momentum: Double?
    var nesterov: Bool?
    var timeDecay: Double?
    var beta1: Double?
    var beta2: Double?
    var epsilon: Double?
    var weightDecay: Double?
    var trajectory: [[Double]]

    var optimiser: Optimiser {
      Optimiser(
        method: Optimiser.Method(rawValue: algorithm) ?? .sgd, learningRate: learningRate, momentum: momentum ?? 0,
        nesterov: nesterov ?? false, timeDecay: timeDecay ?? 0, weightDecay: weightDecay ?? 0, beta1: beta1 ?? 0.9,
        beta2: beta2 ?? 0.999, epsilon: epsilon ?? 1e-8)
    }
  }

  var start: [Double]
  var gradients: [[Double]]
  var cases: [Case]
}

@Suite("Optimisers against golden trajectories")
struct OptimiserTests {
  /// Returns the sum of a parameter times the features of a bag of one instance: the features are its gradient.
  static func trace(_ graph: ComputationGraph, decays: Bool = true) -> Variable {
    let weight = graph.parameter("w", columns: 6, initialiser: .zeros, decays: decays)
    return (graph.instances * weight).sumOverFeatures().sumOverInstances().meanOverBags()
  }

  @Test("Parameters in double precision follow the golden trajectory to the last digits")
  func doublePrecision() throws {
    let fixture: OptimiserFixture = try Fixture.read("optimisers.json")
    #expect(fixture.cases.count == 13)
    for golden in fixture.cases {
      let run = try DoublePrecisionRun(featureCount: 6, bagSizes: [1], optimiser: golden.optimiser) {
        [Self.trace($0)]
      }
      #expect(run.setParameter("w", to: fixture.start))
      for (gradient, expected) in zip(fixture.gradients, golden.trajectory) {
        #expect(run.setFeatures(gradient))
        run.run()
        run.step()
        #expect(difference(run.parameter("w"), expected) < 1e-13, "\(golden.name)")
      }
    }
  }

  @Test("Parameters in single precision follow the golden trajectory up to rounding")
  func singlePrecision() throws {
    let fixture: OptimiserFixture = try Fixture.read("optimisers.json")
    let bags = BagMatrix(
      instances: Matrix(fixture.gradients).map(Float.init), offsets: Array(0...fixture.gradients.count),
      labels: fixture.gradients.map { _ in 0 })
    for golden in fixture.cases {
      let graph = ComputationGraph(featureCount: 6)
      let loss = Self.trace(graph)
      let trainer = try Trainer(graph: graph, loss: loss, outputs: [loss], optimiser: golden.optimiser, seed: 1)
      #expect(trainer.setParameter("w", to: Matrix([fixture.start]).map(Float.init)))
      for (index, expected) in golden.trajectory.enumerated() {
        _ = trainer.step(on: bags, [index], 0..<1)
        let found = try #require(trainer.parameter("w")).elements.map(Double.init)
        #expect(difference(found, expected) < 2e-6, "\(golden.name), step \(index + 1)")
      }
      #expect(trainer.stepCount == golden.trajectory.count)
    }
  }

  @Test("The first step of Adam is as long as its rate, to single precision")
  func firstStepOfAdam() throws {
    let bags = BagMatrix(instances: Matrix([[1, -2, 0.5, 3, -1, 4]]), offsets: [0, 1], labels: [0])
    let graph = ComputationGraph(featureCount: 6)
    let loss = Self.trace(graph)
    let optimiser = Optimiser(method: .adam, learningRate: 0.01)
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [loss], optimiser: optimiser, seed: 1)
    _ = trainer.step(on: bags, [0], 0..<1)
    let moved = try #require(trainer.parameter("w")).elements
    #expect(zip(moved, [-1, 1, -1, -1, 1, -1]).allSatisfy { abs(Double($0) / ($1 * 0.01) - 1) < 1e-6 })
  }

  @Test("Weight decay leaves parameters alone that do not decay", arguments: Optimiser.Method.allCases)
  func noDecay(_ method: Optimiser.Method) throws {
    let optimiser = Optimiser(method: method, learningRate: 0.1, weightDecay: 0.5)
    for decays in [true, false] {
      let run = try DoublePrecisionRun(featureCount: 6, bagSizes: [1], optimiser: optimiser) {
        [Self.trace($0, decays: decays)]
      }
      let start = [1.0, -2, 3, -4, 5, -6]
      #expect(run.setParameter("w", to: start))
      for _ in 0..<3 {
        run.run()
        run.step()
      }
      #expect((run.parameter("w") == start) == !decays)
    }
  }
}

@Suite("A step size that falls along a cosine")
struct CosineTests {
  @Test("Each step is as long as half a cosine says, and the last ones are none")
  func lengths() throws {
    let steps = 4
    var optimiser = Optimiser(learningRate: 0.5, momentum: 0)
    optimiser.cosineSteps = steps
    // The gradient is always 1: the sum of a parameter does not depend on labels.
    let run = try DoublePrecisionRun(featureCount: 1, bagSizes: [1], features: [1], optimiser: optimiser) {
      [$0.parameter("w", columns: 1, initialiser: .zeros) + $0.labels.meanOverBags() * 0]
    }
    var position = 0.0
    for step in 0..<6 {
      run.run()
      run.step()
      position -= 0.5 * (1 + Foundation.cos(.pi * min(1, Double(step) / Double(steps)))) / 2
      #expect(abs(run.parameter("w")[0] - position) < 1e-12)
    }
  }
}
