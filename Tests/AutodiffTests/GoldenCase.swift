import LinearAlgebra
import Testing

@testable import Autodiff

/// Golden values and gradients of a computation on bags, by PyTorch; see Fixtures/rows.py.
struct GoldenCase: Decodable, CustomTestStringConvertible, Sendable {
  var name: String
  var bagSizes: [Int]
  var input: [[Double]]
  var value: [Double]
  var probe: [Double]
  var loss: Double
  var inputGradient: [Double]
  var parameters: [String: [Double]]
  var parameterGradients: [String: [Double]]
  var places: [[Double]]?
  /// Source, target and weight.
  var edges: [[Double]]?

  var testDescription: String { name }

  var offsets: [Int] { bagSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) } }

  func bagEdges() throws -> BagEdges? {
    try edges.map { edges in
      try BagEdges(edges.map { (Int($0[0]), Int($0[1])) }, weights: edges.map { Float($0[2]) }, offsets: offsets)
    }
  }

  /// Returns the bags in single precision.
  func bags() throws -> BagMatrix {
    BagMatrix(
      instances: Matrix(input).map(Float.init), offsets: offsets,
      labels: bagSizes.indices.map { Float($0 % 2) }, places: places.map { Matrix($0).map(Float.init) },
      edges: try bagEdges())
  }

  /// Returns the sum of (value * probe + 0.3)^2, and the value.
  func outputs(_ value: Variable) -> [Variable] {
    let probe = value.graph.parameter("probe", columns: value.columns, initialiser: .zeros)
    var bags = (value * probe + 0.3).squared()
    if case .slots = bags.rows { bags = bags.sumOverSlots() }
    if bags.rows == .instances { bags = bags.sumOverInstances() }
    return [bags.sumOverFeatures().meanOverBags() * Double(bagSizes.count), value]
  }

  /// Compares values and gradients in both precisions.
  func check(_ trace: (Variable) -> Variable) throws {
    let run = try DoublePrecisionRun(
      featureCount: input[0].count, bagSizes: bagSizes, features: input.flatMap { $0 },
      places: places.map { Matrix($0) }, edges: try bagEdges()
    ) { outputs(trace($0.instances)) }
    let given = parameters.merging(["probe": probe]) { first, _ in first }
    for (key, values) in given { #expect(run.setParameter(key, to: values), "\(key)") }
    #expect(Set(given.keys) == Set(run.parameters.descriptions.map(\.name)))
    run.run()
    #expect(difference(run.output(0), [loss]) < 1e-11, "\(name)")
    #expect(difference(run.output(1), value) < 1e-11, "\(name)")
    #expect(difference(run.instanceGradient, inputGradient) < 1e-10, "the instances' gradient of \(name)")
    for (key, golden) in parameterGradients {
      #expect(difference(run.gradient(of: key), golden) < 1e-10, "\(key) of \(name)")
    }
    let graph = ComputationGraph(featureCount: input[0].count)
    let variables = outputs(trace(graph.instances))
    let trainer = try Trainer(
      graph: graph, loss: variables[0], outputs: [variables[1]], optimiser: Optimiser(learningRate: 1, momentum: 0),
      seed: 1)
    for description in trainer.parameterDescriptions {
      let values = given[description.name]?.map(Float.init) ?? []
      let matrix = Matrix(rows: description.rows, columns: description.columns, elements: values)
      #expect(trainer.setParameter(description.name, to: matrix))
    }
    let bags = try bags()
    #expect(difference(trainer.evaluate(bags)[0].elements.map(Double.init), value) < 5e-6, "\(name)")
    let before = trainer.parameterDescriptions.map { trainer.parameter($0.name)?.elements ?? [] }
    _ = trainer.step(on: bags, Array(0..<bags.bagCount), 0..<bags.bagCount)
    // One step of length 1 along the gradient reveals the gradient.
    for (description, before) in zip(trainer.parameterDescriptions, before) {
      guard let golden = parameterGradients[description.name] else { continue }
      let after = trainer.parameter(description.name)?.elements ?? []
      let found = zip(before, after).map { Double($0) - Double($1) }
      #expect(difference(found, golden) < 2e-4, "\(description.name) of \(name) in single precision")
    }
  }
}

/// A network with a name, for tests of the omissions of plans: its features and their trace.
struct NamedNetwork: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The number of features.
  let width: Int
  let trace: @Sendable (Variable) -> Variable

  init(_ name: String, width: Int = 6, _ trace: @escaping @Sendable (Variable) -> Variable) {
    (testDescription, self.width, self.trace) = (name, width, trace)
  }

  /// Returns the loss and the probability of this network on a layer, then max pooling over instances or slots.
  func outputs(_ graph: ComputationGraph) -> [Variable] {
    let hidden = graph.instances.linear("before", to: width).tanh()
    var after = trace(hidden).linear("after", to: 4).tanh()
    if after.rows == .instances { after = after.maxOverInstances() }
    if case .slots = after.rows { after = after.maxOverSlots() }
    // Rows that store the losers of their maximum, beside those that do not.
    let logit = after.linear("classifier", to: 1) + hidden.maxOverInstances().linear("direct", to: 1)
    return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid()]
  }
}
