import Autodiff
import LinearAlgebra
import MILResults

/// A number for each bag, by the squared error of standardised targets.
public struct NumberPrediction: BagTask {
  /// The name.
  public static let id = "number"
  /// What is subtracted from targets: their mean over the training bags.
  public private(set) var mean = 0.0
  /// What targets are divided by: their standard deviation over the training bags, or 1 where they are all equal.
  public private(set) var deviation = 1.0

  /// The task, not yet scaled.
  public init() {}

  /// The kind of targets that bags of the task have.
  public var targetKind: Targets.Kind { .numbers }
  /// The numbers of a network for a bag.
  public var outputColumns: Int { 1 }
  /// The numbers predicted of a bag.
  public var predictionColumns: Int { 1 }
  /// The columns that the loss reads.
  public var targetColumns: Int { 1 }
  /// Whether predictions are probabilities.
  public var predictsProbabilities: Bool { false }

  /// With mean and population standard deviation of these targets.
  public func fitted(to targets: Targets) throws -> NumberPrediction {
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
  public func loss(_ output: Variable, _ targets: Variable) -> Variable { (output - targets).squared() }

  /// Minus the sum of squared differences.
  public func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    guard case .numbers(let values) = targets else { return 0 }
    return -zip(predictions, values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// The number, on the scale of the targets.
  public func prediction(_ output: Variable) -> Variable { output * deviation + mean }
}
