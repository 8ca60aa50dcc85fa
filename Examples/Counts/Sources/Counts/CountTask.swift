import Foundation
import MILBench

/// A count for each bag, by the likelihood of a Poisson distribution: a task of one's own.
///
/// The output is the logarithm of the rate, log r; the loss is r - y log r, which is the negative logarithm of the likelihood
/// but for what does not depend on r. The prediction is the rate.
public struct CountTask: BagTask {
  /// The name in kept models.
  public static let id = "count"

  /// The task.
  public init() {}

  /// Counts are numbers.
  public var targetKind: Targets.Kind { .numbers }
  /// The logarithm of the rate.
  public var outputColumns: Int { 1 }
  /// The rate.
  public var predictionColumns: Int { 1 }
  /// The count.
  public var targetColumns: Int { 1 }
  /// Rates are no probabilities.
  public var predictsProbabilities: Bool { false }

  /// The counts themselves.
  public func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .numbers(let counts) = targets else {
      throw TaskError("the task count needs numbers, found \(targets.kind.title)")
    }
    if let wrong = counts.first(where: { $0 < 0 || $0 != $0.rounded() }) {
      throw TaskError("the task count needs whole numbers from 0, found \(wrong)")
    }
    return Matrix(rows: counts.count, columns: 1, elements: counts.map { Float($0) })
  }

  /// r - y log r.
  public func loss(_ output: Variable, _ targets: Variable) -> Variable { output.exp() - targets * output }

  /// The rate.
  public func prediction(_ output: Variable) -> Variable { output.exp() }

  /// Minus the sum of losses.
  public func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    guard case .numbers(let counts) = targets else { return 0 }
    return -zip(predictions, counts).reduce(0) { $0 + $1.0 - $1.1 * logarithm($1.0) }
  }

  private func logarithm(_ rate: Double) -> Double { log(max(rate, .leastNormalMagnitude)) }
}
