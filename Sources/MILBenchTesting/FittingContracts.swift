import LinearAlgebra
import MILBags
import MILModels

/// The contracts on fits.
extension ModelContract {
  static let fitting = [
    ModelContract("Bags of one instance are fitted and scored", singleInstances),
    ModelContract("Bags of one instance and of hundreds are fitted and scored together", unequalSizes),
    ModelContract("A small set with planted witnesses is learned by heart", learning),
    ModelContract(
      "Bags whose features are read as they are asked for are fitted and scored like those in memory", elsewhere),
    ModelContract("Scoring between epochs does not change the fit", observation),
    ModelContract("An error of the observer ends the fit and comes through", stopping),
  ]

  @Sendable private static func singleInstances(_ model: ModelUnderTest) throws {
    let bags = try plantedBags(sizes: 1...1)
    let scores = try model.fitted(on: bags).predict(bags)
    try require(scores.allSatisfy(\.isFinite), "scores \(scores), expected numbers")
  }

  @Sendable private static func unequalSizes(_ model: ModelUnderTest) throws {
    let small = try plantedBags(6, sizes: 1...2)
    let large = try plantedBags(2, sizes: 300...500, seed: 2)
    let bags = try BagDataset(
      name: "unequal",
      instances: Matrix(
        rows: small.instanceCount + large.instanceCount, columns: 4,
        elements: small.instances.elements + large.instances.elements),
      offsets: small.offsets + large.offsets.dropFirst().map { $0 + small.instanceCount },
      labels: small.labels + large.labels)
    for perStep in ["1", "3"] {
      let trained = try model.fitted(on: bags, ["bagsPerStep": perStep])
      let (scores, alone) = try (trained.predict(bags), trained.predict(small))
      try require(scores.allSatisfy(\.isFinite), "scores \(scores), expected numbers")
      try require(
        agree(alone, Array(scores.prefix(6))), "small bags score \(alone) alone, and \(scores) beside large ones")
    }
  }

  @Sendable private static func elsewhere(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let others = try plantedBags(30, sizes: 2...90, seed: 9)
    func elsewhere(_ bags: BagDataset) -> BagDataset { bags.replacing(source: ReadInstances(all: bags.instances)) }
    for perStep in ["1", "3"] {
      let trained = try model.fitted(on: bags, ["bagsPerStep": perStep])
      let streamed = try model.fitted(on: elsewhere(bags), ["bagsPerStep": perStep])
      let (expected, scores) = try (trained.predict(others), streamed.predict(elsewhere(others)))
      try require(agree(scores, expected), "scores \(scores) where features are read, \(expected) from memory")
      let (numbers, read) = try (trained.relevance(others).values, streamed.relevance(elsewhere(others)).values)
      try require(agree(read, numbers), "instance numbers \(read) where features are read, \(numbers) from memory")
    }
  }

  @Sendable private static func learning(_ model: ModelUnderTest) throws {
    let bags = try plantedBags(20, sizes: 3...6)
    let settings = [
      "layers": "12-8", "units": "10", "attentionUnits": "6", "epochs": "150", "learningRate": "0.01", "dropout": "0",
      "weightDecay": "0", "c": "100",
    ]
    let trained = try model.fitted(on: bags, settings)
    let scores = try trained.predict(bags)
    let threshold = trained.model.traits.scores.threshold
    let right = zip(scores, bags.labels).filter { ($0 >= threshold) == ($1 == 1) }.count
    let expected = model.isBlind ? bags.positiveBagCount...20 : 19...20
    try require(expected.contains(right), "\(right) of 20 training bags right, expected \(expected)")
  }

  @Sendable private static func observation(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let others = try plantedBags(30, sizes: 2...9, seed: 9)
    var scores: [[Double]] = []
    let watched = try model.resolved().fit(
      bags,
      FitContext(seed: 1) { report in
        try require(report.epoch == scores.count + 1, "epoch \(report.epoch) reported after \(scores.count)")
        try require(report.loss.isFinite, "a loss of \(report.loss) reported")
        scores.append(try report.score(others))
      })
    let alone = try model.fitted(on: bags)
    try require(
      watched.predict(bags).map(\.bitPattern) == alone.predict(bags).map(\.bitPattern),
      "a fit that was watched scores differently")
    guard watched.summary.steps > 0 else { return }
    if watched.model.traits.epochsAreOfAPart {
      return try require(scores.isEmpty, "\(scores.count) epochs reported, expected none where they are of a part")
    }
    let epochs = model.registration.parameters.contains { $0.name == "epochs" } ? 3 : scores.count
    try require(scores.count == epochs, "\(scores.count) epochs reported, expected \(epochs)")
    try require(scores.last == watched.predict(others), "the last epoch's scores are not those after the fit")
    try require(scores.count < 2 || scores.first != scores.last, "training changes no score")
  }

  @Sendable private static func stopping(_ model: ModelUnderTest) throws {
    struct Enough: Error {}
    let bags = try plantedBags()
    var epochs = 0
    let context = FitContext(seed: 1) { _ in
      epochs += 1
      throw Enough()
    }
    do {
      _ = try model.resolved().fit(bags, context)
      try require(epochs == 0, "the fit went on after its observer's error")
    } catch is Enough {
      try require(epochs == 1, "the observer was called \(epochs) times, the first with an error")
    }
  }
}

/// Instances that report that they are not in memory.
private struct ReadInstances: InstanceSource {
  let all: Matrix<Float>

  var instanceCount: Int { all.rows }
  var featureCount: Int { all.columns }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) { for row in rows { block.append(all.row(row)) } }
}
