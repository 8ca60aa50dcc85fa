/// The places of wanted features, found by name among the features of another set.
package struct FeatureMatch {
  /// Whether the names of each set are distinct.
  package let areDistinct: Bool
  /// The wanted features that are missing.
  package let missing: [String]
  /// The features that are not wanted.
  package let extra: [String]
  /// The places of the wanted features that were found, in their order.
  package let places: [Int]

  /// Finds features; nil if either set has no names, or both have the same names in the same order.
  package init?(of wanted: [String]?, among names: [String]?) {
    guard let wanted, let names, names != wanted else { return nil }
    let known = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    let distinct = Set(wanted)
    areDistinct = known.count == names.count && distinct.count == wanted.count
    missing = wanted.filter { known[$0] == nil }
    extra = names.filter { !distinct.contains($0) }
    places = wanted.compactMap { known[$0] }
  }
}
