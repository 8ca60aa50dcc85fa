import Autodiff
import LinearAlgebra
import MILRecords

/// The task of bags of one of several classes: one logit per class, and the softmax probability of each class.
package struct SeveralClasses: ClassTask {
  /// The name.
  package static let id = "several-classes"
  /// The number of classes.
  package let count: Int
  /// The minimised loss; not saved with the task, since only training uses it.
  package private(set) var classLoss = ClassLoss()

  private enum CodingKeys: CodingKey { case count }

  /// Creates the task for `count` classes.
  package init(count: Int) { self.count = max(2, count) }

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .classes }
  /// The number of network outputs per bag.
  package var outputColumns: Int { count }
  /// The number of predicted numbers per bag.
  package var predictionColumns: Int { count }
  /// The number of target columns that the loss reads.
  package var targetColumns: Int { count }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { true }
  /// Whether a number is predicted of each class.
  package var predictsEachClass: Bool { true }
  /// No: there are as many logits as classes.
  package var outputIsLogit: Bool { false }

  /// Returns one column per class: 1 for the class of the bag, 0 for all others.
  package func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets, targets.kind == targetKind else { throw mismatch(targets) }
    guard targets.classCount == count else {
      throw TaskError("the task is of \(count) classes, found bags of \(targets.classCount)")
    }
    var result = Matrix<Float>(rows: labels.count, columns: count)
    for (bag, label) in labels.enumerated() { result[bag, label] = 1 }
    return result
  }

  /// Returns the task with another loss.
  package func minimising(_ loss: ClassLoss) -> Self {
    var result = self
    result.classLoss = loss
    return result
  }

  /// Returns the cross entropy of the softmax, or the loss that replaces it.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable {
    classLoss.of(output.crossEntropy(ofLogitsWith: targets))
  }

  /// Returns the weight of the bag's class.
  package func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? {
    weights.indices.dropFirst().reduce(targets.columns(0..<1) * weights[0]) {
      $0 + targets.columns($1..<$1 + 1) * weights[$1]
    }
  }

  /// Returns the class with the largest probability; ties go to the first.
  package func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    stride(from: 0, to: predictions.count, by: count).map { first in
      (0..<count).reduce(0) { predictions[first + $1] > predictions[first + $0] ? $1 : $0 }
    }
  }

  /// Returns the probability of each class.
  package func prediction(_ output: Variable) -> Variable { output.softmaxOverFeatures() }
}
