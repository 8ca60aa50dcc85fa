import Autodiff

/// The space in which neighbours of an instance are found.
package enum Nearness: String, Codable, Sendable, CaseIterable {
  /// The features.
  case features
  /// The positions in the image, for bags that have them.
  case places

  /// Returns the pairs of each instance with the nearest ones of its bag, as from `Variable.nearest`.
  ///
  /// - Parameters:
  ///   - count: the number of neighbours.
  ///   - features: the features, one row per instance.
  func pairs(_ count: Int, of features: Variable) -> Variable {
    (self == .features ? features : features.graph.places()).nearest(count)
  }
}
