import MILData

/// What a fitted model says about the instances of bags: the part that each has in its bag's score.
public struct InstanceRelevance: Sendable, Equatable {
  /// What the numbers are.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Shares in the bag's score, which compare within a bag only, for example attention.
    case weights
    /// Scores of the instances themselves, each taken as a bag of its own, on the scale of bag scores.
    case scores
  }

  /// What the numbers are.
  public var kind: Kind
  /// One number for each instance, larger for what speaks more for a positive bag.
  public var values: [Double]

  /// Numbers of a kind.
  public init(kind: Kind, values: [Double]) {
    self.kind = kind
    self.values = values
  }
}

extension BagClassifier {
  /// The weights of instances where the model has weights, otherwise the score of each instance as a bag of its own.
  ///
  /// - Throws: what scoring throws, and ``ModelError`` where a number is not finite.
  public func instanceRelevance(_ bags: BagDataset) throws -> InstanceRelevance {
    let relevance: InstanceRelevance
    if let weights = try instanceWeights(bags) {
      relevance = InstanceRelevance(kind: instanceWeightsAreScores ? .scores : .weights, values: weights)
    } else {
      relevance = InstanceRelevance(kind: .scores, values: try score(bags.withEveryInstanceABag()))
    }
    guard relevance.values.count == bags.instanceCount, relevance.values.allSatisfy(\.isFinite) else {
      throw ModelError(
        "\(relevance.values.count) instance \(relevance.kind.rawValue) for \(bags.instanceCount) instances, "
          + "expected a finite number for each")
    }
    return relevance
  }
}

extension BagDataset {
  /// Every instance as a bag of its own, with the label of the bag it is from.
  func withEveryInstanceABag() throws -> BagDataset {
    try BagDataset(
      name: name, instances: instances, offsets: Array(0...instanceCount),
      labels: labels.indices.flatMap { Array(repeating: labels[$0], count: self[sizeOfBag: $0]) })
  }
}
