import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILCatalogue
import MILRecords
import Testing

@testable import MILModels

@Suite("Networks of several modalities, against NumPy")
struct FusionNetworkTests {
  /// Golden values of Fixtures/fusion_networks.py.
  struct Fixture: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      var model: String
      var targets: [[Double]]
      var loss: Double
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
    var bagFeatures: Int
    var features: [Double]
    var cases: [Case]

    var featureCount: Int { features.count / sizes.reduce(0, +) }

    static func load(_ name: String = "fusion_networks") throws -> Fixture {
      let file = try #require(
        Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }
  }

  @Test("Loss, predictions, weights and gradients are NumPy's", arguments: try Fixture.load().cases)
  func training(_ one: Fixture.Case) throws {
    let fixture = try Fixture.load()
    let network = try one.network()
    let run = try DoublePrecisionRun(
      featureCount: fixture.featureCount, bagSizes: fixture.sizes, features: fixture.features,
      labels: one.targets.flatMap { $0 }, targetColumns: one.targets[0].count, bagFeatures: fixture.bagFeatures
    ) { graph in
      let traced = network.trace(graph, for: one.task)
      return [traced.meanLoss, traced.prediction] + (traced.weights.map { [$0] } ?? [])
    }
    for (name, values) in one.parameters { #expect(run.setParameter(name, to: values), "\(name)") }
    run.run()
    #expect(agree(run.output(0), [one.loss], within: 1e-8))
    #expect(agree(run.output(1), one.predictions, within: 1e-9))
    #expect(agree(run.output(2), one.weights, within: 1e-9))
    for (name, values) in one.gradients { #expect(agree(run.gradient(of: name), values, within: 1e-7), "\(name)") }
    let graph = ComputationGraph(
      featureCount: fixture.featureCount, targetColumns: one.targets[0].count, bagFeatures: fixture.bagFeatures)
    _ = network.trace(graph, for: one.task)
    #expect(Set(graph.parameterDescriptions.map(\.name)) == Set(one.parameters.keys))
  }

  @Test("Predictions and weights in single precision are NumPy's", arguments: try Fixture.load().cases)
  func scoring(_ one: Fixture.Case) throws {
    let fixture = try Fixture.load()
    let graph = ComputationGraph(
      featureCount: fixture.featureCount, targetColumns: one.targets[0].count, bagFeatures: fixture.bagFeatures)
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
      instances: Matrix(
        rows: offsets[fixture.sizes.count], columns: fixture.featureCount, elements: fixture.features.map(Float.init)),
      offsets: offsets, labels: one.targets.flatMap { $0.map(Float.init) }, targetColumns: one.targets[0].count)
    let outputs = evaluator.evaluate(bags).map { $0.elements.map(Double.init) }
    #expect(agree(outputs[0], one.predictions, within: 1e-4))
    #expect(agree(outputs[1], one.weights, within: 1e-4))
  }

  private static func bags(_ seed: Int, count: Int) throws -> BagDataset {
    let settings = "bagFeatures=3,bagSize=3-6,bags=\(count),features=6,seed=\(seed),witnessRate=0.3"
    let request = try #require(try SyntheticSets.request("synthetic/two-modalities[\(settings)]"))
    return try request.generator.makeBags(named: "made")
  }

  /// Returns the area under the curve on other bags than those of the training.
  private static func area(_ id: String, _ features: [Int]) throws -> Double {
    let (training, test) = try (bags(1, count: 120), bags(2, count: 200))
    let model = try Contract.registry.resolve(id)
    let fitted = try model.fit(training.selecting(features: features), FitContext(seed: 1))
    let scores = try fitted.predict(test.selecting(features: features))
    return try #require(Metrics.areaUnderCurve(labels: test.labels, scores: scores))
  }

  @Test(
    "Instances and features of bags together tell apart what neither does alone",
    arguments: [
      "late-fusion[bagLayers=8,fusedUnits=16", "gated-fusion[bagLayers=8,fusedUnits=16,units=4",
    ])
  func fusion(_ id: String) throws {
    let settings = "attentionUnits=8,dropout=0,epochs=15,layers=16,learningRate=0.005]"
    let both = try Self.area("\(id),\(settings)", Array(0..<9))
    #expect(both > 0.9, "\(both)")
    // Half of the negative bags look positive to either block.
    let instances = try Self.area("attention[\(settings)", Array(0..<6))
    let ofBags = try Self.area("logistic-bag-mean", Array(6..<9))
    #expect(instances < 0.85 && ofBags < 0.85, "\(instances), \(ofBags)")
  }

  @Test("A fit remembers which features are those of bags, and says what it read", arguments: ["late", "gated"])
  func kept(_ kind: String) throws {
    let bags = try Self.bags(1, count: 12)
    let model = try Contract.registry.resolve("\(kind)-fusion[epochs=2,layers=4]")
    let trained = try model.fit(bags, FitContext(seed: 3))
    #expect(trained.summary.notes["bagFeatures"] == "the last 3")
    let scores = try trained.predict(bags)
    #expect(try model.trained(from: trained.state()).predict(bags) == scores)
    #expect(try trained.state().floats("trunk.1.weight").rows == 6)
    #expect(try trained.state().floats("bag.1.weight").rows == 3)
    // Without names of such features, the mean of the instances is the second block.
    var announced: [String] = []
    var context = FitContext(seed: 3)
    context.announce = { announced.append($0) }
    let plain = try model.fit(bags.describingBags(by: 0), context)
    #expect(plain.summary.notes["bagFeatures"] == "none, the mean of the instances instead")
    #expect(announced.count == 1 && announced[0].contains("--bag-features"))
    #expect(try plain.state().floats("bag.1.weight").rows == 9)
    #expect(try model.trained(from: plain.state()).predict(bags) == plain.predict(bags))
  }

  @Test("Co-attention learns from bags with features of their own, pretrains without them, and is kept")
  func coAttention() throws {
    let bags = try Self.bags(1, count: 12)
    let small = "attentionUnits=3,epochs=2,headUnits=3,heads=2,layers=4,pretrain=contrastive,pretrainEpochs=1"
    let model = try Contract.registry.resolve("co-attention[\(small)]")
    let trained = try model.fit(bags, FitContext(seed: 3))
    #expect(try model.trained(from: trained.state()).predict(bags) == trained.predict(bags))
    let relevance = try trained.relevance(bags)
    for bag in 0..<bags.bagCount {
      let sum = bags[rowsOfBag: bag].reduce(0) { $0 + relevance.values[$1] }
      #expect(abs(sum - 1) < 1e-5)
    }
    let times = try bags.replacing(
      targets: .survival(times: (0..<12).map { Double($0 + 1) }, events: (0..<12).map { $0 % 3 != 0 }))
    #expect(try model.fit(times, FitContext(seed: 3)).predict(times).allSatisfy(\.isFinite))
  }
}
