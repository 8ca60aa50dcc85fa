import MILData
import MILModels

/// What models that are written to files keep to.
extension ModelContract {
  static let keeping = [
    ModelContract("A model that was written to a file and read again gives the same bits", sameBits),
    ModelContract("A model that was not fitted cannot be written to a file", unfittedState),
  ]

  @Sendable private static func sameBits(_ model: ModelUnderTest) throws {
    let bags = try plantedBags()
    let others = try plantedBags(9, sizes: 1...8, seed: 7)
    let resolved = try model.resolved()
    let classifier = try resolved.makeClassifier()
    let notes = try classifier.fit(bags, FitContext(seed: 1)).notes
    if try !isKept(classifier) { return }
    let kept = KeptModel(
      description: KeptModel.Description(
        resolved, classifier, trainedOn: bags, classNames: ["0", "1"], protocol: "clean", seed: 1, version: "0.0.0",
        notes: notes), standardiser: nil, classifier: classifier)
    let read = try ModelFile.model(in: ModelFile.bytes(of: kept), registry: model.registry)
    try require(read.description == kept.description, "the description that was read is another")
    let (scores, original) = try (read.scores(others), classifier.score(others))
    try require(
      scores.map(\.bitPattern) == original.map(\.bitPattern), "scores \(scores) after reading, \(original) before")
    let (relevance, before) = try (read.instanceRelevance(others), classifier.instanceRelevance(others))
    try require(
      relevance.values.count == others.instanceCount,
      "\(relevance.values.count) instance values for \(others.instanceCount) instances")
    try require(
      relevance.kind == before.kind && relevance.values.map(\.bitPattern) == before.values.map(\.bitPattern),
      "the instance values after reading are others")
  }

  @Sendable private static func unfittedState(_ model: ModelUnderTest) throws {
    let classifier = try model.resolved().makeClassifier()
    let error = try failure("a refusal to give a state") { try classifier.fittedState() }
    if error as? ModelError == .notKept { return }
    let expected = "the model was asked to score before it was fitted"
    try require("\(error)" == expected, "the error is \"\(error)\", expected \"\(expected)\"")
  }

  /// Whether a fitted classifier is of a kind that can be written to files.
  private static func isKept(_ classifier: any BagClassifier) throws -> Bool {
    do {
      _ = try classifier.fittedState()
      return true
    } catch let error as ModelError where error == .notKept {
      return false
    }
  }
}
