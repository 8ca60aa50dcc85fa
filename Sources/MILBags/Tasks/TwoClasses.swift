import Autodiff
import LinearAlgebra
import MILRecords

/// The task of negative and positive bags: one logit per bag, and the probability of the positive label.
package struct TwoClasses: ClassTask {
  /// The name.
  package static let id = "two-classes"

  /// The minimised loss; not saved with the task, since only training uses it.
  package private(set) var classLoss = ClassLoss()

  private enum CodingKeys: CodingKey {}

  /// Creates the task.
  package init() {}

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .twoClasses }
  /// The number of network outputs per bag.
  package var outputColumns: Int { 1 }
  /// The number of predicted numbers per bag.
  package var predictionColumns: Int { 1 }
  /// The number of target columns that the loss reads.
  package var targetColumns: Int { 1 }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { true }
  /// One output: the logit of the positive label.
  package var classOutputs: ClassOutputs? { .positive }

  /// Returns 1 for positive and 0 for negative bags.
  package func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets, targets.kind == targetKind else { throw mismatch(targets) }
    return Matrix(rows: labels.count, columns: 1, elements: labels.map(Float.init))
  }

  /// Returns the task with another loss.
  package func minimising(_ loss: ClassLoss) -> Self {
    var result = self
    result.classLoss = loss
    return result
  }

  /// Returns the logistic loss of logits, or the loss that replaces it.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable {
    classLoss.of(output.binaryCrossEntropy(ofLogitsWith: targets))
  }

  /// Returns the probability of the positive label.
  package func prediction(_ output: Variable) -> Variable { output.sigmoid() }

  /// Pools probabilities; the loss clips them at 1e-7.
  package func pooling(_ outputs: Variable, _ targets: Variable, by pool: (Variable) -> Variable) -> PooledOutputs {
    let scores = outputs.sigmoid()
    let probability = pool(scores)
    return PooledOutputs(
      loss: classLoss.of(probability.binaryCrossEntropy(ofProbabilitiesWith: targets)), prediction: probability,
      scores: scores)
  }
}
