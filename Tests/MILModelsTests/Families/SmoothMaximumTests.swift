import Autodiff
import Foundation
import MILBags
import MILBenchTesting
import MILModels
import Testing

@Suite("MI-NN")
struct SmoothMaximumTests {
  /// The golden values of Fixtures/mi_nn.py.
  private struct Golden: Decodable {
    var model: String
    var sizes: [Int]
    var features, labels, predictions, scores: [Double]
    var loss: Double
    var parameters, gradients: [String: [Double]]
  }

  @Test("Loss, predictions, instance scores and gradients are NumPy's")
  func golden() throws {
    let file = try #require(Bundle.module.url(forResource: "mi_nn", withExtension: "json", subdirectory: "Fixtures"))
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    let network = try #require(try Contract.registry.resolve(golden.model).model as? any NetworkModel)
    let run = try DoublePrecisionRun(
      featureCount: 3, bagSizes: golden.sizes, features: golden.features, labels: golden.labels
    ) { graph in
      let traced = network.trace(graph)
      return [traced.meanLoss, traced.prediction] + (traced.weights.map { [$0] } ?? [])
    }
    for (name, values) in golden.parameters { #expect(run.setParameter(name, to: values), "\(name)") }
    run.run()
    #expect(agree(run.output(0), [golden.loss], within: 1e-10))
    #expect(agree(run.output(1), golden.predictions, within: 1e-10))
    #expect(agree(run.output(2), golden.scores, within: 1e-10))
    for (name, values) in golden.gradients { #expect(agree(run.gradient(of: name), values, within: 1e-9), "\(name)") }
  }

  @Test("A loss of classes replaces the squared error")
  func classLoss() throws {
    let bags = try plantedBags()
    let scores = try ["cross-entropy", "generalised", "symmetric"].map { kind in
      try Contract.registry.resolve("mi-nn[classLoss=\(kind),epochs=2,units=4]").fit(bags, FitContext(seed: 1))
        .predict(bags)
    }
    #expect(scores[0] != scores[1] && scores[1] != scores[2] && scores[0] != scores[2])
  }
}
