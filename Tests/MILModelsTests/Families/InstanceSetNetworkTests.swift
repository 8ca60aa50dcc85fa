import Autodiff
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILCatalogue
import MILRecords
import Testing

@testable import MILModels

@Suite("Networks of two sets of instances, against NumPy")
struct InstanceSetNetworkTests {
  typealias Fixture = FusionNetworkTests.Fixture

  @Test("Loss, predictions, weights and gradients are NumPy's", arguments: try Fixture.load("instance_sets").cases)
  func training(_ one: Fixture.Case) throws {
    let fixture = try Fixture.load("instance_sets")
    let network = try one.network()
    let run = try DoublePrecisionRun(
      featureCount: fixture.featureCount, bagSizes: fixture.sizes, features: fixture.features,
      labels: one.targets.flatMap { $0 }, targetColumns: one.targets[0].count, bagFeatures: fixture.bagFeatures,
      twoSets: true
    ) { graph in
      let traced = network.trace(graph, for: one.task)
      #expect(Set(graph.parameterDescriptions.map(\.name)) == Set(one.parameters.keys) && graph.readsSets)
      return [traced.meanLoss, traced.prediction] + (traced.weights.map { [$0] } ?? [])
    }
    for (name, values) in one.parameters { #expect(run.setParameter(name, to: values), "\(name)") }
    run.run()
    #expect(agree(run.output(0), [one.loss], within: 1e-8))
    #expect(agree(run.output(1), one.predictions, within: 1e-9))
    #expect(agree(run.output(2), one.weights, within: 1e-9))
    for (name, values) in one.gradients { #expect(agree(run.gradient(of: name), values, within: 1e-7), "\(name)") }
  }

  private static func bags(_ seed: Int, count: Int, sets: String = "both") throws -> BagDataset {
    let settings = "bagSize=3-6,bags=\(count),features=6,seed=\(seed),sets=\(sets),witnessRate=0.3"
    let request = try #require(try SyntheticSets.request("synthetic/two-sets[\(settings)]"))
    return try request.generator.makeBags(named: "made")
  }

  /// Returns the area under the curve on other bags than those of the training.
  private static func area(_ id: String, _ sets: String) throws -> Double {
    let (training, test) = try (bags(1, count: 120, sets: sets), bags(2, count: 200, sets: sets))
    let scores = try Contract.registry.resolve(id).fit(training, FitContext(seed: 1)).predict(test)
    return try #require(Metrics.areaUnderCurve(labels: test.labels, scores: scores))
  }

  @Test(
    "Both sets together tell apart what neither does alone",
    arguments: [
      "late-fusion[attentionUnits=8,bagLayers=16,fusedUnits=16",
      "gated-fusion[attentionUnits=8,bagLayers=16,fusedUnits=16",
      "co-attention[attentionUnits=8,encoderLayers=1,headUnits=8,heads=2",
    ])
  func fusion(_ id: String) throws {
    let settings = "dropout=0,epochs=20,layers=16,learningRate=0.003]"
    let both = try Self.area("\(id),\(settings)", "both")
    #expect(both > 0.87, "\(both)")
    // Half of the negative bags look positive to either set.
    let alone = try ["first", "second"].map { try Self.area("attention[attentionUnits=8,\(settings)", $0) }
    #expect(alone.allSatisfy { $0 < 0.85 }, "\(alone)")
  }

  @Test(
    "A fit remembers its sets, and says what divides them", arguments: ["late-fusion", "gated-fusion", "co-attention"])
  func kept(_ kind: String) throws {
    let bags = try Self.bags(1, count: 12)
    let small = kind == "co-attention" ? "attentionUnits=3,headUnits=3,heads=2" : "bagLayers=4"
    let settings = "\(small),epochs=2,layers=4,pretrain=contrastive,pretrainEpochs=1"
    let model = try Contract.registry.resolve("\(kind)[\(settings)]")
    var announced: [String] = []
    var context = FitContext(seed: 3)
    context.announce = { announced.append($0) }
    let trained = try model.fit(bags, context)
    #expect(trained.summary.notes["sets"] == "two, divided by feature set" && announced.isEmpty)
    #expect(try model.trained(from: trained.state()).predict(bags) == trained.predict(bags))
    #expect(try trained.state().floats("second.trunk.1.weight").rows == 6)
    let relevance = try trained.relevance(bags)
    for bag in 0..<bags.bagCount {
      let sum = bags[rowsOfBag: bag].reduce(0) { $0 + relevance.values[$1] }
      #expect(abs(sum - 1) < 1e-5)
    }
    // Instances of a set that are told to be of the other give other scores: the sets are read, not their order.
    var swapped = bags.instances
    for row in 0..<swapped.rows { swapped[row, 6] = 1 - swapped[row, 6] }
    #expect(try trained.predict(bags.replacing(instances: swapped)) != trained.predict(bags))
    // A bag of one set alone has a score.
    let single = try bags.withEveryInstanceABag()
    #expect(try trained.predict(single).allSatisfy(\.isFinite))
  }

  @Test("Scores do not depend on the order of instances within a bag", arguments: ["late-fusion", "co-attention"])
  func order(_ kind: String) throws {
    let bags = try Self.bags(4, count: 8)
    let trained = try Contract.registry.resolve("\(kind)[epochs=1,layers=4]").fit(bags, FitContext(seed: 3))
    let rows = (0..<bags.bagCount).flatMap { Array(bags[rowsOfBag: $0].reversed()) }
    let turned = bags.replacing(instances: bags.instances.selectingRows(at: rows))
    for (one, other) in try zip(trained.predict(bags), trained.predict(turned)) { #expect(abs(one - other) < 1e-5) }
  }

  @Test("A pooling without softmax weights cannot pool a set, and its error names those that can")
  func poolings() throws {
    let bags = try Self.bags(1, count: 8)
    func fit(_ pooling: String) throws {
      let model = try Contract.registry.resolve("late-fusion[epochs=1,layers=4,pooling=\(pooling)]")
      _ = try model.fit(bags, FitContext(seed: 1))
    }
    for pooling in ["attention", "gated-attention"] { try fit(pooling) }
    let error = #expect(throws: (any Error).self) { try fit("max") }
    #expect("\(error.map { "\($0)" } ?? "")".contains("pooling=gated-attention"), "\(error.map { "\($0)" } ?? "")")
  }

  @Test("Other networks read the feature of sets like any other")
  func others() throws {
    let bags = try Self.bags(1, count: 12)
    let model = try Contract.registry.resolve("attention[epochs=1,layers=4]")
    let (divided, plain) = try (
      model.fit(bags, FitContext(seed: 1)), model.fit(bags.dividingInstances(false), FitContext(seed: 1))
    )
    #expect(try divided.predict(bags) == plain.predict(bags) && divided.summary.notes["sets"] == nil)
  }
}
