import Autodiff
import LinearAlgebra
import MILRecords

/// Negative and positive bags: one logit a bag, and the probability of the positive label.
package struct TwoClasses: BagTask {
  /// The name.
  package static let id = "two-classes"

  /// What is minimised; no part of what is kept of a task, since it ends with the training.
  package private(set) var classLoss = ClassLoss()

  private enum CodingKeys: CodingKey {}

  /// The task.
  package init() {}

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .twoClasses }
  /// The numbers of a network for a bag.
  package var outputColumns: Int { 1 }
  /// The numbers predicted of a bag.
  package var predictionColumns: Int { 1 }
  /// The columns that the loss reads.
  package var targetColumns: Int { 1 }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { true }
  /// Whether the output is the logit of the positive label.
  package var outputIsLogit: Bool { true }

  /// 1 for positive, 0 for negative bags.
  public func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets, targets.kind == targetKind else { throw mismatch(targets) }
    return Matrix(rows: labels.count, columns: 1, elements: labels.map(Float.init))
  }

  /// The task with another loss.
  package func minimising(_ loss: ClassLoss) -> Self {
    var result = self
    result.classLoss = loss
    return result
  }

  /// The logistic loss of logits, or what is minimised in its place.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable {
    classLoss.of(output.binaryCrossEntropy(ofLogitsWith: targets))
  }

  /// The probability of the positive label.
  package func prediction(_ output: Variable) -> Variable { output.sigmoid() }

  /// The weight of the positive class where a bag is positive, otherwise that of the negative.
  package func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? {
    targets * (weights[1] - weights[0]) + weights[0]
  }

  /// 1 from the threshold on.
  package func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    predictions.map { $0 >= threshold ? 1 : 0 }
  }

  /// Pools probabilities; the loss clips them at 1e-7.
  package func pooling(_ outputs: Variable, _ targets: Variable, by pool: (Variable) -> Variable) -> PooledOutputs {
    let scores = outputs.sigmoid()
    let probability = pool(scores)
    return PooledOutputs(
      loss: classLoss.of(probability.binaryCrossEntropy(ofProbabilitiesWith: targets)), prediction: probability,
      scores: scores)
  }
}
