import Autodiff
import Foundation
import MILBenchTesting
import MILModels
import Testing

@Suite("Poolings against PyTorch")
struct GoldenPoolingTests {
  /// The golden values of Fixtures/poolings.py.
  struct Fixture: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      var model: String
      var probe: [Double]
      var loss: Double
      var bags, weights, instanceGradient: [Double]
      var parameters, gradients: [String: [Double]]

      var testDescription: String { model }
    }
    var sizes: [Int]
    var features: [Double]
    var cases: [Case]

    static func load() throws -> Fixture {
      let file = try #require(
        Bundle.module.url(forResource: "poolings", withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }
  }

  @Test("Bag vectors, weights and gradients are PyTorch's", arguments: try Fixture.load().cases)
  func values(_ golden: Fixture.Case) throws {
    let fixture = try Fixture.load()
    let model = try ModelRegistry.standard().resolve(golden.model)
    let pooled = try #require(model.model as? any PooledModel)
    let run = try DoublePrecisionRun(featureCount: 4, bagSizes: fixture.sizes, features: fixture.features) { graph in
      let result = pooled.pool(graph.instances)
      let probe = graph.parameter("probe", columns: golden.probe.count, initialiser: .zeros)
      let loss = (probe * result.bag.squared()).sumOverFeatures().meanOverBags()
      return [loss, result.bag] + (result.weights.map { [$0] } ?? [])
    }
    for (name, values) in golden.parameters { #expect(run.setParameter(name, to: values), "\(name)") }
    #expect(run.setParameter("probe", to: golden.probe))
    run.run()
    // For |x|, p-norm adds 1e-12 under the square root.
    let tolerance = golden.model.hasPrefix("mi-net-p-norm") ? 1e-7 : 1e-12
    #expect(agree(run.output(0), [golden.loss], within: tolerance))
    #expect(agree(run.output(1), golden.bags, within: tolerance))
    if !golden.weights.isEmpty { #expect(agree(run.output(2), golden.weights, within: tolerance)) }
    #expect(agree(run.instanceGradient, golden.instanceGradient, within: tolerance))
    for (name, values) in golden.gradients {
      #expect(agree(run.gradient(of: name), values, within: tolerance), "\(name)")
    }
    let graph = ComputationGraph(featureCount: 4)
    _ = pooled.pool(graph.instances)
    #expect(graph.parameterCount == golden.parameters.values.reduce(0) { $0 + $1.count })
  }

  @Test("Every pooling that is registered for itself has golden values")
  func complete() throws {
    let tested = try Set(Fixture.load().cases.map { String($0.model.prefix { $0 != "[" }) })
    let classical: Set = ["mi-net-bag", "attention", "gated-attention"]
    for registration in try ModelRegistry.standard().registrations where !classical.contains(registration.id) {
      let isPooled = try ModelRegistry.standard().resolve(registration.id).model is any PooledModel
      #expect(isPooled == tested.contains(registration.id), "\(registration.id)")
    }
  }

  @Test("Values that tie for the last place of a mean of the largest share its gradient")
  func ties() throws {
    let run = try DoublePrecisionRun(featureCount: 1, bagSizes: [5], features: [1, 3, 1, 0, 1]) { graph in
      [graph.instances.topMeanOverInstances(count: 3).sumOverFeatures().meanOverBags()]
    }
    run.run()
    #expect(agree(run.output(0), [5.0 / 3], within: 1e-15))
    let (above, tied) = (1.0 / 3, 2.0 / 9)
    let expected: [Double] = [tied, above, tied, 0, tied]
    #expect(agree(run.instanceGradient, expected, within: 1e-15))
  }
}

/// A network whose pooling is accessible.
private protocol PooledModel {
  func pool(_ features: Variable) -> Pooled
}

extension PooledNetwork: PooledModel {
  fileprivate func pool(_ features: Variable) -> Pooled { pooling.pool(features) }
}
