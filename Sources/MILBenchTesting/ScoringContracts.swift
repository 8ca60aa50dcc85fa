import LinearAlgebra
import MILBags
import MILModels

/// The contracts on scores.
extension ModelContract {
  static let scoring = [
    ModelContract("Scores do not depend on the order of a bag's instances, unless the model says so", instanceOrder),
    ModelContract("Scores do not depend on the order of bags, nor on the other bags", bagOrder),
    ModelContract("Scores do not depend on labels, names and groups that come with the bags", answers),
    ModelContract("A seed decides every bit of the scores, and another seed gives others", seeds),
    ModelContract("There is one score for each bag, within 0 and 1 where they are probabilities", range),
    ModelContract("Instance numbers are one for each instance, and finite", relevance),
    ModelContract("Bags with another number of features are refused", features),
  ]

  @Sendable private static func instanceOrder(_ model: ModelUnderTest) throws {
    if try model.resolved().traits.readsOrder { return }
    let bags = try plantedBags()
    let trained = try model.fitted(on: bags)
    var generator = RandomGenerator(seed: 5)
    let order = (0..<bags.bagCount).flatMap { bag in
      let rows = bags[rowsOfBag: bag]
      return generator.permutation(of: rows.count).map { rows.lowerBound + $0 }
    }
    let shuffled = bags.replacing(instances: bags.instances.selectingRows(order.map { $0..<($0 + 1) }))
    let (scores, moved) = try (trained.predict(bags), trained.predict(shuffled))
    try require(agree(moved, scores), "scores \(moved) of shuffled instances, expected \(scores)")
    let (numbers, movedNumbers) = try (trained.relevance(bags).values, trained.relevance(shuffled).values)
    try require(
      agree(movedNumbers, order.map { numbers[$0] }), "the numbers of instances did not move with them")
  }

  @Sendable private static func bagOrder(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let trained = try model.fitted(on: bags)
    let scores = try trained.predict(bags)
    var generator = RandomGenerator(seed: 5)
    let order = generator.permutation(of: bags.bagCount)
    let moved = try trained.predict(bags.selecting(bags: order))
    try require(
      agree(moved, order.map { scores[$0] }), "scores \(moved) of bags in the order \(order), of which \(scores)")
    for bag in 0..<bags.bagCount {
      let alone = try trained.predict(bags.selecting(bags: [bag]))
      try require(agree(alone, [scores[bag]]), "bag \(bag) scores \(alone) alone, \(scores[bag]) among others")
    }
  }

  @Sendable private static func answers(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let trained = try model.fitted(on: bags)
    let (scores, blind) = try (trained.predict(bags), trained.predict(bags.withoutAnswers))
    try require(
      blind.map(\.bitPattern) == scores.map(\.bitPattern),
      "scores \(blind) without labels and names, \(scores) with them")
  }

  @Sendable private static func seeds(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    func bits(seed: UInt64) throws -> [UInt64] {
      try model.fitted(on: bags, seed: seed).predict(bags).map(\.bitPattern)
    }
    let first = try bits(seed: 3)
    try require(first == bits(seed: 3), "two fits with one seed score differently")
    let isDeterministic = try model.resolved().traits.isDeterministic
    try require(
      (first == bits(seed: 4)) == isDeterministic,
      isDeterministic
        ? "the seed changes the scores of a model that is said to be deterministic" : "the seed changes nothing")
  }

  @Sendable private static func range(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let trained = try model.fitted(on: bags, ["epochs": "20", "learningRate": "0.1"])
    let scores = try trained.predict(bags)
    try require(scores.count == bags.bagCount, "\(scores.count) scores for \(bags.bagCount) bags")
    if trained.model.traits.scores == .probabilities {
      try require(scores.allSatisfy { (0...1).contains($0) }, "scores \(scores), expected probabilities")
    }
  }

  @Sendable private static func relevance(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let numbers = try model.fitted(on: bags).relevance(bags).values
    try require(numbers.count == bags.instanceCount, "\(numbers.count) numbers for \(bags.instanceCount) instances")
    try require(numbers.allSatisfy(\.isFinite), "instance numbers \(numbers), expected finite ones")
  }

  @Sendable private static func features(_ model: ModelUnderTest) throws {
    let trained = try model.fitted(on: plantedBags())
    for count in [3, 5] {
      let others = try plantedBags(features: count)
      let error = try failure("a refusal of \(count) features") { try trained.predict(others) }
      let expected = "bags have \(count) features, the model was fitted on 4"
      try require("\(error)" == expected, "the error is \"\(error)\", expected \"\(expected)\"")
    }
  }
}
