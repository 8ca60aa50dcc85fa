/// The relevance of instances to their bag's score, by a fitted model.
public struct InstanceRelevance: Sendable, Equatable {
  /// The kind of relevance values.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Shares in the bag's score, comparable within a bag only, for example attention.
    case weights
    /// Scores of the instances themselves, each taken as a bag of its own, on the scale of bag scores.
    case scores
  }

  /// The kind of relevance values.
  package var kind: Kind
  /// One value per instance, larger for stronger evidence of a positive bag; with several classes, ``columns`` values.
  package var values: [Double]
  /// The number of values per instance: one, or one per class.
  package var columns: Int

  /// Creates relevance values of a kind.
  public init(kind: Kind, values: [Double], columns: Int = 1) {
    self.kind = kind
    self.values = values
    self.columns = columns
  }
}
