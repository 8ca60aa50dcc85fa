import Autodiff
import LinearAlgebra
import Testing

@Suite("Instances in their order")
struct SequenceTests {
  /// The computations of sequences.json.
  static let golden: [String: @Sendable (Variable) -> Variable] = [
    "landmarkAttention": { landmarkAttention($0, landmarks: 2, exactUpTo: 3, heads: 2) },
    "landmarkAttentionOfOne": { landmarkAttention($0, landmarks: 3, exactUpTo: 0, heads: 1) },
    "squareConvolution": { $0.convolvedAsSquare("c", size: 3) },
    "wideSquareConvolution": { $0.convolvedAsSquare("c", size: 7) },
    "lineConvolution": { $0.convolvedAsLine("c", size: 3) },
    "amongLargest": { $0 * $0.amongLargest(2) },
    "amongLargestShare": { $0 * $0.amongLargest(share: 0.4) },
  ]

  static func landmarkAttention(_ input: Variable, landmarks: Int, exactUpTo longest: Int, heads: Int) -> Variable {
    input.linear("q", to: 4, bias: false).attention(
      over: input.linear("k", to: 4, bias: false), values: input.linear("v", to: 6, bias: false), heads: heads,
      landmarks: landmarks, exactUpTo: longest)
  }

  @Test("Values and gradients agree with PyTorch's in both precisions")
  func values() throws {
    let cases: [GoldenCase] = try Fixture.read("sequences.json")
    #expect(Set(cases.map(\.name)) == Set(Self.golden.keys))
    for golden in cases { try golden.check(try #require(Self.golden[golden.name])) }
  }

  static let networks = [
    NamedNetwork("attention through landmarks") { landmarkAttention($0, landmarks: 2, exactUpTo: 2, heads: 2) },
    NamedNetwork("a square and a line") {
      $0.convolvedAsSquare("s", size: 5).tanh() + $0.convolvedAsLine("l", size: 3)
    },
    NamedNetwork("the largest of a column") { $0 * $0.linear("a", to: 1).amongLargest(2) },
  ]

  @Test("Every derivative agrees with its finite difference", arguments: networks)
  func derivatives(_ network: NamedNetwork) throws { try expectDerivatives(network) }

  @Test("Training with all shortcuts follows double precision without any on awkward bags", arguments: networks)
  func shortcuts(_ network: NamedNetwork) throws { try expectShortcuts(network) }

  @Test("The parts of a bag are disjoint, all of it and of equal size, at random in training only")
  func parts() throws {
    let graph = ComputationGraph(featureCount: 2)
    let bags = drawnBags(sizes: [7, 2, 1], features: 2)
    let scored = try Evaluator(graph: graph, outputs: [graph.instances.partsOfBag(3)], seed: 1).evaluate(bags)[0]
    let expected: [Float] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]
    #expect(scored.elements == expected)
    var drawn: Set<[Double]> = []
    let run = try DoublePrecisionRun(featureCount: 1, bagSizes: [7], features: Array(repeating: 1, count: 7)) {
      [$0.instances.linear("w", to: 1).meanOverInstances().meanOverBags(), $0.instances.partsOfBag(3)]
    }
    for _ in 0..<8 {
      run.run()
      let parts = run.output(1)
      drawn.insert(parts)
      for row in 0..<7 { #expect(parts[3 * row..<3 * row + 3].reduce(0, +) == 1) }
      let sizes = (0..<3).map { part in (0..<7).reduce(0) { $0 + parts[3 * $1 + part] } }
      #expect(sizes == [3, 2, 2])
    }
    #expect(drawn.count > 4)
  }

  static let mistakes = [
    Mistake("the 0 largest were asked for, expected at least 1") { $0.instances.amongLargest(0) },
    Mistake("a share of 1.5 of the instances was asked for, expected above 0 and at most 1") {
      $0.instances.amongLargest(share: 1.5)
    },
    Mistake("a bag would be cut into 0 parts, expected at least 1") { $0.instances.partsOfBag(0) },
    Mistake("a window of 2 over 5 columns needs an odd size and 4 x 5 weights, found 4 x 5") {
      $0.instances.convolvedAsSquare("c", size: 2)
    },
    Mistake("attention has 0 landmarks and 6 iterations, expected at least 1 of each") {
      $0.instances.attention(over: $0.instances, values: $0.instances, landmarks: 0, exactUpTo: 1)
    },
  ]

  @Test("A mistake in a trace gives an error that says what does not fit", arguments: mistakes)
  func mistake(_ mistake: Mistake) {
    let graph = ComputationGraph(featureCount: 5)
    let value = mistake.trace(graph)
    let error = #expect(throws: GraphError.self) { try Evaluator(graph: graph, outputs: [value], seed: 1) }
    #expect(error?.problem == mistake.testDescription)
  }
}
