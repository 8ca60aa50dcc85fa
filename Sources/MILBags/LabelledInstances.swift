import Autodiff
import LinearAlgebra
import UserInput

/// Instances with a class each and no bags: what bags with a rare class are drawn from.
public struct LabelledInstances: Sendable, Equatable {
  /// The name of the set.
  public let name: String
  /// The features, N x d.
  public let features: Matrix<Float>
  /// The class of each instance, a position in ``classNames``.
  public let classes: [Int]
  /// What the classes are called; unique.
  public let classNames: [String]
  /// The part of the set that each instance belongs to (`train`, `val` or `test`), where the source divides it.
  public let split: [String]?
  /// The name of each feature, where the source has them.
  package let featureNames: [String]?
  /// The shape of the image that the features of an instance are, channel after channel; nil where they are none.
  package let imageShape: ImageShape?

  /// Instances from their parts.
  ///
  /// - Throws: ``DatasetError`` naming the part that does not fit the others.
  package init(
    name: String, features: Matrix<Float>, classes: [Int], classNames: [String], split: [String]? = nil,
    featureNames: [String]? = nil, imageShape: ImageShape? = nil
  ) throws {
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw DatasetError(dataset: name, problem: problem()) }
    }
    let rows = features.rows
    try require(rows > 0, "it has no instances")
    try require(features.columns > 0, "its instances have no features")
    try require(classes.count == rows, "\(classes.count) classes for \(rows) instances")
    try require(Set(classNames).count == classNames.count, "two classes have one name")
    if let row = classes.firstIndex(where: { !classNames.indices.contains($0) }) {
      try require(false, "instance \(row + 1) has class \(classes[row]), expected 0 to \(classNames.count - 1)")
    }
    try require((split?.count ?? rows) == rows, "a split of \(split?.count ?? 0) instances for \(rows)")
    let columns = features.columns
    try require(
      (featureNames?.count ?? columns) == columns, "\(featureNames?.count ?? 0) feature names for \(columns) features")
    self.name = name
    self.features = features
    self.classes = classes
    self.classNames = classNames
    self.split = split
    self.featureNames = featureNames
    try require((imageShape?.count ?? columns) == columns, "\(columns) features for images of other sizes")
    self.imageShape = imageShape
  }

  /// The number of instances.
  public var count: Int { features.rows }

  /// The number of instances of each class, in the order of ``classNames``.
  package var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classNames.count)
    for label in classes { counts[label] += 1 }
    return counts
  }

  /// The class of this name, a position in ``classNames``.
  ///
  /// - Throws: ``DatasetError`` with the nearest names when there is none.
  package func classIndex(named className: String) throws -> Int {
    if let index = classNames.firstIndex(of: className) { return index }
    let near = Spelling.nearest(to: className, in: classNames).joined(separator: ", ")
    throw DatasetError(
      dataset: name, problem: "no class \"\(className)\"" + (near.isEmpty ? "" : "; the nearest names are \(near)"))
  }
}
