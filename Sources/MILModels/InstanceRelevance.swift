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
  /// One number for each instance, larger for what speaks more for a positive bag; of several classes, ``columns`` numbers.
  public var values: [Double]
  /// The numbers of an instance: one, or one a class.
  public var columns: Int

  /// Numbers of a kind.
  public init(kind: Kind, values: [Double], columns: Int = 1) {
    self.kind = kind
    self.values = values
    self.columns = columns
  }
}
