import Autodiff
import LinearAlgebra
import MILResults

/// Negative and positive bags: one logit a bag, and the probability of the positive label.
public struct TwoClasses: BagTask {
  /// The name.
  public static let id = "two-classes"

  /// The task.
  public init() {}

  /// The kind of targets that bags of the task have.
  public var targetKind: Targets.Kind { .twoClasses }
  /// The numbers of a network for a bag.
  public var outputColumns: Int { 1 }
  /// The numbers predicted of a bag.
  public var predictionColumns: Int { 1 }
  /// The columns that the loss reads.
  public var targetColumns: Int { 1 }
  /// Whether predictions are probabilities.
  public var predictsProbabilities: Bool { true }

  /// 1 for positive, 0 for negative bags.
  public func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets, targets.kind == targetKind else { throw mismatch(targets) }
    return Matrix(rows: labels.count, columns: 1, elements: labels.map(Float.init))
  }

  /// The logistic loss of logits.
  public func loss(_ output: Variable, _ targets: Variable) -> Variable {
    output.binaryCrossEntropy(ofLogitsWith: targets)
  }

  /// The probability of the positive label.
  public func prediction(_ output: Variable) -> Variable { output.sigmoid() }

  /// The weight of the positive class where a bag is positive, otherwise that of the negative.
  public func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? {
    targets * (weights[1] - weights[0]) + weights[0]
  }

  /// 1 from the threshold on.
  public func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    predictions.map { $0 >= threshold ? 1 : 0 }
  }

  /// Pools probabilities; the loss clips them at 1e-7.
  public func pooling(_ outputs: Variable, _ targets: Variable, by pool: (Variable) -> Variable) -> PooledOutputs {
    let scores = outputs.sigmoid()
    let probability = pool(scores)
    return PooledOutputs(
      loss: probability.binaryCrossEntropy(ofProbabilitiesWith: targets), prediction: probability, scores: scores)
  }
}
