import Autodiff
import LinearAlgebra
import MILBags
import MILRecords

/// A task of grades: the probabilities that a bag is above each grade but the last, and a custom rule for its class.
struct GradeTask: BagTask {
  static let id = "grades"
  let count: Int

  var targetKind: Targets.Kind { .classes }
  var classCount: Int { count }
  var outputColumns: Int { count - 1 }
  var predictionColumns: Int { count - 1 }
  var targetColumns: Int { count - 1 }
  var predictsProbabilities: Bool { true }
  var leadingMetric: Metric { .quadraticKappa }

  func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .classes(let labels, _) = targets, targets.classCount == count else {
      throw TaskError("the task grades needs \(count) classes")
    }
    return Matrix(labels.map { label in (0..<count - 1).map { label > $0 ? 1 : 0 } })
  }

  func loss(_ output: Variable, _ targets: Variable) -> Variable {
    (output.softplus() - targets * output).sumOverFeatures()
  }

  func prediction(_ output: Variable) -> Variable { output.sigmoid() }

  func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    stride(from: 0, to: predictions.count, by: count - 1).map { first in
      (0..<count - 1).count { predictions[first + $0] >= 0.5 }
    }
  }
}
