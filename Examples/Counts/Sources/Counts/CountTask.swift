import Foundation
import MILBench

/// A task of a user's own: a count for each bag, fitted by the likelihood of a Poisson distribution.
///
/// The output is the logarithm of the rate, log r. The loss is r - y log r, the negative log-likelihood without the
/// terms that do not depend on r. The prediction is the rate.
public struct CountTask: BagTask {
  /// The name of the task in kept models.
  public static let id = "count"

  /// Creates the task.
  public init() {}

  /// The kind of targets: numbers.
  public var targetKind: Targets.Kind { .numbers }
  /// One column: the logarithm of the rate.
  public var outputColumns: Int { 1 }
  /// One column: the rate.
  public var predictionColumns: Int { 1 }
  /// One column: the count.
  public var targetColumns: Int { 1 }
  /// False, since a rate is not a probability.
  public var predictsProbabilities: Bool { false }

  /// Returns the counts.
  public func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .numbers(let counts) = targets else {
      throw TaskError("the task count needs numbers, found \(targets.kind.title)")
    }
    if let wrong = counts.first(where: { $0 < 0 || $0 != $0.rounded() }) {
      throw TaskError("the task count needs whole numbers from 0, found \(wrong)")
    }
    return Matrix(rows: counts.count, columns: 1, elements: counts.map { Float($0) })
  }

  /// Returns the loss r - y log r.
  public func loss(_ output: Variable, _ targets: Variable) -> Variable { output.exp() - targets * output }

  /// Returns the rate.
  public func prediction(_ output: Variable) -> Variable { output.exp() }

  /// Returns minus the sum of the losses.
  public func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    guard case .numbers(let counts) = targets else { return 0 }
    return -zip(predictions, counts).reduce(0) { $0 + $1.0 - $1.1 * logarithm($1.0) }
  }

  private func logarithm(_ rate: Double) -> Double { log(max(rate, .leastNormalMagnitude)) }
}
