import LinearAlgebra
import MILData
import MILModels

/// What scores keep to.
extension ModelContract {
  static let scoring = [
    ModelContract("Scores do not depend on the order of a bag's instances", instanceOrder),
    ModelContract("Scores do not depend on the order of bags, nor on the other bags", bagOrder),
    ModelContract("Scores do not depend on labels, names and groups that come with the bags", answers),
    ModelContract("A seed decides every bit of the scores, and another seed gives others", seeds),
    ModelContract("There is one score for each bag, within 0 and 1 where they are probabilities", range),
    ModelContract("Weights are one number for each instance", weights),
    ModelContract("Scoring before the fit is an error", unfitted),
    ModelContract("Bags with another number of features are refused", features),
  ]

  @Sendable private static func instanceOrder(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let classifier = try model.fitted(on: bags)
    var generator = RandomGenerator(seed: 5)
    let order = (0..<bags.bagCount).flatMap { bag in
      let rows = bags[rowsOfBag: bag]
      return generator.permutation(of: rows.count).map { rows.lowerBound + $0 }
    }
    let shuffled = bags.replacing(instances: bags.instances.selectingRows(order.map { $0..<($0 + 1) }))
    let (scores, moved) = try (classifier.score(bags), classifier.score(shuffled))
    try require(agree(moved, scores), "scores \(moved) of shuffled instances, expected \(scores)")
    guard let weights = try classifier.instanceWeights(bags) else { return }
    guard let movedWeights = try classifier.instanceWeights(shuffled) else {
      throw ContractViolation("weights for one order of instances and none for another")
    }
    try require(
      agree(movedWeights, order.map { weights[$0] }), "the weights did not move with their instances")
  }

  @Sendable private static func bagOrder(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let classifier = try model.fitted(on: bags)
    let scores = try classifier.score(bags)
    var generator = RandomGenerator(seed: 5)
    let order = generator.permutation(of: bags.bagCount)
    let moved = try classifier.score(bags.selecting(bags: order))
    try require(
      agree(moved, order.map { scores[$0] }), "scores \(moved) of bags in the order \(order), of which \(scores)")
    for bag in 0..<bags.bagCount {
      let alone = try classifier.score(bags.selecting(bags: [bag]))
      try require(agree(alone, [scores[bag]]), "bag \(bag) scores \(alone) alone, \(scores[bag]) among others")
    }
  }

  @Sendable private static func answers(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let classifier = try model.fitted(on: bags)
    let (scores, blind) = try (classifier.score(bags), classifier.score(bags.withoutAnswers))
    try require(
      blind.map(\.bitPattern) == scores.map(\.bitPattern),
      "scores \(blind) without labels and names, \(scores) with them")
  }

  @Sendable private static func seeds(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    func bits(seed: UInt64) throws -> [UInt64] { try model.fitted(on: bags, seed: seed).score(bags).map(\.bitPattern) }
    let first = try bits(seed: 3)
    try require(first == bits(seed: 3), "two fits with one seed score differently")
    try require(
      (first == bits(seed: 4)) == model.isDeterministic,
      model.isDeterministic
        ? "the seed changes the scores of a model that is said to be deterministic" : "the seed changes nothing")
  }

  @Sendable private static func range(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let classifier = try model.fitted(on: bags, ["epochs": "20", "learningRate": "0.1"])
    let scores = try classifier.score(bags)
    try require(scores.count == bags.bagCount, "\(scores.count) scores for \(bags.bagCount) bags")
    let threshold = classifier.scoresAreProbabilities ? 0.5 : 0
    try require(
      classifier.decisionThreshold == threshold, "threshold \(classifier.decisionThreshold), expected \(threshold)")
    if classifier.scoresAreProbabilities {
      try require(scores.allSatisfy { (0...1).contains($0) }, "scores \(scores), expected probabilities")
    }
  }

  @Sendable private static func weights(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    guard let weights = try model.fitted(on: bags).instanceWeights(bags) else { return }
    try require(weights.count == bags.instanceCount, "\(weights.count) weights for \(bags.instanceCount) instances")
    try require(weights.allSatisfy(\.isFinite), "weights \(weights), expected numbers")
  }

  @Sendable private static func unfitted(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let error = try failure("a refusal to score") { try model.resolved().makeClassifier().score(bags) }
    let expected = "the model was asked to score before it was fitted"
    try require("\(error)" == expected, "the error is \"\(error)\", expected \"\(expected)\"")
  }

  @Sendable private static func features(_ model: ModelUnderTest) throws {
    let classifier = try model.fitted(on: plantedBags())
    for count in [3, 5] {
      let others = try plantedBags(features: count)
      let error = try failure("a refusal of \(count) features") { try classifier.score(others) }
      let expected = "bags have \(count) features, the model was fitted on 4"
      try require("\(error)" == expected, "the error is \"\(error)\", expected \"\(expected)\"")
    }
  }
}
