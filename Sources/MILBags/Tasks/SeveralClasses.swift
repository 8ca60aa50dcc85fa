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
  /// One logit and one probability for each class.
  package var classOutputs: ClassOutputs? { .each }

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

  /// Returns the probability of each class.
  package func prediction(_ output: Variable) -> Variable { output.softmaxOverFeatures() }
}
