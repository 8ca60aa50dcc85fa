import Foundation
import MILBags
import MILBenchTesting
import MILModels
import Testing

@Suite("Weights of classes in networks")
struct ClassWeightTests {
  /// Returns three positive bags and nine negative ones.
  private static func unbalanced() throws -> BagDataset {
    let all = try plantedBags(24, sizes: 1...4, shift: 1)
    let positives = (0..<24).filter { all.labels[$0] == 1 }.prefix(3)
    let negatives = (0..<24).filter { all.labels[$0] == 0 }.prefix(9)
    return all.selecting(bags: (positives + negatives).sorted())
  }

  /// Returns the loss of one epoch and the scores after it, for a network with a learning rate of zero.
  private static func still(_ id: String, _ bags: BagDataset) throws -> (loss: Double, scores: [Double]) {
    var loss = Double.nan
    let trained = try Contract.registry.resolve(id).fit(bags, FitContext(seed: 3) { loss = Double($0.loss) })
    return (loss, try trained.predict(bags))
  }

  private static func crossEntropy(_ score: Double, _ label: Int) -> Double { -log(label == 1 ? score : 1 - score) }

  private static func margin(_ score: Double, _ label: Int) -> Double {
    let miss = label == 1 ? max(0, 0.9 - score) : max(0, score - 0.1)
    return miss * miss
  }

  @Test(
    "What a balanced network minimises is the mean of the bags' losses times n / (2 n of the class)",
    arguments: [
      "mi-net-bag", "mi-net-instance", "mi-net-rc", "attention", "gated-attention", "mi-net-top-k", "mi-net-latents",
      "dp-minn", "extreme-attention",
    ], ["1", "5"])
  func loss(_ name: String, _ bagsPerStep: String) throws {
    let bags = try Self.unbalanced()
    let rest = "bagsPerStep=\(bagsPerStep),epochs=1,learningRate=0" + (name == "extreme-attention" ? "" : ",dropout=0")
    let plain = try Self.still("\(name)[\(rest)]", bags)
    let balanced = try Self.still("\(name)[classWeights=balanced,\(rest)]", bags)
    #expect(plain.scores == balanced.scores)
    let losses = zip(plain.scores, bags.labels).map(name == "dp-minn" ? Self.margin : Self.crossEntropy)
    let weighted = zip(losses, bags.labels).map { $0 * ($1 == 1 ? 12 / 6.0 : 12 / 18.0) }
    #expect(abs(plain.loss - losses.reduce(0, +) / 12) < 1e-5)
    #expect(abs(balanced.loss - weighted.reduce(0, +) / 12) < 1e-5)
  }

  @Test("Every network has the parameter, and balanced weights change its fit where classes differ in size")
  func every() throws {
    let bags = try Self.unbalanced()
    for registration in Contract.registry.registrations {
      guard try Contract.registry.resolve(registration.id).model is any NetworkModel else { continue }
      let fits = try ["equal", "balanced"].map { weights in
        try Contract.registry.resolve("\(registration.id)[classWeights=\(weights),epochs=2]")
          .fit(bags, FitContext(seed: 1)).predict(bags)
      }
      #expect(fits[0] != fits[1], "\(registration.id)")
      let even = bags.selecting(
        bags: Array(bags.labels.indices.filter { bags.labels[$0] == 1 })
          + Array(bags.labels.indices.filter { bags.labels[$0] == 0 }.prefix(3)))
      let same = try ["equal", "balanced"].map { weights in
        try Self.still("\(registration.id)[classWeights=\(weights),epochs=1,learningRate=0]", even).loss
      }
      #expect(abs(same[0] - same[1]) < 1e-5, "\(registration.id)")
    }
  }

  @Test("Records say of the weights what is not the default, so that older ones stay current")
  func records() throws {
    for name in ["mi-net-bag", "attention", "dp-minn", "mi-net-instance", "mi-net-ds", "mi-net-rc"] {
      let plain = try Contract.registry.resolve(name)
      #expect(!plain.configuration.contains("classWeights") && plain.parameters["classWeights"] == "equal")
      #expect(try Contract.registry.resolve("\(name)[classWeights=equal]").id == name)
      let balanced = try Contract.registry.resolve("\(name)[classWeights=balanced]")
      #expect(balanced.configuration.contains("\"classWeights\":\"balanced\""))
      #expect(
        try Contract.registry.resolve("\(name)[classWeights=balanced/equal]").configuration.contains("classWeights"))
    }
    #expect(try Contract.registry.resolve("extreme-attention").configuration.contains("\"classWeights\":\"equal\""))
  }
}
