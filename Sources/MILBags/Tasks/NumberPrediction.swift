import Autodiff
import LinearAlgebra
import MILRecords

/// A number for each bag, by the squared error of standardised targets.
package struct NumberPrediction: BagTask {
  /// The name.
  package static let id = "number"
  /// What is subtracted from targets: their mean over the training bags.
  package private(set) var mean = 0.0
  /// What targets are divided by: their standard deviation over the training bags, or 1 where they are all equal.
  package private(set) var deviation = 1.0

  /// The task, not yet scaled.
  package init() {}

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .numbers }
  /// The numbers of a network for a bag.
  package var outputColumns: Int { 1 }
  /// The numbers predicted of a bag.
  package var predictionColumns: Int { 1 }
  /// The columns that the loss reads.
  package var targetColumns: Int { 1 }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { false }

  /// With mean and population standard deviation of these targets.
  package func fitted(to targets: Targets) throws -> NumberPrediction {
    guard case .numbers(let values) = targets else { throw mismatch(targets) }
    var result = self
    result.mean = values.reduce(0, +) / Double(max(values.count, 1))
    let squares = values.reduce(0) { $0 + ($1 - result.mean) * ($1 - result.mean) }
    let deviation = (squares / Double(max(values.count, 1))).squareRoot()
    result.deviation = deviation > 0 ? deviation : 1
    return result
  }

  /// Standardised targets.
  public func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .numbers(let values) = targets else { throw mismatch(targets) }
    return Matrix(rows: values.count, columns: 1, elements: values.map { Float(($0 - mean) / deviation) })
  }

  /// The squared difference.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable { (output - targets).squared() }

  /// Minus the sum of squared differences.
  package func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    guard case .numbers(let values) = targets else { return 0 }
    return -zip(predictions, values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// The number, on the scale of the targets.
  package func prediction(_ output: Variable) -> Variable { output * deviation + mean }
}
