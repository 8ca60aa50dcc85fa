import MILData
import MILModels

/// What holds of models that are kept in files.
extension ModelContract {
  /// That a file holds the whole model.
  static let keeping = [
    ModelContract("A model that was written to a file and read again gives the same bits", roundTripOfFile),
    ModelContract("There is nothing to keep before the fit", keepingUnfitted),
  ]

  @Sendable private static func roundTripOfFile(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let others = try plantedBags(9, sizes: 1...8, seed: 7)
    let resolved = try model.resolved()
    let classifier = try resolved.makeClassifier()
    let notes = try classifier.fit(bags, FitContext(seed: 1)).notes
    let kept = KeptModel(
      description: KeptModel.Description(
        resolved, classifier, trainedOn: bags, classNames: ["0", "1"], protocol: "clean", seed: 1, version: "0.0.0",
        notes: notes), standardiser: nil, classifier: classifier)
    let read = try ModelFile.model(in: ModelFile.bytes(of: kept), registry: model.registry)
    try require(read.description == kept.description, "the description is \(read.description)")
    let (scores, expected) = try (read.scores(others), classifier.score(others))
    try require(scores.map(\.bitPattern) == expected.map(\.bitPattern), "scores \(scores), expected \(expected)")
    let (relevance, original) = try (read.instanceRelevance(others), classifier.instanceRelevance(others))
    try require(
      relevance.kind == original.kind && relevance.values.count == others.instanceCount
        && relevance.values.map(\.bitPattern) == original.values.map(\.bitPattern),
      "what instances count is \(relevance.values), expected \(original.values)")
  }

  @Sendable private static func keepingUnfitted(_ model: ModelUnderTest) throws {
    let error = try failure("a refusal to keep") { try model.resolved().makeClassifier().fittedState() }
    let expected = "the model was asked to score before it was fitted"
    try require("\(error)" == expected, "the error is \"\(error)\", expected \"\(expected)\"")
  }
}
