import MILBags
import UserInput

/// Bag labels that derive from instance labels.
enum DerivedLabels {
  /// The decision on the derivation.
  static let decision = ReadDecision(
    .labels, "derived from those of instances: a bag is positive where one of its instances is",
    option: "--label-column")

  /// Returns the maximum over each bag's instances.
  ///
  /// - Parameter hasMinusOne: whether -1 is the mark of instances that are not labelled.
  /// - Throws: ``ReadError`` for a bag without a positive instance and with unlabelled ones.
  static func ofBags(
    _ bagOfRow: [Int], _ instances: [Int?], names: [String], hasMinusOne: Bool = false, file: String
  ) throws -> [Int] {
    var result = [Int](repeating: 0, count: names.count)
    var isOpen = [Bool](repeating: false, count: names.count)
    for (bag, label) in zip(bagOfRow, instances) {
      if label == 1 { result[bag] = 1 }
      if label == nil { isOpen[bag] = true }
    }
    if let bag = names.indices.first(where: { result[$0] == 0 && isOpen[$0] }) {
      throw ReadError(
        file: file, at: .field("bag \(names[bag].onOneLine(limit: 60))"),
        found: "no positive instance, and instances that are not labelled"
          + (hasMinusOne ? ", as -1 says beside labels of instances alone" : ""),
        expected: (hasMinusOne ? "0 instead of -1 for a negative instance, or --negative-instance -1; else " : "")
          + "labels of all its instances, or labels of bags (--label-column)")
    }
    return result
  }
}
