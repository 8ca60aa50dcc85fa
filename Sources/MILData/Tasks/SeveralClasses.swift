import Autodiff
import LinearAlgebra
import MILResults

/// Bags of one of several classes: a logit a class, and the probability of each class by the softmax.
public struct SeveralClasses: BagTask {
  /// The name.
  public static let id = "several-classes"
  /// The number of classes.
  public let count: Int

  /// The task for so many classes.
  public init(count: Int) { self.count = max(2, count) }

  /// The kind of targets that bags of the task have.
  public var targetKind: Targets.Kind { .classes }
  /// The numbers of a network for a bag.
  public var outputColumns: Int { count }
  /// The numbers predicted of a bag.
  public var predictionColumns: Int { count }
  /// The columns that the loss reads.
  public var targetColumns: Int { count }
  /// Whether predictions are probabilities.
  public var predictsProbabilities: Bool { true }

  /// A column a class: 1 for the class of the bag, 0 for all others.
  public func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets, targets.kind == targetKind else { throw mismatch(targets) }
    guard targets.classCount == count else {
      throw TaskError("the task is of \(count) classes, found bags of \(targets.classCount)")
    }
    var result = Matrix<Float>(rows: labels.count, columns: count)
    for (bag, label) in labels.enumerated() { result[bag, label] = 1 }
    return result
  }

  /// The cross entropy of the softmax.
  public func loss(_ output: Variable, _ targets: Variable) -> Variable { output.crossEntropy(ofLogitsWith: targets) }

  /// The weight of the bag's class.
  public func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? {
    weights.indices.dropFirst().reduce(targets.columns(0..<1) * weights[0]) {
      $0 + targets.columns($1..<$1 + 1) * weights[$1]
    }
  }

  /// The class with the largest probability, the first of equals.
  public func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    stride(from: 0, to: predictions.count, by: count).map { first in
      (0..<count).reduce(0) { predictions[first + $1] > predictions[first + $0] ? $1 : $0 }
    }
  }

  /// The probability of each class.
  public func prediction(_ output: Variable) -> Variable { output.softmaxOverFeatures() }
}
