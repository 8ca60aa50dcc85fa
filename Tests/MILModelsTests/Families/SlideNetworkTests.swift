import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILModels
import Testing
import UserInput

@Suite("Networks of slide classification, against PyTorch")
struct SlideNetworkTests {
  /// The golden values of Fixtures/slide_networks.py.
  struct Fixture: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      var model: String
      var targets: [[Double]]
      var loss: Double
      /// Whether the training cuts bags at random, so that only scores are comparable.
      var scoresOnly: Bool
      var predictions, weights: [Double]
      var parameters, gradients: [String: [Double]]
      var shapes: [String: [Int]]

      var testDescription: String { "\(model) of \(targets[0].count == 1 ? "two" : "several") classes" }

      var task: any BagTask { targets[0].count == 1 ? TwoClasses() : SeveralClasses(count: targets[0].count) }

      func network() throws -> any NetworkModel {
        try #require(try Contract.registry.resolve(model).model as? any NetworkModel)
      }
    }
    var sizes: [Int]
    var features: [Double]
    var cases: [Case]

    static func load() throws -> Fixture {
      let file = try #require(
        Bundle.module.url(forResource: "slide_networks", withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }
  }

  @Test(
    "Loss, predictions, weights and gradients are PyTorch's",
    arguments: try Fixture.load().cases.filter { !$0.scoresOnly })
  func training(_ one: Fixture.Case) throws {
    let fixture = try Fixture.load()
    let network = try one.network()
    let run = try DoublePrecisionRun(
      featureCount: 4, bagSizes: fixture.sizes, features: fixture.features, labels: one.targets.flatMap { $0 },
      targetColumns: one.targets[0].count
    ) { graph in
      let traced = network.trace(graph, for: one.task)
      return [traced.meanLoss, traced.prediction] + (traced.weights.map { [$0] } ?? [])
    }
    for (name, values) in one.parameters { #expect(run.setParameter(name, to: values), "\(name)") }
    run.run()
    #expect(agree(run.output(0), [one.loss], within: 1e-8))
    #expect(agree(run.output(1), one.predictions, within: 1e-9))
    if !one.weights.isEmpty { #expect(agree(run.output(2), one.weights, within: 1e-9)) }
    for (name, values) in one.gradients { #expect(agree(run.gradient(of: name), values, within: 1e-7), "\(name)") }
    let graph = ComputationGraph(featureCount: 4, targetColumns: one.targets[0].count)
    _ = network.trace(graph, for: one.task)
    #expect(Set(graph.parameterDescriptions.map(\.name)) == Set(one.parameters.keys))
  }

  @Test("Predictions and weights in single precision are PyTorch's", arguments: try Fixture.load().cases)
  func scoring(_ one: Fixture.Case) throws {
    let fixture = try Fixture.load()
    let graph = ComputationGraph(featureCount: 4, targetColumns: one.targets[0].count)
    let traced = try one.network().trace(graph, for: one.task)
    let evaluator = try Evaluator(
      graph: graph, outputs: [traced.prediction] + (traced.weights.map { [$0] } ?? []), seed: 1)
    for (name, values) in one.parameters {
      let shape = try #require(one.shapes[name])
      let matrix = Matrix(rows: shape[0], columns: shape[1], elements: values.map(Float.init))
      #expect(evaluator.setParameter(name, to: matrix), "\(name)")
    }
    let offsets = fixture.sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let bags = BagMatrix(
      instances: Matrix(rows: offsets[fixture.sizes.count], columns: 4, elements: fixture.features.map(Float.init)),
      offsets: offsets, labels: one.targets.flatMap { $0.map(Float.init) }, targetColumns: one.targets[0].count)
    let outputs = evaluator.evaluate(bags).map { $0.elements.map(Double.init) }
    #expect(agree(outputs[0], one.predictions, within: 1e-4))
    if !one.weights.isEmpty { #expect(agree(outputs[1], one.weights, within: 1e-4)) }
  }

  @Test("A masked student needs a pooling with weights")
  func unweighted() {
    let error = #expect(throws: ModelError.self) { try Contract.registry.resolve("mhim[pooling=max]") }
    let sentence = error?.description ?? ""
    #expect(sentence.contains("a pooling that weighs the instances, such as attention"))
  }

  @Test("A teacher follows its student from where the plain training has led")
  func teacher() throws {
    let bags = try plantedBags(8)
    func state(_ settings: String) throws -> [String: ModelState.Values] {
      let model = try Contract.registry.resolve("mhim[layers=4,attentionUnits=3,plainEpochs=3,epochs=1,\(settings)]")
      let state = try model.fit(bags, FitContext(seed: 4)).state()
      return Dictionary(uniqueKeysWithValues: state.entries.map { ($0.name, $0.values) })
    }
    let (kept, followed, replaced) = (try state("keeping=1"), try state("keeping=0.5"), try state("keeping=0"))
    let name = "trunk.1.weight"
    #expect(kept["teacher.\(name)"] != kept[name])
    #expect(followed["teacher.\(name)"] != followed[name])
    #expect(replaced["teacher.\(name)"] == replaced[name])
  }
}
