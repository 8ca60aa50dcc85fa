import MILBags
import MILRecords

/// The weights of bags.
public enum ClassWeights: String, Codable, Sendable, CaseIterable {
  /// Weight 1 for each bag.
  case equal
  /// Weight n / (k n of its class) for each bag: all k classes have the same total.
  case balanced

  /// Returns the weight of each bag.
  func weights(_ labels: [Int], classes: Int = 2) -> [Double] {
    guard self == .balanced else { return Array(repeating: 1, count: labels.count) }
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    return labels.map { Double(labels.count) / Double(classes * counts[$0]) }
  }

  /// Returns the weight of each bag.
  ///
  /// - Throws: ``NotApplicable`` for balanced weights if the targets are not classes.
  func weights(_ targets: Targets) throws -> [Double] {
    if let labels = targets.classIndices { return weights(labels, classes: targets.classCount) }
    guard self == .equal else {
      throw NotApplicable("classWeights=balanced needs classes, the bags have \(targets.kind.title)")
    }
    return Array(repeating: 1, count: targets.count)
  }

  /// Returns the weight of a bag of each class, n / (k n of its class) of n bags in k classes; nil if all weights are
  /// 1.
  func ofClasses(_ targets: Targets) -> [Double]? {
    guard self == .balanced else { return nil }
    guard let labels = targets.classIndices else { return [] }
    let counts = (0..<targets.classCount).map { label in labels.count { $0 == label } }
    guard counts.count(where: { $0 > 0 }) > 1 else { return nil }
    let share = Double(labels.count) / Double(counts.count)
    return counts.map { $0 > 0 ? share / Double($0) : 1 }
  }
}
