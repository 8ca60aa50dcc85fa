import MILModels

/// The contracts on models that are written to files.
extension ModelContract {
  static let keeping = [
    ModelContract("A model that was written to a file and read again gives the same bits", sameBits)
  ]

  @Sendable private static func sameBits(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let others = try plantedBags(9, sizes: 1...8, seed: 7)
    let trained = try model.fitted(on: bags)
    do {
      _ = try trained.state()
    } catch let error as ModelError where error == .notKept {
      return
    }
    let kept = KeptModel(
      description: try KeptModel.Description(
        trained, trainedOn: bags, classNames: ["0", "1"], protocol: "clean", seed: 1, version: "0.0.0"),
      standardiser: nil, trained: trained)
    let read = try ModelFile.model(in: ModelFile.bytes(of: kept), registry: model.registry)
    try require(read.description == kept.description, "the description that was read is another")
    let (scores, original) = try (read.scores(others), trained.predict(others))
    try require(
      scores.map(\.bitPattern) == original.map(\.bitPattern), "scores \(scores) after reading, \(original) before")
    let (relevance, before) = try (read.relevance(others), trained.relevance(others))
    try require(
      relevance.kind == before.kind && relevance.values.map(\.bitPattern) == before.values.map(\.bitPattern),
      "the instance values after reading are others")
  }
}
