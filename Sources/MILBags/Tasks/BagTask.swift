import Autodiff
import LinearAlgebra
import MILRecords
import UserInput

/// A task: the number of network outputs per bag, the loss, and the prediction.
///
/// A bag set has the task of its targets (`Targets.task`) unless another is requested (``BagDataset/asking(for:)``).
/// Tasks are values. A task that depends on the training targets, such as on their scale, is first ``fitted(to:)`` them
/// and saved with the model.
public protocol BagTask: Codable, Sendable, Equatable {
  /// The name in saved models, records and experiments.
  static var id: String { get }
  /// The kind of targets that the task needs.
  var targetKind: Targets.Kind { get }
  /// The number of network outputs per bag, before they become a prediction.
  var outputColumns: Int { get }
  /// The number of predicted numbers per bag.
  var predictionColumns: Int { get }
  /// The number of columns of targets that ``loss(_:_:)`` reads.
  var targetColumns: Int { get }
  /// Whether predictions are probabilities, each within 0 and 1.
  var predictsProbabilities: Bool { get }
  /// The smallest number of bags for which the loss is defined.
  var leastBagsPerStep: Int { get }
  /// The meaning of the outputs if the task predicts classes; nil by default.
  var classOutputs: ClassOutputs? { get }
  /// The number of classes of bags; 0 if the task has none. By default, the number of predictions for several classes.
  var classCount: Int { get }
  /// The metric that judges epochs and saved models, and comes first in tables whose list has it.
  ///
  /// By default, the leading metric of the targets.
  var leadingMetric: Metric { get }

  /// Returns the task fitted to the training targets; the task itself by default.
  func fitted(to targets: Targets) throws -> Self

  /// Returns targets as a network reads them: ``targetColumns`` numbers per bag, one row per bag.
  ///
  /// - Throws: ``TaskError`` for targets of another kind.
  func numbers(_ targets: Targets) throws -> Matrix<Float>

  /// Returns the loss of each bag, one column with a row per bag, or one number for all bags of a step.
  ///
  /// - Parameters:
  ///   - output: ``outputColumns`` columns with a row per bag.
  ///   - targets: ``targetColumns`` columns with a row per bag, as ``numbers(_:)`` returns them.
  func loss(_ output: Variable, _ targets: Variable) -> Variable

  /// Returns the prediction, ``predictionColumns`` columns with a row per bag or instance, for an output with as many
  /// rows.
  func prediction(_ output: Variable) -> Variable

  /// The ``merit(_:_:threshold:)`` of a model without predictions.
  var worstMerit: Double { get }

  /// Returns the weight of each bag's loss under class weights, one column with a row per bag; nil if the task has no
  /// classes. By default, ``classOutputs`` decides.
  func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable?

  /// Returns the predicted class of each bag, from predictions bag after bag; nil if the task has no classes. By
  /// default, ``classOutputs`` decides.
  ///
  /// - Parameters:
  ///   - predictions: ``predictionColumns`` numbers per bag.
  ///   - threshold: with two classes, the lowest score of a bag predicted positive.
  func classes(called predictions: [Double], threshold: Double) -> [Int]?

  /// Returns a measure of the predictions for choosing among models, larger for better: with classes, the number of
  /// correctly predicted bags.
  func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double

  /// Returns loss, prediction and instance scores if outputs of instances are pooled to those of bags; pools outputs by
  /// default.
  func pooling(_ outputs: Variable, _ targets: Variable, by pool: (Variable) -> Variable) -> PooledOutputs
}

/// Outputs of instances, pooled.
public struct PooledOutputs {
  /// The loss; see ``BagTask/loss(_:_:)``.
  package var loss: Variable
  /// The prediction for each bag.
  package var prediction: Variable
  /// The prediction for each instance.
  package var scores: Variable

  /// Creates pooled outputs.
  public init(loss: Variable, prediction: Variable, scores: Variable) {
    (self.loss, self.prediction, self.scores) = (loss, prediction, scores)
  }
}

extension BagTask {
  /// One bag.
  public var leastBagsPerStep: Int { 1 }

  /// Nil.
  public var classOutputs: ClassOutputs? { nil }

  /// Two, or as many as there are predictions.
  public var classCount: Int {
    switch targetKind {
    case .twoClasses: 2
    case .classes: predictionColumns
    case .numbers, .survival: 0
    }
  }

  /// That of the targets.
  public var leadingMetric: Metric { targetKind.leadingMetric }

  /// The metric that compares epochs on held-out bags: the log loss if predictions are the probabilities that it needs,
  /// one of the positive class or one of each class; otherwise the leading metric.
  package var stoppingMetric: Metric {
    switch targetKind {
    case .twoClasses where predictsProbabilities && predictionColumns == 1: .logLoss
    case .classes where predictsProbabilities && classOutputs == .each: .classLogLoss
    default: leadingMetric
    }
  }

  /// Returns the task itself.
  public func fitted(to targets: Targets) throws -> Self { self }

  /// Returns the weight of the bag's class; nil without ``classOutputs``.
  public func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? {
    switch classOutputs {
    case .positive: targets * (weights[1] - weights[0]) + weights[0]
    case .each:
      weights.indices.dropFirst().reduce(targets.columns(0..<1) * weights[0]) {
        $0 + targets.columns($1..<$1 + 1) * weights[$1]
      }
    case nil: nil
    }
  }

  /// Returns 1 from the threshold on and otherwise 0, or the class with the largest prediction, the first of ties; nil
  /// without ``classOutputs``.
  public func classes(called predictions: [Double], threshold: Double) -> [Int]? {
    let count = predictionColumns
    return switch classOutputs {
    case .positive: predictions.map { $0 >= threshold ? 1 : 0 }
    case .each:
      stride(from: 0, to: predictions.count, by: count).map { first in
        (0..<count).reduce(0) { predictions[first + $1] > predictions[first + $0] ? $1 : $0 }
      }
    case nil: nil
    }
  }

  /// 0 if the task has classes, otherwise the lowest finite number.
  public var worstMerit: Double {
    [.twoClasses, .classes].contains(targetKind) ? 0 : -.greatestFiniteMagnitude
  }

  /// Returns the number of correctly predicted bags.
  public func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    guard case .classes(let labels, _) = targets, let called = classes(called: predictions, threshold: threshold)
    else { return 0 }
    return Double(zip(called, labels).count { $0 == $1 })
  }

  /// Pools the outputs themselves.
  public func pooling(_ outputs: Variable, _ targets: Variable, by pool: (Variable) -> Variable) -> PooledOutputs {
    let output = pool(outputs)
    return PooledOutputs(loss: loss(output, targets), prediction: prediction(output), scores: prediction(outputs))
  }

  /// Returns an error about targets of another kind.
  func mismatch(_ targets: Targets) -> TaskError {
    TaskError("the task \(Self.id) needs \(targetKind.title), found \(targets.kind.title)")
  }
}

extension Targets {
  /// The default task of these targets.
  package var task: any BagTask {
    switch self {
    case .classes: classCount > 2 ? SeveralClasses(count: classCount) : TwoClasses()
    case .numbers: NumberPrediction()
    case .survival: DiscreteSurvival()
    }
  }
}

extension Targets.Kind {
  /// The name of a number predicted for a bag.
  package var predictionTitle: String {
    switch self {
    case .twoClasses, .classes: "score"
    case .numbers: "number"
    case .survival: "risk"
    }
  }

  /// The kind in words.
  public var title: String {
    switch self {
    case .twoClasses: "two classes"
    case .classes: "several classes"
    case .numbers: "numbers"
    case .survival: "survival times"
    }
  }
}

/// An error of a task whose targets do not fit.
public struct TaskError: Error, Equatable, OneLineText {
  /// One line for the user.
  package let line: String

  /// Creates an error from its line.
  public init(_ line: String) { self.line = line }
}
