import Autodiff
import LinearAlgebra
import MILRecords

/// A number for each bag, by the squared error of standardised targets.
package struct NumberPrediction: BagTask {
  /// The name.
  package static let id = "number"
  /// The mean of the targets of the training bags, which is subtracted from targets.
  package private(set) var mean = 0.0
  /// The standard deviation of the targets of the training bags, which divides targets; 1 if all are equal.
  package private(set) var deviation = 1.0

  /// Creates the task, not yet fitted.
  package init() {}

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .numbers }
  /// The number of network outputs per bag.
  package var outputColumns: Int { 1 }
  /// The number of predicted numbers per bag.
  package var predictionColumns: Int { 1 }
  /// The number of target columns that the loss reads.
  package var targetColumns: Int { 1 }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { false }

  /// Returns the task with the mean and population standard deviation of these targets.
  package func fitted(to targets: Targets) throws -> NumberPrediction {
    guard case .numbers(let values) = targets else { throw mismatch(targets) }
    var result = self
    result.mean = values.reduce(0, +) / Double(max(values.count, 1))
    let squares = values.reduce(0) { $0 + ($1 - result.mean) * ($1 - result.mean) }
    let deviation = (squares / Double(max(values.count, 1))).squareRoot()
    result.deviation = deviation > 0 ? deviation : 1
    return result
  }

  /// Returns standardised targets.
  package func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .numbers(let values) = targets else { throw mismatch(targets) }
    return Matrix(rows: values.count, columns: 1, elements: values.map { Float(($0 - mean) / deviation) })
  }

  /// Returns the squared difference.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable { (output - targets).squared() }

  /// Returns minus the sum of squared differences.
  package func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    guard case .numbers(let values) = targets else { return 0 }
    return -zip(predictions, values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// Returns the number, on the scale of the targets.
  package func prediction(_ output: Variable) -> Variable { output * deviation + mean }
}
