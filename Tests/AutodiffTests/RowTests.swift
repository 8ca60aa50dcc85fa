import Autodiff
import CAllocationCount
import LinearAlgebra
import Testing

@Suite("Slots and pairs")
struct RowTests {
  /// The computations of rows.json.
  static let golden: [String: @Sendable (Variable) -> Variable] = [
    "attendedSlots": { attended($0) },
    "assignedSlots": { $0.times(prototypes($0).transposed).softmaxOverFeatures().times(prototypes($0)) },
    "slotProducts": { attended($0).times(attended($0).transposed) },
    "mixedSlots": { input in
      let slots = attended(input)
      return slots.times(prototypes(input).transposed).softmaxOverFeatures().times(slots)
    },
    "centredSlots": { prototypes($0) * attended($0) - $0.meanOverInstances() },
    "slotSum": { attended($0).squared().sumOverSlots() },
    "slotMean": { attended($0).squared().meanOverSlots() },
    "slotMax": { attended($0).maxOverSlots() },
    "slotSoftmax": { attended($0).softmaxOverSlots() },
    "flattenedSlots": { attended($0).flattened() },
    "bagAsSlots": { $0.meanOverInstances().linear("a", to: 6).slots(3).tanh() },
    "graphAttention": { graphAttention($0, $0.nearest(2)) },
    "graphAttentionOfFew": { graphAttention($0, $0.nearest(50)) },
    "edgeConvolution": { edgeConvolution($0, $0.nearest(3)) },
    "edgeConvolutionInPlaces": { edgeConvolution($0, $0.graph.places().nearest(2)) },
    "weightedMeanOfEdges": { ($0.graph.edges * $0.atSources()).meanOverSources() },
    "graphAttentionOfEdges": { graphAttention($0, $0.graph.edges) },
    "distanceSums": { input in
      let distances = input.nearest(3, includingItself: true)
      return ((-distances).exp() * input.atSources()).sumOverSources()
    },
    "criticalInstance": { dualStream($0, classes: 1) },
    "criticalInstanceOfEachClass": { dualStream($0, classes: 3) },
    "firstOfEqualScores": { $0.squared().atMaximum(of: $0.columns(4..<5)) },
  ]

  static func prototypes(_ input: Variable) -> Variable { input.graph.slots("p", count: 4, columns: 5) }

  static func attended(_ input: Variable) -> Variable {
    input.times(prototypes(input).transposed).softmaxOverInstances().transposed.times(input)
  }

  /// Traces DSMIL's second stream, and the largest score of each class.
  static func dualStream(_ input: Variable, classes: Int) -> Variable {
    let scores = input.linear("s", to: classes, bias: false)
    let queries = input.linear("q", to: 3, bias: false)
    let weights = queries.times(queries.atMaximum(of: scores).transposed).softmaxOverInstances()
    return weights.transposed.times(input) + scores.maxOverInstances().slots(classes)
  }

  static func graphAttention(_ input: Variable, _ pairs: Variable, to columns: Int = 3) -> Variable {
    let values = input.linear("w", to: columns, bias: false)
    let scores =
      (values.linear("s", to: 1, bias: false).atSources(of: pairs)
      + values.linear("t", to: 1, bias: false).atTargets(of: pairs)).relu(leak: 0.2)
    return (scores.softmaxOverSources() * values.atSources()).sumOverSources()
  }

  static func edgeConvolution(_ input: Variable, _ pairs: Variable) -> Variable {
    let targets = input.atTargets(of: pairs)
    return targets.concatenated(with: input.atSources(of: pairs) - targets).linear("e", to: 4).tanh().maxOverSources()
  }

  @Test("Values and gradients agree with PyTorch's in both precisions")
  func values() throws {
    let cases: [GoldenCase] = try Fixture.read("rows.json")
    #expect(Set(cases.map(\.name)) == Set(Self.golden.keys))
    for golden in cases { try golden.check(try #require(Self.golden[golden.name])) }
  }

  static let networks = [
    NamedNetwork("prototypes") { input in
      let slots = input.graph.slots("p", count: 9, columns: 6)
      return input.times(slots.transposed).softmaxOverFeatures().times(slots)
    },
    NamedNetwork("latent queries, more than instances") { input in
      input.times(input.graph.slots("p", count: 9, columns: 6).transposed).softmaxOverInstances().transposed.times(
        input)
    },
    NamedNetwork("slots that see each other") { input in
      let slots = input.graph.slots("p", count: 3, columns: 6) + input.meanOverInstances()
      return slots.times(slots.transposed).softmaxOverFeatures().times(slots)
    },
    NamedNetwork("a trained token") { input in
      (input.graph.slots("p", count: 1, columns: 6) * input.sumOverInstances().slots(1)).softmaxOverSlots() + 1
    },
    NamedNetwork("inner products of instances' features") {
      // There are few columns, since OpenBLAS allocates memory itself for two rows of 32.
      $0.columns(0..<4).transposed.times($0.columns(0..<4)).flattened()
    },
    NamedNetwork("slots of a bag, flattened") { $0.meanOverInstances().linear("a", to: 6).slots(3).tanh().flattened() },
    NamedNetwork("instances times the bag's row") {
      $0.times($0.meanOverInstances().transposed).times($0.sumOverInstances())
    },
    NamedNetwork("mean of slots") { $0.transposed.times($0).meanOverSlots() },
    NamedNetwork("nearest in features that stay") { edgeConvolution($0, $0.graph.instances.nearest(2)) },
    NamedNetwork("attention over neighbours in places") { graphAttention($0, $0.graph.places().nearest(3)) },
    NamedNetwork("edges, mean") { ($0.graph.edges * $0.atSources()).meanOverSources().tanh() },
    NamedNetwork("edges, sum and softmax") { graphAttention($0, $0.graph.edges, to: 6) + $0 },
    NamedNetwork("two lists of pairs") { input in
      let (edges, near) = (input.graph.edges, input.graph.places().nearest(1))
      return input.atSources(of: edges).sumOverSources() + input.atTargets(of: near).maxOverSources()
    },
    NamedNetwork("all instances and the critical one") { $0 * $0.atMaximum(of: $0.linear("score", to: 1)) },
    NamedNetwork("the critical instance under a maximum") { input in
      let critical = input.linear("critical", to: 6).atMaximum(of: input.columns(0..<1)).tanh()
      return critical + input.linear("other", to: 6).tanh()
    },
    NamedNetwork("critical instances of classes") { dualStream($0, classes: 3) },
    NamedNetwork("places under a maximum") { $0 + $0.graph.places().linear("place", to: 6).tanh() },
  ]

  @Test("Every derivative agrees with its finite difference", arguments: networks)
  func derivatives(_ network: NamedNetwork) throws { try expectDerivatives(network) }

  @Test("Training with all shortcuts follows double precision without any on awkward bags", arguments: networks)
  func shortcuts(_ network: NamedNetwork) throws { try expectShortcuts(network) }

  @Test("Steps take no memory", .enabled(if: allocation_count_is_available()), arguments: networks)
  func allocations(_ network: NamedNetwork) throws { try expectNoAllocations(network) }

  @Test("A largest score that is not a number is no instance's")
  func criticalNotANumber() throws {
    let drawn = drawnBags(sizes: [3, 2], features: 2)
    var instances = drawn.instances
    instances[1, 0] = .nan
    let bags = BagMatrix(instances: instances, offsets: drawn.offsets, labels: drawn.labels)
    let graph = ComputationGraph(featureCount: 2)
    let critical = graph.instances.columns(1..<2).atMaximum(of: graph.instances.columns(0..<1))
    let values = try Evaluator(graph: graph, outputs: [critical], seed: 1).evaluate(bags)[0].elements
    #expect(values[0].isNaN)
    #expect(values[1] == (instances[4, 0] > instances[3, 0] ? instances[4, 1] : instances[3, 1]))
  }

  static let mistakes = [
    Mistake("sumOverSlots needs a row a slot, found a row for instances") { $0.instances.sumOverSlots() },
    Mistake("softmaxOverSources needs a row a pair, found a row for bags") { $0.labels.softmaxOverSources() },
    Mistake("broadcastToInstances needs a row a bag, found a row for slots(3)") {
      $0.slots("p", count: 3, columns: 5).broadcastToInstances()
    },
    Mistake("a row for instances cannot meet a row for slots(3)") {
      $0.instances + $0.slots("p", count: 3, columns: 5)
    },
    Mistake("a row for slots(2) cannot meet a row for slots(3)") {
      $0.slots("q", count: 2, columns: 5) + $0.slots("p", count: 3, columns: 5)
    },
    Mistake("a product does not fit: 5 columns meet 4") {
      $0.instances.times($0.slots("p", count: 3, columns: 4).transposed)
    },
    Mistake("a product does not fit: 5 columns meet 3") { $0.instances.times($0.slots("p", count: 3, columns: 4)) },
    Mistake("the right side of a product needs a row a slot or a bag, found a row for instances") {
      $0.instances.times($0.instances.transposed)
    },
    Mistake("a product sums over rows of one kind, found a row for instances and for slots(3)") {
      $0.instances.transposed.times($0.slots("p", count: 3, columns: 5))
    },
    Mistake("a product within a bag needs rows of bags, found a single row") {
      $0.constant(1).times($0.instances.sumOverInstances())
    },
    Mistake("a bag's 5 values cannot be 2 slots") { $0.instances.sumOverInstances().slots(2) },
    Mistake("slots needs a row a slot or a bag, found a row for instances") { $0.instances.slots(1) },
    Mistake("parameter p would be 0 x 5, expected at least 1 x 1") { $0.slots("p", count: 0, columns: 5) },
    Mistake("the nearest 0 instances were asked for, expected at least 1") { $0.instances.nearest(0) },
    Mistake("nearest needs a row an instance, found a row for bags") { $0.labels.nearest(2) },
    Mistake("atMaximum needs a row an instance, found a row for bags") { $0.labels.atMaximum(of: $0.instances) },
    Mistake("atMaximum(of:) needs a row an instance, found a row for bags") {
      $0.instances.atMaximum(of: $0.labels)
    },
    Mistake("there are 0 lists of pairs, expected one; atSources(of:) and atTargets(of:) say which") {
      $0.instances.atSources()
    },
    Mistake("there are 2 lists of pairs, expected one; atSources(of:) and atTargets(of:) say which") {
      _ = ($0.edges, $0.instances.nearest(1))
      return $0.instances.atTargets()
    },
    Mistake("a row for pairs(0) cannot meet a row for pairs(1)") { $0.edges + $0.instances.nearest(1) },
    Mistake("a constant cannot have a row for pairs(0)") { $0.constant(1, rows: .pairs(0)) },
    Mistake("places have 2 columns, asked for with 3") { $0.places() + $0.places(columns: 3) },
    Mistake("a row a pair cannot be asked for; bring the sources of each target together") { $0.instances.nearest(2) },
  ]

  @Test("A mistake in a trace gives an error that says what does not fit", arguments: mistakes)
  func mistake(_ mistake: Mistake) {
    let graph = ComputationGraph(featureCount: 5)
    let value = mistake.trace(graph)
    let error = #expect(throws: GraphError.self) { try Evaluator(graph: graph, outputs: [value], seed: 1) }
    #expect(error?.problem == mistake.testDescription)
  }

  @Test("Bags without what a graph reads are refused before they are computed")
  func missing() throws {
    let bags = drawnBags(sizes: [2, 3], features: 5)
    func problem(_ bags: BagMatrix, _ trace: (ComputationGraph) -> Variable) -> String? {
      let graph = ComputationGraph(featureCount: 5)
      _ = trace(graph)
      return (#expect(throws: GraphError.self) { try graph.check(bags) })?.problem
    }
    #expect(problem(bags) { $0.places() } == "it reads places of 2 columns, the bags have no places")
    #expect(problem(bags) { $0.edges } == "it reads edges, the bags have none")
    let awkward = try awkwardBags(features: 5)
    #expect(problem(awkward) { $0.places(columns: 3) } == "it reads places of 3 columns, the bags have 2")
    #expect(problem(try awkwardBags(features: 4)) { $0.instances } == "it reads 5 features, the bags have 4")
    let graph = ComputationGraph(featureCount: 5)
    _ = (graph.edges, graph.places())
    try graph.check(awkward)
  }

  @Test("Edges that join two bags, or have another number of weights, are refused")
  func edges() {
    let first = #expect(throws: GraphError.self) { try BagEdges([(0, 1), (1, 2)], offsets: [0, 2, 5]) }
    #expect(first?.problem == "edge 1 from 1 to 2 is not within a bag")
    let second = #expect(throws: GraphError.self) { try BagEdges([(0, 5)], offsets: [0, 2, 5]) }
    #expect(second?.problem == "edge 0 from 0 to 5 is not within a bag")
    let third = #expect(throws: GraphError.self) { try BagEdges([(0, 1)], weights: [1, 2], offsets: [0, 2]) }
    #expect(third?.problem == "there are 2 weights of 1 edges")
  }

  @Test("Bags without a single edge have sums of 0")
  func noEdges() throws {
    let plain = drawnBags(sizes: [2, 3], features: 5)
    let bags = BagMatrix(
      instances: plain.instances, offsets: plain.offsets, labels: plain.labels,
      edges: try BagEdges([], offsets: plain.offsets))
    let graph = ComputationGraph(featureCount: 5)
    let sum = (graph.edges * graph.instances.atSources()).maxOverSources()
    #expect(try Evaluator(graph: graph, outputs: [sum], seed: 1).evaluate(bags)[0].elements.allSatisfy { $0 == 0 })
  }

  @Test("Of equally distant instances the first are nearest, over the tiles in which they are compared")
  func ties() throws {
    // A line of 300 instances, each of which occurs twice.
    let places = (0..<300).flatMap { [Float($0), Float($0)] }
    let bags = BagMatrix(
      instances: .init(rows: 600, columns: 1, elements: places), offsets: [0, 600], labels: [1])
    let graph = ComputationGraph(featureCount: 1)
    let near = graph.instances.nearest(4)
    let sources = (near * 0 + graph.instances.atSources()).sumOverSources()
    let outputs = [sources, near.sumOverSources()]
    let found = try Evaluator(graph: graph, outputs: outputs, seed: 1).evaluate(bags)
    for row in 4..<590 {
      // Its copy, then both at the previous position, then the first at the next position.
      let place = Float(row / 2)
      #expect(found[0][row, 0] == place + 2 * (place - 1) + (place + 1))
      #expect(found[1][row, 0] == 3)
    }
  }
}
