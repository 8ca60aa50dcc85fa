import LinearAlgebra
import Testing

@testable import Autodiff

@Suite("Roundings in the comparison of trainings")
struct RoundingTests {
  /// Traces a transformer block under max pooling, which amplifies differences from 0 by a factor of 316.
  static func trace(_ graph: ComputationGraph, mixing: (Variable) -> Variable = { $0.selfAttention("see", heads: 2) })
    -> [Variable]
  {
    let features = graph.instances.linear("input", to: 16)
    let seen = features + mixing(features.layerNormalised("first"))
    let hidden = seen + seen.layerNormalised("second").linear("up", to: 16).relu().linear("down", to: 16)
    // With few columns, most instances are the maximum of none and are omitted.
    let logit = hidden.layerNormalised("last").linear("narrow", to: 3).maxOverInstances().linear("classifier", to: 1)
    return [logit.binaryCrossEntropy(ofLogitsWith: graph.labels).meanOverBags(), logit.sigmoid()]
  }

  /// Bags of zeros: the gradients of both classes cancel, and only rounding errors remain.
  static var zeros: BagMatrix {
    let drawn = drawnBags(sizes: [6, 4, 2, 6, 1], features: 5)
    return BagMatrix(
      instances: drawn.instances.map { _ in 0 }, offsets: drawn.offsets, labels: drawn.labels)
  }

  static let optimisers = [
    Optimiser(learningRate: 0.05, weightDecay: 0.01),
    Optimiser(method: .adamw, learningRate: 0.01, weightDecay: 0.1, epsilon: 1e-3),
  ]

  @Test("Trainings that roundings lead apart are told from wrong ones", arguments: optimisers)
  func zeroBags(_ optimiser: Optimiser) throws {
    let result = try ShortcutCheck.run(Self.zeros, optimiser: optimiser) { Self.trace($0) }
    #expect(result.largestError < 1e-4, "\(result.location)")
    #expect(result.rounded > 1000 && 2 * result.rounded < result.comparisons)
    let wrong = try ShortcutCheck.run(Self.zeros, optimiser: optimiser) { graph in
      let outputs = Self.trace(graph)
      graph.nodes[outputs[0].index] = Node(TwiceInSingle(), [outputs[0].index - 1], outputs[0].shape)
      return outputs
    }
    #expect(wrong.largestError > 0.1)
  }

  @Test("On ordinary bags nothing is put down to roundings, and a wrong declaration is found", arguments: optimisers)
  func ordinaryBags(_ optimiser: Optimiser) throws {
    let bags = drawnBags(sizes: [6, 4, 2, 6, 1], features: 5)
    let result = try ShortcutCheck.run(bags, optimiser: optimiser) { Self.trace($0) }
    #expect(result.largestError < 1e-5 && result.rounded == 0, "\(result.location)")
    let hasty = try ShortcutCheck.run(bags, optimiser: optimiser) { graph in
      Self.trace(graph) { $0.centredOverInstances(isHasty: true) }
    }
    #expect(hasty.largestError > 1e-2)
  }

  @Test("Blurred runs are off by as much as single precision rounds, in many ways")
  func blur() throws {
    let losses = try [nil, 1, 2, 5].map { (blur: UInt64?) in
      let run = try DoublePrecisionRun(
        featureCount: 5, bagSizes: [3, 2], features: (0..<25).map { Double($0 % 7) }, takesShortcuts: false, blur: blur
      ) { Self.trace($0) }
      run.run()
      return run.output(0)[0]
    }
    #expect(Set(losses).count == 4)
    #expect(losses.allSatisfy { abs($0 - losses[0]) < 1e-5 * losses[0] })
  }
}

/// The mean over bags, twice as large in single precision.
private struct TwiceInSingle: BagOperation {
  private let mean = MeanOverBags()

  func shape(of arguments: [VariableShape]) throws -> VariableShape { try mean.shape(of: arguments) }
  func forward(_ pass: OperationPass<Float>) {
    mean.forward(pass)
    pass.result[0] *= 2
  }
  func forward(_ pass: OperationPass<Double>) { mean.forward(pass) }
  func backward(_ pass: OperationPass<Float>) { mean.backward(pass) }
  func backward(_ pass: OperationPass<Double>) { mean.backward(pass) }
}
