import UserInput

/// A value in a place of its own: copies of its owner share it.
@usableFromInline
final class Shared<Value: Sendable>: Sendable {
  @usableFromInline let value: Value

  init(_ value: Value) { self.value = value }

  /// Returns a place of its own with the changed value.
  func changing(_ change: (inout Value) -> Void) -> Shared {
    var copy = value
    change(&copy)
    return Shared(copy)
  }
}

extension Shared: Equatable where Value: Equatable {
  @usableFromInline
  static func == (left: Shared, right: Shared) -> Bool { left === right || left.value == right.value }
}

/// The properties of a ``TrialRecord`` that other trials of its repetition share.
public struct TrialOrigin: Codable, Sendable, Equatable {
  /// The number of the record's layout.
  package var format: Int = TrialRecord.currentFormat
  /// The name of the experiment that requested the trial, for example `dp-minn/classical`.
  package var experiment: String
  /// The data set's name.
  public var dataset: String
  /// The hash of the data set's contents.
  package var dataHash: String
  /// The model id, for example `mi-net-bag[pooling=mean]`.
  public var model: String
  /// The resolved configuration of the model, as canonical JSON.
  package var configuration: String
  /// The protocol's name, for example `clean` or `as-published`.
  public var `protocol`: String
  /// The resolved settings of the protocol (folds, standardisation and so on), as canonical JSON.
  package var protocolSettings: String
  /// The repetition of the cross-validation, from 1.
  public var repetition: Int
  /// The hash of the fold assignment.
  package var foldsHash: String
  /// Whether the scores are probabilities of the positive class, in 0 ... 1.
  package var scoresAreProbabilities: Bool = false
  /// The version of the program that ran the trial.
  package var version: String
  /// The BLAS core that computed the trial; its kernels determine the last bits.
  package var core: String
  /// The digest of the program that contains the model's code, if the code is not part of a release.
  ///
  /// Nil for released and external models, and in older records.
  package var code: String?
  /// The name from which seeds were derived, if it is not the data set's: the set of which the bags are a copy, or a
  /// digest of the bags.
  package var seedName: String?
  /// The file of the folds with its SHA-256 digest; nil for random folds.
  package var foldsSource: String?
  /// The model's name in tables; nil in older records.
  package var title: String?
  /// The model's name in tables regardless of its parameters; nil in older records.
  package var family: String?
  /// The training procedure of the model's authors, for trials as published; nil for others, and in older records.
  package var recipe: String?
  /// The decisions made while reading the file of the data set; nil for generated data sets, and in older records.
  package var reading: [ReadDecision]?
  /// The task, if it is not the default for the targets of the bags; otherwise nil, as in older records.
  package var task: String?
  /// The names of more than two classes, which ``TrialResult/labels`` number; nil for two classes.
  package var classNames: [String]?
  /// The id of the metric in ``TrialResult/valueByEpoch``, if the task's leading metric is not that of its targets.
  ///
  /// It is nil otherwise, and in older records.
  package var metric: String?
}

/// The properties of a ``TrialRecord`` of its trial alone.
public struct TrialResult: Codable, Sendable, Equatable {
  /// The test fold, from 1.
  public var fold: Int
  /// How the trial ended.
  package var status: TrialStatus
  /// The reason, if the trial did not finish.
  public var message: String?
  /// The trial's seed in hexadecimal; 64-bit integers do not survive every JSON reader.
  package var seed: String
  /// The test bags' positions in the data set, from 0.
  public var bags: [Int] = []
  /// The test bags' labels, 0 or 1.
  public var labels: [Int] = []
  /// The test bags' scores after the last epoch; larger means more positive.
  public var scores: [Double] = []
  /// The number of training bags; nil in records that do not say.
  package var trainingBags: Int?
  /// The number of positive training bags; nil in records that do not say.
  package var trainingPositives: Int?
  /// The smallest score of a bag that is predicted as positive.
  package var threshold: Double = 0.5
  /// The number of correctly predicted test bags after each epoch; one element for a model without epochs.
  public var correctByEpoch: [Int] = []
  /// The mean training loss of each epoch; empty for a model without a loss.
  package var lossByEpoch: [Float] = []
  /// The time when the trial ended, in seconds since the beginning of 1970; nil in records that do not say.
  package var ended: Double?
  /// Wall-clock seconds of training.
  package var seconds: Double = 0
  /// Wall-clock seconds of predicting the test bags.
  package var scoringSeconds: Double = 0
  /// The number of training steps (parameter updates).
  package var steps: Int = 0
  /// The number of trained parameters.
  package var parameters: Int = 0
  /// The notes of the model, for example chosen hyperparameters.
  package var notes: [String: String] = [:]
  /// The model's output for the instances of the test bags; nil if the data set has no instance labels.
  package var instances: InstanceResult?
  /// The values that the fit chose, by parameter; nil if it chose nothing, and in older records.
  package var chosen: [String: ChosenValue]?
  /// The target number of each test bag, if the task is to predict numbers.
  package var numbers: [Double]?
  /// The survival time of each test bag, if the task is to predict a risk.
  package var times: [Double]?
  /// Whether the event occurred at that time.
  package var events: [Bool]?
  /// The outputs for each test bag, if a model has several; ``scores`` is then empty.
  package var outputs: [[Double]]?
  /// The predicted class of each test bag, if the task has a rule of its own.
  ///
  /// It is nil if the threshold of the scores or the largest output determines the class, and in older records.
  package var called: [Int]?
  /// The leading metric of the task on the test bags after each epoch, if it is not the accuracy.
  package var valueByEpoch: [Double]?
}

/// The distinct origins of the records that a reader returned.
struct SharedOrigins {
  /// The properties by which origins are found; the others rarely differ if these do not.
  private struct Place: Hashable {
    let dataset, model, `protocol`, foldsHash: String
    let repetition: Int
  }

  /// The largest number of origins in one place: if there are more, they differ from line to line.
  private static let limit = 16
  private var known: [Place: [Shared<TrialOrigin>]] = [:]
  private var last: Shared<TrialOrigin>?

  /// Returns the shared place of an equal origin.
  mutating func shared(_ origin: TrialOrigin) -> Shared<TrialOrigin> {
    if let last, last.value == origin { return last }
    let place = Place(
      dataset: origin.dataset, model: origin.model, protocol: origin.protocol, foldsHash: origin.foldsHash,
      repetition: origin.repetition)
    let others = known[place] ?? []
    let found = others.first { $0.value == origin } ?? Shared(origin)
    if !others.contains(where: { $0 === found }), others.count < Self.limit { known[place] = others + [found] }
    last = found
    return found
  }
}
