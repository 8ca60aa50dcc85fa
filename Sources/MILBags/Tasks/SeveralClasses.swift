import Autodiff
import LinearAlgebra
import MILRecords

/// Bags of one of several classes: a logit a class, and the probability of each class by the softmax.
package struct SeveralClasses: BagTask {
  /// The name.
  package static let id = "several-classes"
  /// The number of classes.
  package let count: Int
  /// What is minimised; no part of what is kept of a task, since it ends with the training.
  package private(set) var classLoss = ClassLoss()

  private enum CodingKeys: CodingKey { case count }

  /// The task for so many classes.
  package init(count: Int) { self.count = max(2, count) }

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .classes }
  /// The numbers of a network for a bag.
  package var outputColumns: Int { count }
  /// The numbers predicted of a bag.
  package var predictionColumns: Int { count }
  /// The columns that the loss reads.
  package var targetColumns: Int { count }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { true }
  /// Whether a number is predicted of each class.
  package var predictsEachClass: Bool { true }

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

  /// The task with another loss.
  package func minimising(_ loss: ClassLoss) -> Self {
    var result = self
    result.classLoss = loss
    return result
  }

  /// The cross entropy of the softmax, or what is minimised in its place.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable {
    classLoss.of(output.crossEntropy(ofLogitsWith: targets))
  }

  /// The weight of the bag's class.
  package func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? {
    weights.indices.dropFirst().reduce(targets.columns(0..<1) * weights[0]) {
      $0 + targets.columns($1..<$1 + 1) * weights[$1]
    }
  }

  /// The class with the largest probability, the first of equals.
  package func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    stride(from: 0, to: predictions.count, by: count).map { first in
      (0..<count).reduce(0) { predictions[first + $1] > predictions[first + $0] ? $1 : $0 }
    }
  }

  /// The probability of each class.
  package func prediction(_ output: Variable) -> Variable { output.softmaxOverFeatures() }
}
