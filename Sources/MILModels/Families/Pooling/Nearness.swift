import Autodiff

/// What the neighbours of an instance are near in.
package enum Nearness: String, Codable, Sendable, CaseIterable {
  /// Features.
  case features
  /// Their places, for bags that have some.
  case places

  /// The pairs of each instance with those of its bag that are nearest to it, as `Variable.nearest` gives them.
  ///
  /// - Parameters:
  ///   - count: the number of neighbours.
  ///   - features: the features, a row an instance.
  func pairs(_ count: Int, of features: Variable) -> Variable {
    (self == .features ? features : features.graph.places()).nearest(count)
  }
}
