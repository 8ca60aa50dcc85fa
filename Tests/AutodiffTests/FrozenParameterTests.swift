import Autodiff
import LinearAlgebra
import Testing

@Suite("Frozen parameters")
struct FrozenParameterTests {
  /// A network whose first layer is drawn and kept, with its loss and its output.
  static func trace(_ graph: Graph, trains: Bool = false) -> [Variable] {
    let hidden = graph.instances.linear("hidden", to: 7, biasInitialiser: .uniform(1, 2), trains: trains).tanh()
    let logit = hidden.linear("middle", to: 3).tanh().maxOverInstances().linear("classifier", to: 1)
    return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit]
  }

  static func trainer(_ optimiser: Optimiser, trains: Bool = false) throws -> Trainer {
    let graph = Graph(featureCount: 4)
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
    let graph = Graph(featureCount: 4)
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
    let graph = Graph(featureCount: 4)
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
    let graph = Graph(featureCount: 3)
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
    let graph = Graph(featureCount: 4)
    let evaluator = try Evaluator(graph: graph, outputs: [FrozenParameterTests.trace(graph)[1]], seed: 1)
    #expect(evaluator.parameter("hidden.weight") == trainer.parameter("hidden.weight"))
    #expect(evaluator.evaluate(bags) == trainer.evaluate(bags))
    let value = Matrix<Float>(rows: 3, columns: 1, elements: [1, 2, 3])
    #expect(evaluator.setParameter("classifier.weight", to: value) && !evaluator.setParameter("other", to: value))
    trainer.setParameter("classifier.weight", to: value)
    #expect(evaluator.evaluate(bags) == trainer.evaluate(bags))
  }
}
