import Autodiff
import MILData
import MILModels
import Testing

@Suite("Networks")
struct NetworkTests {
  @Test("Every derivative of a network's loss agrees with its finite difference", arguments: Contract.networks)
  func gradients(_ contract: Contract) throws {
    for dropout in ["0", "0.4"] {
      let configuration = try contract.resolved(["dropout": dropout]).modelConfiguration()
      let network = try #require(configuration as? any NetworkConfiguration)
      for (seed, bagSizes) in [(1, [1, 3, 4]), (2, [1]), (3, [5, 2])] as [(UInt64, [Int])] {
        let result = try GradientCheck.run(bagSizes: bagSizes, featureCount: 5, seed: seed) { network.trace($0).loss }
        #expect(result.comparisons > 5 * 6)
        #expect(result.largestError < 1e-6, "bags of \(bagSizes), at \(result.location)")
      }
    }
  }

  @Test("The networks are those whose parameters a fit counts", arguments: Contract.networks)
  func counts(_ contract: Contract) throws {
    let graph = Graph(featureCount: 4)
    let configuration = try contract.resolved().modelConfiguration()
    _ = try #require(configuration as? any NetworkConfiguration).trace(graph)
    let bags = try plantedBags()
    let summary = try contract.resolved().makeClassifier().fit(bags, FitContext(seed: 1))
    #expect(summary.parameters == graph.parameterCount)
    #expect(summary.steps == 3 * bags.bagCount)
  }

  /// Musk's 166 features through 256, 128 and 64 units.
  static let trunk = layer(166, 256) + layer(256, 128) + layer(128, 64)

  /// A layer's weights and biases.
  static func layer(_ inputs: Int, _ outputs: Int) -> Int { inputs * outputs + outputs }

  static let architectures: [(id: String, parameters: Int)] = [
    ("constant", 1),
    ("mi-net-instance", trunk + layer(64, 1)),
    ("mi-net-bag", trunk + layer(64, 1)),
    ("mi-net-bag[pooling=log-sum-exp]", trunk + layer(64, 1)),
    ("mi-net-ds", trunk + layer(256, 1) + layer(128, 1) + layer(64, 1)),
    ("mi-net-rc", layer(166, 128) + 2 * layer(128, 128) + layer(128, 1)),
    ("attention", trunk + layer(64, 64) + layer(64, 1) + layer(64, 1)),
    ("gated-attention", trunk + 2 * layer(64, 64) + layer(64, 1) + layer(64, 1)),
    ("attention[attentionUnits=128]", trunk + layer(64, 128) + layer(128, 1) + layer(64, 1)),
    ("dp-minn", trunk),
    ("dp-minn[layers=30]", layer(166, 30)),
  ]

  @Test("The published architectures have as many parameters as a count by hand gives", arguments: architectures)
  func handCounts(id: String, count: Int) throws {
    let bags = try plantedBags(2, sizes: 1...2, features: 166)
    let model = try Contract.registry.resolve(id)
    let settings = model.registration.parameters.contains { $0.name == "epochs" } ? ["epochs": "1"] : [:]
    let classifier = try Contract.registry.resolve(id, base: settings).makeClassifier()
    #expect(try classifier.fit(bags, FitContext(seed: 1)).parameters == count)
  }

  @Test("Several bags a step make fewer steps", arguments: Contract.networks)
  func bagsPerStep(_ contract: Contract) throws {
    let bags = try plantedBags(10)
    let classifier = try contract.resolved(["bagsPerStep": "4", "epochs": "2"]).makeClassifier()
    #expect(try classifier.fit(bags, FitContext(seed: 1)).steps == 6)
  }

  @Test("A diverging training is an error that names the epoch", arguments: Contract.networks)
  func divergence(_ contract: Contract) throws {
    let bags = try plantedBags()
    let settings = [
      "learningRate": "1000", "epochs": "30", "optimiser": "sgd", "momentum": "0.99", "weightDecay": "900",
    ]
    let error = #expect(throws: TrainingDiverged.self) { try contract.fitted(on: bags, settings) }
    #expect(error.map { (1...30).contains($0.epoch) } ?? false)
    if let error { #expect(line(of: error) == "the loss is not a number in epoch \(error.epoch)") }
  }
}
