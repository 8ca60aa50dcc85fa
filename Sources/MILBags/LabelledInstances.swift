import Autodiff
import LinearAlgebra
import UserInput

/// Instances with a class each and no bags; bags with a rare class are drawn from them.
package struct LabelledInstances: Sendable, Equatable {
  /// The name of the set.
  package let name: String
  /// The features, N x d.
  package let features: Matrix<Float>
  /// The class of each instance, a position in ``classNames``.
  package let classes: [Int]
  /// The names of the classes; unique.
  package let classNames: [String]
  /// The part of the set that each instance belongs to (`train`, `val` or `test`); nil if the source has no split.
  package let split: [String]?
  /// The name of each feature; nil if the source names none.
  package let featureNames: [String]?
  /// The shape of the image that an instance's features form, channel after channel; nil if they form none.
  package let imageShape: ImageShape?

  /// Creates a set of instances from its parts.
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
  package var count: Int { features.rows }

  /// The number of instances of each class, in the order of ``classNames``.
  package var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classNames.count)
    for label in classes { counts[label] += 1 }
    return counts
  }

  /// Returns the class of this name, a position in ``classNames``.
  ///
  /// - Throws: ``DatasetError`` with the nearest names if there is none.
  package func classIndex(named className: String) throws -> Int {
    if let index = classNames.firstIndex(of: className) { return index }
    let near = Spelling.nearest(to: className, in: classNames).joined(separator: ", ")
    throw DatasetError(
      dataset: name, problem: "no class \"\(className)\"" + (near.isEmpty ? "" : "; the nearest names are \(near)"))
  }
}
