import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILModels
import Testing

@Suite("Extreme learning machines and extreme attention")
struct ExtremeLearningTests {
  /// Variants that differ from the registry's defaults.
  static let variants = [
    "elm-mil[selection=witness]", "elm-mil[pooling=mean]", "elm-mil[pooling=max]", "elm-mil[pooling=log-sum-exp]",
    "elm-mil[pooling=attention]", "elm-mil[activation=sigmoid]", "elm-mil[activation=relu]",
    "elm-mil[activation=fourier]", "elm-mil[activation=none]", "elm-mil[members=3]",
    "elm-mil[members=2,selection=witness]", "elm-mil[penaltySelection=fixed]",
    "elm-mil[penalty=0,penaltySelection=fixed]", "elm-mil[classWeights=balanced]",
    "extreme-attention[solver=closed-form]", "extreme-attention[hiddenLayer=trained]",
    "extreme-attention[hiddenLayer=trained,solver=closed-form]", "extreme-attention[classifierUnits=8]",
    "extreme-attention[members=2]", "extreme-attention[members=2,solver=closed-form]",
    "extreme-attention[classWeights=balanced,solver=closed-form]", "logistic-bag-mean[classWeights=balanced]",
  ]

  static func fitted(
    _ id: String, on bags: BagDataset, _ settings: [String: String] = [:], seed: UInt64 = 1
  ) throws -> TrainedModel {
    let registry = Contract.registry
    let names = Set(try registry.resolve(id).registration.parameters.map(\.name))
    let base = ["hiddenUnits": "60", "epochs": "10"].merging(settings) { $1 }.filter { names.contains($0.key) }
    return try registry.resolve(id, base: base).fit(bags, FitContext(seed: seed))
  }

  @Test("Every form learns planted witnesses, and scores them alike in any company", arguments: variants)
  func learning(_ id: String) throws {
    let bags = try plantedBags(20, sizes: 3...6)
    let trained = try Self.fitted(id, on: bags, ["epochs": "60", "learningRate": "0.01"])
    let scores = try trained.predict(bags)
    let right = zip(scores, bags.labels).filter { ($0 >= trained.model.traits.scores.threshold) == ($1 == 1) }.count
    // A single random direction of attention sees only part of the planted signal.
    #expect(right >= (id.contains("pooling=attention") ? 14 : 18), "\(right) of 20")
    for bag in [0, 7, 19] {
      #expect(try agree(trained.predict(bags.selecting(bags: [bag])), [scores[bag]], within: 1e-5))
    }
    #expect(try trained.relevance(bags).values.count == bags.instanceCount)
  }

  @Test("Awkward bags give numbers or one clear line", arguments: variants, AwkwardBags.allCases)
  func awkward(_ id: String, _ kind: AwkwardBags) throws {
    let bags = try kind.made()
    do {
      let trained = try Self.fitted(id, on: bags)
      #expect(try trained.predict(bags).allSatisfy(\.isFinite))
      #expect(try trained.relevance(bags).values.allSatisfy(\.isFinite))
    } catch {
      _ = line(of: error)
      #expect(kind.mayOverflow, "\(error)")
    }
  }

  @Test("Bags of one label are all called by it", arguments: variants)
  func oneLabel(_ id: String) throws {
    for (kind, isPositive) in [(AwkwardBags.positiveOnly, true), (.negativeOnly, false), (.oneBag, true)] {
      let bags = try kind.made()
      let trained = try Self.fitted(id, on: bags, ["epochs": "40", "learningRate": "0.01"])
      let scores = try trained.predict(bags)
      #expect(scores.allSatisfy { ($0 >= trained.model.traits.scores.threshold) == isPositive }, "\(kind) \(scores)")
    }
  }

  @Test("A seed decides every bit, and another gives other scores", arguments: variants.dropLast())
  func determinism(_ id: String) throws {
    let bags = try plantedBags()
    func scores(_ seed: UInt64) throws -> [Double] { try Self.fitted(id, on: bags, seed: seed).predict(bags) }
    let first = try scores(3)
    #expect(try first == scores(3))
    #expect(try first != scores(4))
  }

  @Test("A feature that is not a number is refused", arguments: variants)
  func notNumbers(_ id: String) throws {
    let good = try plantedBags()
    var instances = good.instances
    instances[2, 1] = .nan
    let error = #expect(throws: (any Error).self) { try Self.fitted(id, on: good.replacing(instances: instances)) }
    if let error { _ = line(of: error) }
  }

  @Test(
    "Trained parameters are counted, frozen ones are not",
    arguments: [
      ("elm-mil", 3 * 60 + 1), ("elm-mil[pooling=mean]", 61), ("elm-mil[selection=witness]", 61),
      ("elm-mil[members=3]", 3 * 181), ("extreme-attention", 60 + 61),
      ("extreme-attention[solver=closed-form]", 60 + 61),
      ("extreme-attention[hiddenLayer=trained]", 4 * 60 + 60 + 61),
      ("extreme-attention[classifierUnits=8]", 60 + 60 * 8 + 8 + 9), ("logistic-bag-mean", 5),
    ])
  func counts(id: String, count: Int) throws {
    #expect(try Self.fitted(id, on: plantedBags()).summary.parameters == count)
  }

  @Test("An ensemble's scores are the mean of its members'")
  func ensemble() throws {
    let bags = try plantedBags()
    let registry = Contract.registry
    func scores(_ members: Int, seed: UInt64) throws -> [Double] {
      try registry.resolve("elm-mil[members=\(members)]").fit(bags, FitContext(seed: seed)).predict(bags)
    }
    let seeds = (1...2).map { Seed.derive(from: 5, ["member", "\($0)"]) }
    let members = try seeds.map { try scores(1, seed: $0) }
    #expect(members[0] != members[1])
    #expect(agree(try scores(2, seed: 5), zip(members[0], members[1]).map { ($0 + $1) / 2 }, within: 1e-14))
  }

  @Test("Witnesses settle or recur, and each bag's score is that of its best instance")
  func witnesses() throws {
    let bags = try plantedBags(20, sizes: 3...6)
    let trained = try Self.fitted("elm-mil[selection=witness]", on: bags)
    let summary = trained.summary
    let state = try #require(summary.notes["witnesses"])
    #expect(state == "settled" || state.hasPrefix("recur every "))
    #expect((2...49).contains(summary.notes["rounds"].flatMap(Int.init) ?? 0))
    let scores = try trained.predict(bags)
    let instances = try trained.relevance(bags).values
    for bag in 0..<bags.bagCount { #expect(scores[bag] == instances[bags[rowsOfBag: bag]].max()) }
    let once = try Self.fitted("elm-mil[maximumRounds=1,selection=witness]", on: bags).summary
    #expect(once.notes["rounds"] == "1" && once.notes["witnesses"] == "still changing")
  }

  @Test("Balanced class weights call more bags of the rarer label right")
  func classWeights() throws {
    let all = try plantedBags(120, sizes: 2...4, shift: 0.4)
    let bags = all.selecting(bags: (0..<120).filter { $0 % 2 == 1 || $0 % 12 == 0 })
    let found = try ["equal", "balanced"].map { weights in
      let id = "elm-mil[classWeights=\(weights),pooling=mean]"
      let scores = try Self.fitted(id, on: bags).predict(bags)
      return zip(scores, bags.labels).count { $0 >= 0 && $1 == 1 }
    }
    #expect(found[0] < found[1])
  }

  @Test("Logistic regression is at the minimum of its objective", arguments: ["equal", "balanced"])
  func logisticMinimum(_ weights: String) throws {
    let bags = try plantedBags(15, sizes: 2...4, shift: 1)
    let penalty = 0.7
    let id = "logistic-bag-mean[classWeights=\(weights),penalty=\(penalty)]"
    let scores = try Self.fitted(id, on: bags).predict(bags)
    let means = (0..<bags.bagCount).map { bag in
      (0..<4).map { column in
        bags[rowsOfBag: bag].reduce(0) { $0 + Double(bags.instances[$1, column]) } / Double(bags[sizeOfBag: bag])
      }
    }
    let positives = Double(bags.positiveBagCount)
    let residuals = zip(scores, bags.labels).map { score, label in
      let weight = weights == "equal" ? 1 : 7.5 / (label == 1 ? positives : 15 - positives)
      return weight * (Double(label) - score)
    }
    // If all derivatives vanish, the residuals sum to 0 and determine the coefficients, which determine the logits.
    #expect(abs(residuals.reduce(0, +)) < 1e-6)
    let coefficients = (0..<4).map { column in
      zip(residuals, means).reduce(0) { $0 + $1.0 * $1.1[column] } / penalty
    }
    let logits = scores.map { log($0 / (1 - $0)) }
    for bag in 1..<15 {
      let expected = (0..<4).reduce(0.0) { $0 + (means[bag][$1] - means[0][$1]) * coefficients[$1] }
      #expect(abs(logits[bag] - logits[0] - expected) < 1e-5)
    }
  }
}

@Suite("Variable projection")
struct VariableProjectionTests {
  /// The regression's minimum as a function of the attention vector, and its gradient as computed in a step.
  private struct Projection {
    let run: DoublePrecisionRun
    let labels: [Double]
    let weights: [Double]
    let penalty: Double

    func minimum(at attention: [Double]) throws -> (value: Double, gradient: [Double]) {
      #expect(run.setParameter("attention.weight", to: attention))
      run.run()
      let count = labels.count
      let bagVectors = run.output(1)
      let design = Matrix(rows: count, columns: bagVectors.count / count, elements: bagVectors)
      let solution = try RidgeProblem(design, targets: labels.map { 2 * $0 - 1 }, weights: weights)
        .solution(penalty: penalty)
      #expect(run.setParameter("output.weight", to: solution.coefficients))
      #expect(run.setParameter("output.bias", to: [solution.intercept]))
      run.run()
      let squares = run.output(0)[0] * Double(count)
      let length = solution.coefficients.reduce(0) { $0 + $1 * $1 }
      return (squares + penalty * length, run.gradient(of: "attention.weight").map { $0 * Double(count) })
    }
  }

  @Test("A step's gradient is that of the regression's minimum", arguments: [1e-3, 0.5, 20], [1, 2.5])
  func gradient(_ penalty: Double, _ positiveWeight: Double) throws {
    var configuration = ExtremeAttention()
    configuration.hidden.hiddenUnits = 9
    let sizes = [3, 1, 4, 2, 5, 3, 2, 6, 3, 4]
    var generator = RandomGenerator(seed: 4)
    let labels = sizes.indices.map { Double($0 % 2) }
    let run = try DoublePrecisionRun(
      featureCount: 5, bagSizes: sizes, features: (0..<(33 * 5)).map { _ in generator.normal() }, labels: labels
    ) { graph in
      let bag = configuration.pool(graph).bag
      return [configuration.projectedLoss(graph, bag, positiveWeight: positiveWeight, negativeWeight: 0.7), bag]
    }
    let projection = Projection(
      run: run, labels: labels, weights: labels.map { $0 == 1 ? positiveWeight : 0.7 }, penalty: penalty)
    let start = (0..<9).map { _ in generator.normal() }
    let gradient = try projection.minimum(at: start).gradient
    let step = 1e-5
    let largest = gradient.map(abs).max() ?? 0
    #expect(largest > 1e-4)
    for index in start.indices {
      let values = try [step, -step].map { distance in
        var point = start
        point[index] += distance
        return try projection.minimum(at: point).value
      }
      let difference = (values[0] - values[1]) / (2 * step)
      #expect(abs(gradient[index] - difference) < 1e-6 * max(1, largest), "w[\(index)]: \(gradient[index])")
    }
  }

  @Test("The objective falls from step to step, and lower than with the attention as it was drawn")
  func descent() throws {
    let bags = try plantedBags(30, sizes: 4...8, shift: 1)
    let id = "extreme-attention[epochs=40,hiddenUnits=30,learningRate=0.01,solver=closed-form]"
    var losses: [Float] = []
    let summary = try Contract.registry.resolve(id).fit(bags, FitContext(seed: 1) { losses.append($0.loss) }).summary
    #expect(losses.count == 40 && summary.steps == 40)
    #expect(zip(losses.dropFirst(), losses).count { $0 < $1 } >= 35)
    #expect(losses[39] < 0.95 * losses[0])
  }
}
