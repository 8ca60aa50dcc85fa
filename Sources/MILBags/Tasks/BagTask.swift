import Autodiff
import LinearAlgebra
import MILRecords

/// A task: how many numbers a network gives for a bag, the loss, and the prediction.
///
/// A bag set has the task of its targets (`Targets.task`) unless it is asked for another (``BagDataset/asking(for:)``). Tasks
/// are values: one that depends on the training targets, such as their scale, is ``fitted(to:)`` them first and kept with the
/// model.
public protocol BagTask: Codable, Sendable, Equatable {
  /// The name in kept models, records and experiments.
  static var id: String { get }
  /// The kind of targets that bags of the task have.
  var targetKind: Targets.Kind { get }
  /// The number of numbers that a network gives for a bag, before they become a prediction.
  var outputColumns: Int { get }
  /// The number of numbers that are predicted of a bag.
  var predictionColumns: Int { get }
  /// The number of columns of targets that ``loss(_:_:)`` reads.
  var targetColumns: Int { get }
  /// Whether predictions are probabilities, each within 0 and 1.
  var predictsProbabilities: Bool { get }
  /// The smallest number of bags that a loss makes sense of.
  var leastBagsPerStep: Int { get }
  /// The number of classes that bags have; 0 where there are none. Of several classes the number of predictions, unless said.
  var classCount: Int { get }
  /// Whether a number is predicted of each class, of which the largest names the bag's: then fits of two classes, each class
  /// against the rest, can stand in for one of the task. No, unless said.
  var predictsEachClass: Bool { get }
  /// Whether the one output for a bag is the logit of the positive of two classes, of which pseudo-labels can be made. No,
  /// unless said.
  var outputIsLogit: Bool { get }
  /// The loss of classes that is minimised; the cross entropy unless said.
  var classLoss: ClassLoss { get }
  /// The metric by which epochs and kept models are judged, and with which tables begin if their list has it: that of the
  /// targets, unless said.
  var leadingMetric: Metric { get }

  /// The task with what it takes from the training targets; the task itself unless said.
  func fitted(to targets: Targets) throws -> Self

  /// The task with another loss of classes; it refuses all but the cross entropy unless said.
  ///
  /// - Throws: ``TaskError`` where targets are no classes.
  func minimising(_ loss: ClassLoss) throws -> Self

  /// Targets as a network reads them: a row a bag of ``targetColumns`` numbers.
  ///
  /// - Throws: ``TaskError`` for targets of another kind.
  func numbers(_ targets: Targets) throws -> Matrix<Float>

  /// The loss of each bag, one column with a row a bag, or one number for all bags of a step.
  ///
  /// - Parameters:
  ///   - output: ``outputColumns`` columns with a row a bag.
  ///   - targets: ``targetColumns`` columns with a row a bag, as of ``numbers(_:)``.
  func loss(_ output: Variable, _ targets: Variable) -> Variable

  /// The prediction, ``predictionColumns`` columns with a row a bag or instance, of an output with as many rows.
  func prediction(_ output: Variable) -> Variable

  /// The ``merit(_:_:threshold:)`` of a model that gives no predictions.
  var worstMerit: Double { get }

  /// How much the loss of a bag weighs where classes do, one column with a row a bag; nil where there are no classes.
  func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable?

  /// The class that each bag is called, of its predictions bag after bag; nil where there are no classes.
  ///
  /// - Parameters:
  ///   - predictions: ``predictionColumns`` numbers a bag.
  ///   - threshold: of two classes, the score from which on a bag is called positive.
  func classes(called predictions: [Double], threshold: Double) -> [Int]?

  /// How good predictions are for choosing among models, larger for better; the number of bags called right where there are
  /// classes.
  func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double

  /// Loss, prediction and instance scores where outputs of instances are pooled to those of bags; pools outputs unless said.
  func pooling(_ outputs: Variable, _ targets: Variable, by pool: (Variable) -> Variable) -> PooledOutputs
}

/// Outputs of instances, pooled.
public struct PooledOutputs {
  /// The loss; see ``BagTask/loss(_:_:)``.
  public var loss: Variable
  /// The prediction for each bag.
  public var prediction: Variable
  /// The prediction for each instance.
  public var scores: Variable

  /// Pooled outputs.
  public init(loss: Variable, prediction: Variable, scores: Variable) {
    (self.loss, self.prediction, self.scores) = (loss, prediction, scores)
  }
}

extension BagTask {
  /// One bag.
  public var leastBagsPerStep: Int { 1 }

  /// Two, or as many as there are predictions.
  public var classCount: Int {
    switch targetKind {
    case .twoClasses: 2
    case .classes: predictionColumns
    case .numbers, .survival: 0
    }
  }

  /// No.
  public var predictsEachClass: Bool { false }

  /// No.
  public var outputIsLogit: Bool { false }

  /// The cross entropy.
  public var classLoss: ClassLoss { ClassLoss() }

  /// That of the targets.
  public var leadingMetric: Metric { targetKind.leadingMetric }

  /// The task itself.
  public func fitted(to targets: Targets) throws -> Self { self }

  /// The task itself, which knows no other loss.
  public func minimising(_ loss: ClassLoss) throws -> Self {
    guard loss.kind == .crossEntropy else {
      throw TaskError("classLoss=\(loss.kind.rawValue) needs classes, the task \(Self.id) has \(targetKind.title)")
    }
    return self
  }

  /// None.
  public func weight(_ targets: Variable, ofClasses weights: [Double]) -> Variable? { nil }

  /// None.
  public func classes(called predictions: [Double], threshold: Double) -> [Int]? { nil }

  /// 0 where there are classes, otherwise below any.
  public var worstMerit: Double {
    [.twoClasses, .classes].contains(targetKind) ? 0 : -.greatestFiniteMagnitude
  }

  /// The number of bags called right.
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

  /// An error about targets of another kind.
  func mismatch(_ targets: Targets) -> TaskError {
    TaskError("the task \(Self.id) needs \(targetKind.title), found \(targets.kind.title)")
  }
}

extension Targets {
  /// The task that these targets ask for unless another is named.
  public var task: any BagTask {
    switch self {
    case .classes: classCount > 2 ? SeveralClasses(count: classCount) : TwoClasses()
    case .numbers: NumberPrediction()
    case .survival: DiscreteSurvival()
    }
  }
}

extension Targets.Kind {
  /// What a number that is predicted of a bag is called.
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

/// A task that targets do not fit.
public struct TaskError: Error, Equatable, CustomStringConvertible {
  /// One line for the user.
  public let description: String

  /// An error with its line.
  public init(_ description: String) { self.description = description }
}
