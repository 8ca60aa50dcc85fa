import LinearAlgebra
import MILBags
import MILBenchTesting
import Testing
import UserInput

@testable import MILModels

@Suite("Trainings of several sites")
struct SiteTrainingTests {
  /// Returns twelve bags from sites of six, four and two bags.
  private func bags(_ groups: [String]? = Array("aaaaaabbbbcc").map(String.init)) throws -> BagDataset {
    let all = try plantedBags()
    return try BagDataset(
      name: "sites", instances: all.instances, offsets: all.offsets, labels: all.labels, groups: groups)
  }

  private func fit(_ settings: String, _ bags: BagDataset, seed: UInt64 = 3) throws -> TrainedModel {
    try Contract.registry.resolve("attention[layers=6-4,\(settings)]").fit(bags, FitContext(seed: seed))
  }

  @Test("A round is the average of what each site learns from the shared parameters, weighted by its bags")
  func average() throws {
    let bags = try bags()
    let shared = try fit("epochs=1,learningRate=0", bags).state()
    for weights in [SiteTraining.Weights.size, .equal] {
      let found = try fit("epochs=1,localEpochs=2,sites=federated,siteWeights=\(weights.rawValue)", bags)
      #expect(found.summary.steps == 24)
      let network = try #require(found.model.model as? PooledNetwork<AttentionPooling>)
      let learned = try [0..<6, 6..<10, 10..<12].enumerated().map { place, range -> [String: Matrix<Float>] in
        let site = bags.selecting(bags: Array(range))
        var start = try shared.entries.reduce(into: [:]) { $0[$1.name] = try shared.floats($1.name) }
        var phase = TrainingPhase(network.training) { network.trace($0, for: $1).loss }
        phase.epochs = 2
        let seed = Seed.derive(from: 3, ["round", "1", "site", String(place + 1)])
        _ = try phase.train(site, BagStream(site, for: TwoClasses()), TwoClasses(), seed: seed, &start)
        return start
      }
      let shares = weights == .size ? [0.5, 4 / 12.0, 2 / 12.0] : [1 / 3.0, 1 / 3.0, 1 / 3.0]
      for entry in try found.state().entries {
        let values = try found.state().floats(entry.name).elements
        for (index, value) in values.enumerated() {
          var mean = 0.0
          for (share, site) in zip(shares, learned) {
            mean += share * Double(try #require(site[entry.name]).elements[index])
          }
          #expect(abs(Double(value) - mean) < 1e-6, "\(entry.name)")
        }
      }
    }
  }

  @Test("Rounds are reported as epochs, lower the loss and score as the fit in the end")
  func rounds() throws {
    let bags = try bags()
    var losses: [Float] = []
    var last: [Double] = []
    let context = FitContext(seed: 1) { report in
      losses.append(report.loss)
      last = try report.score(bags)
    }
    let model = try Contract.registry.resolve("attention[layers=6-4,epochs=30,learningRate=0.01,sites=federated]")
    let trained = try model.fit(bags, context)
    #expect(losses.count == 30 && losses[29] < losses[0])
    #expect(try trained.predict(bags) == last)
  }

  @Test("The largest site trains alone, and noise changes weights but no biases' share of it")
  func largest() throws {
    let bags = try bags()
    let alone = try fit("epochs=2", bags.selecting(bags: Array(0..<6)))
    #expect(try fit("epochs=2,sites=largest", bags).predict(bags) == alone.predict(bags))
    let still = "epochs=1,learningRate=0,sites=federated"
    let (plain, noisy) = try (fit(still, bags).state(), fit("\(still),siteNoise=0.1", bags).state())
    #expect(try plain.floats("trunk.1.weight") != noisy.floats("trunk.1.weight"))
    #expect(try plain.floats("trunk.1.bias") == noisy.floats("trunk.1.bias"))
  }

  @Test("Bags without groups have no sites, and a training of several phases is not federated")
  func refusals() throws {
    let none = try bags(nil)
    #expect(throws: NotApplicable.self) { try fit("epochs=1,sites=federated", none) }
    #expect(throws: NotApplicable.self) { try fit("epochs=1,sites=largest", none) }
    let bags = try bags()
    #expect(throws: ConfigurationError.self) { try fit("epochs=1,sites=federated,pretrain=contrastive", bags) }
  }
}
