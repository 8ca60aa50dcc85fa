import Autodiff
import LinearAlgebra
import Testing

@Suite("Frozen parameters")
struct FrozenParameterTests {
  /// Traces a network whose first layer is random and frozen; returns its loss and its output.
  static func trace(_ graph: ComputationGraph, trains: Bool = false) -> [Variable] {
    let hidden = graph.instances.linear("hidden", to: 7, biasInitialiser: .uniform(1, 2), trains: trains).tanh()
    let logit = hidden.linear("middle", to: 3).tanh().maxOverInstances().linear("classifier", to: 1)
    return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit]
  }

  static func trainer(_ optimiser: Optimiser, trains: Bool = false) throws -> Trainer {
    let graph = ComputationGraph(featureCount: 4)
    let variables = trace(graph, trains: trains)
    return try Trainer(graph: graph, loss: variables[0], outputs: [variables[1]], optimiser: optimiser, seed: 1)
  }

  @Test("They keep their values to the bit, while the others learn", arguments: Optimiser.Method.allCases)
  func values(_ method: Optimiser.Method) throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2], features: 4)
    let trainer = try Self.trainer(Optimiser(method: method, learningRate: 0.1, weightDecay: 0.1))
    let names = trainer.parameterDescriptions.map(\.name)
    let before = names.map(trainer.parameter)
    for _ in 0..<5 { _ = trainer.step(on: bags, [0, 1, 2, 3], 0..<4) }
    for (name, start) in zip(names, before) {
      #expect((trainer.parameter(name) == start) == name.hasPrefix("hidden"), "\(name)")
    }
  }

  @Test("Those that train start and move as they would beside a layer that trains")
  func others() throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2], features: 4)
    let optimiser = Optimiser(learningRate: 0.1, weightDecay: 0.1)
    let (frozen, trained) = (try Self.trainer(optimiser), try Self.trainer(optimiser, trains: true))
    #expect(frozen.parameter("hidden.weight") == trained.parameter("hidden.weight"))
    for trainer in [frozen, trained] { _ = trainer.step(on: bags, [0, 1, 2, 3], 0..<4) }
    for name in ["middle.weight", "middle.bias", "classifier.weight", "classifier.bias"] {
      #expect(frozen.parameter(name) == trained.parameter(name), "\(name)")
    }
    #expect(frozen.parameter("hidden.weight") != trained.parameter("hidden.weight"))
  }

  @Test("They are not counted as learned, and never decay")
  func counts() throws {
    let graph = ComputationGraph(featureCount: 4)
    _ = Self.trace(graph)
    #expect(graph.parameterCount == 7 * 3 + 3 + 3 + 1)
    #expect(graph.frozenParameterCount == 4 * 7 + 7)
    let trainer = try Self.trainer(Optimiser())
    #expect(trainer.parameterCount == graph.parameterCount)
    #expect(trainer.parameterDescriptions.map(\.trains) == [false, false, true, true, true, true])
    #expect(trainer.parameterDescriptions.map(\.decays) == [false, false, true, false, true, false])
  }

  @Test("They have no gradient, and those of the others and of the features stay right")
  func gradients() throws {
    let run = try DoublePrecisionRun(featureCount: 4, bagSizes: [2, 3]) { Self.trace($0) }
    run.run()
    #expect(run.gradient(of: "hidden.weight").isEmpty)
    #expect(run.gradient(of: "middle.weight").count == 21)
    let result = try GradientCheck.run(featureCount: 4) { Self.trace($0)[0] }
    #expect(result.comparisons == 7 * 3 + 3 + 3 + 1 + 8 * 4)
    #expect(result.largestError < 1e-6, "at \(result.location)")
  }

  @Test("A network of frozen parameters alone has a loss, and steps that change nothing")
  func nothingToLearn() throws {
    let graph = ComputationGraph(featureCount: 4)
    let logit = graph.instances.meanOverInstances().linear("classifier", to: 1, trains: false)
    let loss = logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags()
    let trainer = try Trainer(graph: graph, loss: loss, outputs: [logit], optimiser: Optimiser(), seed: 1)
    let bags = drawnBags(sizes: [3, 1], features: 4)
    let losses = (0..<3).map { _ in trainer.step(on: bags, [0, 1], 0..<2) }
    #expect(losses[0].isFinite && losses[0] == losses[2])
    #expect(trainer.parameterCount == 0)
  }

  @Test("One name cannot be learned in one place and frozen in another")
  func contradiction() {
    let graph = ComputationGraph(featureCount: 3)
    let twice = graph.instances.linear("a", to: 3, trains: false).linear("a", to: 3)
    let error = #expect(throws: GraphError.self) {
      try Evaluator(graph: graph, outputs: [twice], seed: 1)
    }
    #expect(error?.problem == "parameter a.weight is asked for both as learned and as frozen")
  }
}

@Suite("Evaluators")
struct EvaluatorTests {
  @Test("An evaluator draws the parameters of a trainer with the same seed, and computes the same")
  func agreement() throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2], features: 4)
    let trainer = try FrozenParameterTests.trainer(Optimiser())
    let graph = ComputationGraph(featureCount: 4)
    let evaluator = try Evaluator(graph: graph, outputs: [FrozenParameterTests.trace(graph)[1]], seed: 1)
    #expect(evaluator.parameter("hidden.weight") == trainer.parameter("hidden.weight"))
    #expect(evaluator.evaluate(bags) == trainer.evaluate(bags))
    let value = Matrix<Float>(rows: 3, columns: 1, elements: [1, 2, 3])
    #expect(evaluator.setParameter("classifier.weight", to: value) && !evaluator.setParameter("other", to: value))
    trainer.setParameter("classifier.weight", to: value)
    #expect(evaluator.evaluate(bags) == trainer.evaluate(bags))
  }
}

@Suite("Slow copies of parameters")
struct FollowingParameterTests {
  private func trace(_ graph: ComputationGraph, keeping: Double) -> Variable {
    func logit() -> Variable { graph.instances.linear("layer", to: 1).maxOverInstances() }
    let copy = graph.followingScope("copy", keeping: keeping) { logit() }
    return (logit() - copy * 0.1).binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags()
  }

  @Test("After each step a copy is m of itself and 1 - m of its leader, in both precisions", arguments: [0, 0.25, 1])
  func values(_ keeping: Double) throws {
    let bags = drawnBags(sizes: [3, 1, 5, 2], features: 4)
    let graph = ComputationGraph(featureCount: 4)
    let loss = trace(graph, keeping: keeping)
    #expect(graph.parameterCount == 5 && graph.frozenParameterCount == 5)
    let trainer = try Trainer(
      graph: graph, loss: loss, outputs: [], optimiser: Optimiser(learningRate: 0.1, weightDecay: 0.1), seed: 1)
    var copy = try #require(trainer.parameter("copy.layer.weight"))
    for _ in 0..<4 {
      _ = trainer.step(on: bags, [0, 1, 2, 3], 0..<4)
      let leader = try #require(trainer.parameter("layer.weight"))
      for row in 0..<4 { copy[row, 0] = Float(keeping) * copy[row, 0] + (1 - Float(keeping)) * leader[row, 0] }
      #expect(trainer.parameter("copy.layer.weight") == copy)
    }
    let run = try DoublePrecisionRun(featureCount: 4, bagSizes: [2, 3], optimiser: Optimiser(learningRate: 0.1)) {
      [trace($0, keeping: keeping)]
    }
    let before = run.parameter("copy.layer.weight")
    run.run()
    run.step()
    let expected = zip(before, run.parameter("layer.weight")).map { keeping * $0 + (1 - keeping) * $1 }
    #expect(zip(run.parameter("copy.layer.weight"), expected).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test("A share outside of 0 to 1 and a copy within a copy are mistakes")
  func mistakes() {
    let graph = ComputationGraph(featureCount: 4)
    _ = trace(graph, keeping: 1.5)
    let error = #expect(throws: GraphError.self) { try Evaluator(graph: graph, outputs: [graph.instances], seed: 1) }
    #expect(error?.problem == "a copy of parameters would keep 1.5 of itself, expected 0 to 1")
    let nested = ComputationGraph(featureCount: 4)
    nested.followingScope("a", keeping: 1) { nested.followingScope("b", keeping: 1) {} }
    let second = #expect(throws: GraphError.self) { try Evaluator(graph: nested, outputs: [nested.instances], seed: 1) }
    #expect(second?.problem == "a copy of parameters is asked for within another")
  }
}
