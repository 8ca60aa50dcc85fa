import CAllocationCount
import Foundation
import LinearAlgebra
import Testing

@testable import Autodiff

/// Golden numbers of layers; see Fixtures/layers.py.
struct LayerFixture: Decodable {
  struct LongAttention: Decodable {
    var bagSizes: [Int]
    var taken: [Int]
    var loss: Double
    var value: [Double]
    var inputGradient: [Double]
  }

  var cases: [GoldenCase]
  var longAttention: LongAttention
  var ways: [[Double]]
}

@Suite("Attention, normalisation and layers of images")
struct LayerTests {
  /// The computations of layers.json.
  static let golden: [String: @Sendable (Variable) -> Variable] = [
    "attention": { $0.attention(over: $0, values: $0) },
    "selfAttention": { $0.selfAttention("a", heads: 2) },
    "crossAttention": { input in
      input.graph.slots("p", count: 3, columns: 4)
        .attention(over: input.linear("k", to: 4), values: input.linear("v", to: 8), heads: 2)
    },
    "bagAttention": { $0.meanOverInstances().attention(over: $0, values: $0, heads: 3) },
    "layerNormalised": { $0.layerNormalised("n") },
    "layerNormalisedBags": { $0.sumOverInstances().layerNormalised("n", epsilon: 0.01) },
    "softmaxOverFeatures": { (3 * $0).softmaxOverFeatures() },
    "convolution": { images($0).convolution("c", to: 4, kernel: 3).features },
    "paddedConvolution": { images($0).convolution("c", to: 3, kernel: 3, padding: 2, bias: false).features },
    "stridedConvolution": { images($0).convolution("c", to: 4, kernel: 3, stride: 2, padding: 1).features },
    "sparseConvolution": { images($0).convolution("c", to: 2, kernel: 2, stride: 3, padding: 1).features },
    "pointConvolution": { images($0).convolution("c", to: 3, kernel: 1).features },
    "maxPooled": { images($0).maxPooled(2).features },
    "overlappingMaxPooled": { images($0).maxPooled(3, stride: 2).features },
    "smallNetwork": { input in
      images(input).convolution("c", to: 3, kernel: 3, padding: 1).map { $0.tanh() }.maxPooled(2)
        .convolution("d", to: 4, kernel: 2).features.tanh().linear("l", to: 3)
    },
  ]

  static func images(_ input: Variable) -> ImageRows { input.images(channels: 2, height: 6, width: 5) }

  @Test("Values and gradients agree with PyTorch's in both precisions")
  func values() throws {
    let fixture: LayerFixture = try Fixture.read("layers.json")
    #expect(Set(fixture.cases.map(\.name)) == Set(Self.golden.keys))
    for golden in fixture.cases { try golden.check(try #require(Self.golden[golden.name])) }
  }

  @Test("Attention over bags of several tiles agrees with PyTorch's")
  func longAttention() throws {
    let fixture: LayerFixture = try Fixture.read("layers.json")
    let golden = fixture.longAttention
    let rows = golden.bagSizes.reduce(0, +)
    var features: [Double] = []
    for row in 0..<rows {
      let place = Double(row)
      let phase: Double = 0.7 * place + 0.001 * place * place
      for column in 0..<6 { features.append(2 * sin(phase + 1.3 * Double(column))) }
    }
    func trace(_ graph: ComputationGraph) -> [Variable] {
      let value = (2 * graph.instances).attention(over: graph.instances, values: graph.instances, heads: 2)
      let sum = (value + 0.3).squared().sumOverInstances().sumOverFeatures().meanOverBags()
      return [sum * Double(golden.bagSizes.count), value]
    }
    func taken(_ values: [Double]) -> [Double] { golden.taken.flatMap { values[($0 * 6)..<($0 * 6 + 6)] } }
    let run = try DoublePrecisionRun(featureCount: 6, bagSizes: golden.bagSizes, features: features, trace)
    run.run()
    #expect(difference(run.output(0), [golden.loss]) < 1e-11)
    #expect(difference(taken(run.output(1)), golden.value) < 1e-11)
    #expect(difference(taken(run.instanceGradient), golden.inputGradient) < 1e-10)
    let graph = ComputationGraph(featureCount: 6)
    let found = try Evaluator(graph: graph, outputs: [trace(graph)[1]], seed: 1).evaluate(
      BagMatrix(
        instances: Matrix(rows: rows, columns: 6, elements: features.map { Float($0) }),
        offsets: golden.bagSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }, labels: [0, 1, 0]))
    #expect(difference(taken(found[0].elements.map(Double.init)), golden.value) < 2e-5)
  }

  @Test("The memory of attention over a bag grows with its instances, not with their square")
  func linearMemory() throws {
    func scalars(_ instances: Int) throws -> Int {
      let graph = ComputationGraph(featureCount: 8)
      let loss = graph.instances.selfAttention("a", heads: 2).sumOverInstances().sumOverFeatures().meanOverBags()
      let plan = try Plan(graph, outputs: [loss], isTraining: true)
      return ArenaLayout(plan, scratch: 0) { $0.rows == .instances ? instances * $0.columns : $0.columns }.count
    }
    #expect(try scalars(10_000) < 10 * scalars(1000) + 100)
    #expect(try scalars(10_000) < 10_000 * 100)
  }

  static let networks = [
    NamedNetwork("self-attention") { $0.selfAttention("a", heads: 3) + $0 },
    NamedNetwork("attention of one variable") { $0.attention(over: $0, values: $0, heads: 2) },
    NamedNetwork("latent queries, more than instances") { input in
      input.graph.slots("p", count: 9, columns: 6).attention(over: input, values: input.linear("v", to: 4), heads: 2)
    },
    NamedNetwork("instances over prototypes") { input in
      let slots = input.graph.slots("p", count: 4, columns: 6)
      return input.attention(over: slots, values: slots.tanh(), heads: 2)
    },
    NamedNetwork("frozen queries") { input in
      input.linear("q", to: 6, trains: false).attention(over: input, values: input)
    },
    NamedNetwork("layer normalisation") { ($0 * 2).layerNormalised("n") },
    NamedNetwork("layer normalisation of slots") { $0.meanOverInstances().slots(2).layerNormalised("n") },
    NamedNetwork("transformer block") { input in
      let attended = input + input.layerNormalised("1").selfAttention("a", heads: 2)
      return attended + attended.layerNormalised("2").linear("up", to: 8).relu().linear("down", to: 6)
    },
    NamedNetwork("convolution", width: 18) {
      $0.images(channels: 2, height: 3, width: 3).convolution("c", to: 3, kernel: 2, stride: 2, padding: 1).features
    },
    NamedNetwork("convolution with strides", width: 24) {
      $0.images(channels: 2, height: 3, width: 4).convolution("c", to: 3, kernel: 3, stride: 2, padding: 2, bias: false)
        .features
    },
    NamedNetwork("small network of images", width: 32) { input in
      input.images(channels: 2, height: 4, width: 4).convolution("c", to: 3, kernel: 3, padding: 1).map { $0.tanh() }
        .maxPooled(2).convolution("d", to: 4, kernel: 2).features
    },
    NamedNetwork("max pooling", width: 32) {
      $0.images(channels: 2, height: 4, width: 4).maxPooled(2, stride: 1).features
    },
  ]
  static let augmented = [
    NamedNetwork("flips and turns", width: 18) {
      $0.images(channels: 2, height: 3, width: 3).flippedAndTurned().convolution("c", to: 2, kernel: 2).features
    },
    NamedNetwork("colour jitter", width: 12) {
      $0.images(channels: 2, height: 3, width: 2).convolution("a", to: 2, kernel: 1).jittered(0.3)
        .convolution("c", to: 2, kernel: 2).features
    },
    NamedNetwork("squares cut out", width: 18) {
      $0.images(channels: 2, height: 3, width: 3).convolution("a", to: 2, kernel: 1).cutOut(0.7)
        .convolution("c", to: 2, kernel: 2).features
    },
    NamedNetwork("flips", width: 12) {
      $0.images(channels: 2, height: 3, width: 2).flippedAndTurned(quarterTurns: false)
        .convolution("c", to: 2, kernel: 2).features
    },
  ]

  @Test("Every derivative agrees with its finite difference", arguments: networks + augmented)
  func derivatives(_ network: NamedNetwork) throws { try expectDerivatives(network) }

  @Test("Training with all shortcuts follows double precision without any on awkward bags", arguments: networks)
  func shortcuts(_ network: NamedNetwork) throws { try expectShortcuts(network) }

  @Test("With flips and turns too, which are drawn alike", arguments: augmented)
  func augmentedShortcuts(_ network: NamedNetwork) throws { try expectShortcuts(network, scores: false) }

  @Test("Steps take no memory", .enabled(if: allocation_count_is_available()), arguments: networks + augmented)
  func allocations(_ network: NamedNetwork) throws { try expectNoAllocations(network) }

  @Test("In training an image comes in each of the eight ways, or four, by the seed; in scoring as it is")
  func ways() throws {
    let fixture: LayerFixture = try Fixture.read("layers.json")
    let image = (0..<18).map(Double.init)
    func drawn(seed: UInt64, quarterTurns: Bool = true) throws -> [[Double]] {
      let run = try DoublePrecisionRun(
        featureCount: 18, bagSizes: [250, 150], features: Array(repeating: image, count: 400).flatMap { $0 }, seed: seed
      ) { graph in
        let turned = graph.instances.images(channels: 2, height: 3, width: 3)
          .flippedAndTurned(quarterTurns: quarterTurns).features
        return [turned.sumOverFeatures().sumOverInstances().meanOverBags(), turned]
      }
      run.run()
      let values = run.output(1)
      return (0..<400).map { Array(values[($0 * 18)..<($0 * 18 + 18)]) }
    }
    let found = try drawn(seed: 1)
    #expect(Set(found) == Set(fixture.ways))
    // Five standard errors of a share of 1/8 in 400 draws.
    for way in fixture.ways { #expect(abs(found.count { $0 == way } - 50) < 34) }
    #expect(try drawn(seed: 1) == found)
    #expect(try drawn(seed: 2) != found)
    // The image, rotated by 180 degrees, and mirrored along either side.
    #expect(
      try Set(drawn(seed: 1, quarterTurns: false)) == Set([0, 2, 4, 6].map { fixture.ways[$0] }))
    let graph = ComputationGraph(featureCount: 18)
    let turned = graph.instances.images(channels: 2, height: 3, width: 3).flippedAndTurned().features
    let bags = drawnBags(sizes: [2, 3], features: 18)
    let scored = try Evaluator(graph: graph, outputs: [turned + 0], seed: 1).evaluate(bags)[0]
    #expect(scored.elements == bags.instances.elements)
  }

  @Test("In training a channel is scaled and shifted by the seed, each of each image on its own; in scoring it stays")
  func jitter() throws {
    func drawn(seed: UInt64) throws -> [Double] {
      let run = try DoublePrecisionRun(
        featureCount: 4, bagSizes: [300], features: Array(repeating: [0, 1, 0, 1], count: 300).flatMap { $0 },
        seed: seed
      ) { graph in
        let jittered = graph.instances.images(channels: 2, height: 1, width: 2).jittered(0.25).features
        return [jittered.sumOverFeatures().sumOverInstances().meanOverBags(), jittered]
      }
      run.run()
      return run.output(1)
    }
    let found = try drawn(seed: 1)
    let shifts = stride(from: 0, to: 1200, by: 2).map { found[$0] }
    let factors = stride(from: 0, to: 1200, by: 2).map { found[$0 + 1] - found[$0] }
    for (values, centre) in [(shifts, 0.0), (factors, 1.0)] {
      #expect(values.allSatisfy { abs($0 - centre) <= 0.25 })
      #expect(values.contains { $0 - centre > 0.2 } && values.contains { $0 - centre < -0.2 })
      // Five standard errors of a uniform mean.
      #expect(abs(values.reduce(0, +) / 600 - centre) < 0.03)
      #expect(Set(values).count == 600)
    }
    #expect(try drawn(seed: 1) == found)
    #expect(try drawn(seed: 2) != found)
    let graph = ComputationGraph(featureCount: 4)
    let jittered = graph.instances.images(channels: 2, height: 1, width: 2).jittered(0.25).features
    let bags = drawnBags(sizes: [2, 3], features: 4)
    #expect(
      try Evaluator(graph: graph, outputs: [jittered + 0], seed: 1).evaluate(bags)[0].elements
        == bags.instances.elements)
  }

  @Test("In training an image lacks one square in all channels, of any side up to the largest; in scoring it is whole")
  func squares() throws {
    func drawn(seed: UInt64, share: Double = 0.5) throws -> [[Double]] {
      let run = try DoublePrecisionRun(
        featureCount: 32, bagSizes: [400], features: Array(repeating: 1, count: 400 * 32), seed: seed
      ) { graph in
        let cut = graph.instances.images(channels: 2, height: 4, width: 4).cutOut(share).features
        return [cut.sumOverFeatures().sumOverInstances().meanOverBags(), cut]
      }
      run.run()
      // A value that is cut out passes no gradient on.
      #expect(run.instanceGradient == run.output(1))
      let values = run.output(1)
      return (0..<400).map { Array(values[($0 * 32)..<($0 * 32 + 32)]) }
    }
    let found = try drawn(seed: 1)
    var areas: [Int: Int] = [:]
    for image in found {
      #expect(image[..<16] == image[16...])
      let cut = (0..<16).filter { image[$0] == 0 }
      let (lines, columns) = (Set(cut.map { $0 / 4 }), Set(cut.map { $0 % 4 }))
      #expect(cut.count == lines.count * columns.count && max(lines.count, columns.count) <= 2)
      areas[cut.count, default: 0] += 1
    }
    // Sides of 0, 1 and 2 are equally likely; five standard errors of a third of 400.
    #expect(Set(areas.keys) == [0, 1, 2, 4] && abs((areas[0] ?? 0) - 133) < 48)
    #expect(try drawn(seed: 1) == found && drawn(seed: 2) != found)
    #expect(try drawn(seed: 1, share: 0).allSatisfy { !$0.contains(0) })
    let graph = ComputationGraph(featureCount: 32)
    let cut = graph.instances.images(channels: 2, height: 4, width: 4).cutOut(0.5).features
    let bags = drawnBags(sizes: [2, 3], features: 32)
    #expect(
      try Evaluator(graph: graph, outputs: [cut + 0], seed: 1).evaluate(bags)[0].elements == bags.instances.elements)
  }

  @Test("Attention and normalisation of large numbers stay finite, and a missing number does not get lost")
  func largeNumbers() throws {
    let plain = drawnBags(sizes: [3, 300], features: 6)
    let graph = ComputationGraph(featureCount: 6)
    let outputs = [
      (1e4 * graph.instances).attention(over: graph.instances, values: graph.instances),
      (1e10 * graph.instances).layerNormalised("n"),
    ]
    let evaluator = try Evaluator(graph: graph, outputs: outputs, seed: 1)
    #expect(evaluator.evaluate(plain).allSatisfy { $0.elements.allSatisfy(\.isFinite) })
    var instances = plain.instances
    instances[290, 2] = .nan
    let found = evaluator.evaluate(
      BagMatrix(instances: instances, offsets: plain.offsets, labels: plain.labels))
    #expect(found[0].row(0).allSatisfy(\.isFinite) && found[0].row(3).allSatisfy(\.isNaN))
    #expect(found[1].row(289).allSatisfy(\.isFinite) && found[1].row(290).allSatisfy(\.isNaN))
  }

  static let mistakes = [
    Mistake("attention needs keys like queries, found 5 and 4 columns") {
      $0.instances.attention(over: $0.instances.linear("k", to: 4), values: $0.instances)
    },
    Mistake("attention needs a value for each key, found a row for instances and for bags") {
      $0.instances.attention(over: $0.instances, values: $0.instances.sumOverInstances())
    },
    Mistake("5 and 5 columns cannot be shared among 2 heads") { $0.instances.selfAttention("a", heads: 2) },
    Mistake("5 and 5 columns cannot be shared among 0 heads") { $0.instances.selfAttention("a", heads: 0) },
    Mistake("attention needs rows of bags, found a row for single") {
      $0.constant(1, columns: 5).attention(over: $0.instances, values: $0.instances)
    },
    Mistake("layer normalisation has epsilon 0.0, expected a positive number") {
      $0.instances.layerNormalised("n", epsilon: 0)
    },
    Mistake("a convolution needs images of 1 x 2 x 3, found 5 columns") {
      $0.instances.images(channels: 1, height: 2, width: 3).convolution("c", to: 2, kernel: 2).features
    },
    Mistake("a convolution of size 3 with padding 0 does not fit images of 1 x 1 x 5") {
      $0.instances.images(channels: 1, height: 1, width: 5).convolution("c", to: 2, kernel: 3).features
    },
    Mistake("a convolution has size 1, stride 0 and padding 0, expected at least 1, 1 and 0") {
      $0.instances.images(channels: 1, height: 1, width: 5).convolution("c", to: 2, kernel: 1, stride: 0).features
    },
    Mistake("parameter c.weight would be 0 x 2, expected at least 1 x 1") {
      $0.instances.images(channels: 1, height: 1, width: 5).convolution("c", to: 2, kernel: 0).features
    },
    Mistake("max pooling of size 2 with padding 0 does not fit images of 1 x 1 x 5") {
      $0.instances.images(channels: 1, height: 1, width: 5).maxPooled(2).features
    },
    Mistake("max pooling has size 0, stride 0 and padding 0, expected at least 1, 1 and 0") {
      $0.instances.images(channels: 1, height: 1, width: 5).maxPooled(0).features
    },
    Mistake("the colours are jittered by 2.0, expected 0 to 1") {
      $0.instances.images(channels: 1, height: 1, width: 5).jittered(2).features
    },
    Mistake("it reads images, the features of the bags are none") { $0.instanceImages.maxPooled(1).features },
    Mistake("quarter turns need square images, found 1 x 1 x 5") {
      $0.instances.images(channels: 1, height: 1, width: 5).flippedAndTurned().features
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
