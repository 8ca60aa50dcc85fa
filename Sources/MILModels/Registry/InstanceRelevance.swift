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

extension BagDataset {
  /// Every instance as a bag of its own, with the label of the bag it is from.
  func withEveryInstanceABag() throws -> BagDataset {
    try BagDataset(
      name: name, instances: instances, offsets: Array(0...instanceCount),
      labels: labels.indices.flatMap { Array(repeating: labels[$0], count: self[sizeOfBag: $0]) })
  }
}
