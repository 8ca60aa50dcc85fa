/// How features are found by their names among those of another set.
package struct FeatureMatch {
  /// Whether no two features of either set have one name.
  package let areDistinct: Bool
  /// The wanted features that are not there.
  package let missing: [String]
  /// The features that are not wanted.
  package let extra: [String]
  /// The places of the wanted features that are there, in their order.
  package let places: [Int]

  /// Finds features; nil where either has no names, or they are the same in the same order.
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
