import Foundation
import UserInput

/// How a trial ended.
public enum TrialStatus: String, Codable, Sendable, CaseIterable {
  /// The model was fitted and predicted every test bag.
  case finished
  /// The loss or a score became infinite or not a number; there are no scores.
  case diverged
  /// The trial stopped with an error; there are no scores.
  case failed
  /// The model does not apply to the data, for the reason in the message; there are no scores.
  case notApplicable
  /// The data set was not available, for the reason in the message; nothing was run.
  case unavailable
}

/// One trial, with its settings and its results; one line of a journal.
///
/// The record keeps every test bag's label and score, so that metrics can be computed later from files alone. `bags`,
/// `labels` and `scores` have one element for each test bag, in the same order. JSON has no infinities, so a diverged
/// trial has no scores, and its losses end before the first that is not finite.
public struct TrialRecord: JournalRecord {
  /// The number of the layout that this code writes and reads.
  package static let currentFormat = 1

  /// A noun for one line of a journal of trials, for error messages.
  package static let noun = "one trial's record"

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
  /// The test fold, from 1.
  public var fold: Int
  /// The hash of the fold assignment.
  package var foldsHash: String
  /// How the trial ended.
  public var status: TrialStatus
  /// The reason, if the trial did not finish.
  package var message: String?
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
  /// Whether the scores are probabilities of the positive class, in 0 ... 1.
  package var scoresAreProbabilities: Bool = false
  /// The number of correctly predicted test bags after each epoch; one element for a model without epochs.
  public var correctByEpoch: [Int] = []
  /// The mean training loss of each epoch; empty for a model without a loss.
  package var lossByEpoch: [Float] = []
  /// The time when the trial ended, in seconds since the beginning of 1970; nil in records that do not say.
  package var ended: Double?
  /// Wall-clock seconds of training.
  public var seconds: Double = 0
  /// Wall-clock seconds of predicting the test bags.
  package var scoringSeconds: Double = 0
  /// The number of training steps (parameter updates).
  package var steps: Int = 0
  /// The number of trained parameters.
  public var parameters: Int = 0
  /// The version of the program that ran the trial.
  package var version: String
  /// The BLAS core that computed the trial; its kernels determine the last bits.
  package var core: String
  /// The digest of the program that contains the model's code, if the code is not part of a release.
  ///
  /// Nil for released and external models, and in older records.
  package var code: String?
  /// The notes of the model, for example chosen hyperparameters.
  package var notes: [String: String] = [:]
  /// The model's output for the instances of the test bags; nil if the data set has no instance labels.
  package var instances: InstanceResult?
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

  /// The values that the fit chose, by parameter; nil if it chose nothing, and in older records.
  package var chosen: [String: ChosenValue]?

  /// The names of more than two classes, which ``labels`` number; nil for two classes.
  package var classNames: [String]?
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
  /// The id of the metric in ``valueByEpoch``, if the task's leading metric differs from that of its targets.
  ///
  /// It is nil otherwise, and in older records.
  package var metric: String?

  /// Creates a record without measurements; the caller sets the measured properties afterwards.
  public init(
    experiment: String, dataset: String, dataHash: String, model: String, configuration: String, protocol: String,
    protocolSettings: String, repetition: Int, fold: Int, foldsHash: String, status: TrialStatus,
    message: String? = nil, seed: String, version: String, core: String
  ) {
    self.experiment = experiment
    self.dataset = dataset
    self.dataHash = dataHash
    self.model = model
    self.configuration = configuration
    self.protocol = `protocol`
    self.protocolSettings = protocolSettings
    self.repetition = repetition
    self.fold = fold
    self.foldsHash = foldsHash
    self.status = status
    self.message = message
    self.seed = seed
    self.version = version
    self.core = core
  }

  /// The identity of the trial within an experiment.
  package var key: TrialKey {
    TrialKey(dataset: dataset, model: model, protocol: `protocol`, repetition: repetition, fold: fold)
  }

  /// The settings that determine the result together with the trial.
  ///
  /// They are settings, data, folds and, for models that are not released, code.
  package var settings: [String?] { [configuration, protocolSettings, dataHash, foldsHash, code, task] }

  /// The first contradiction between the properties, as half a sentence; nil for a valid record.
  package var problem: String? {
    if repetition < 1 { return "repetition is \(repetition), expected 1 or more" }
    if fold < 1 { return "fold is \(fold), expected 1 or more" }
    if bags.contains(where: { $0 < 0 }) { return "a bag's position is negative" }
    if Set(bags).count != bags.count { return "a bag is listed twice" }
    if let problem = targetProblem { return problem }
    if let count = correctByEpoch.first(where: { $0 < 0 || $0 > bags.count }) {
      return "correctByEpoch has \(count), expected 0 to \(bags.count), the number of bags"
    }
    let figures =
      scores + (outputs?.flatMap { $0 } ?? []) + (valueByEpoch ?? []) + [
        threshold, seconds, scoringSeconds, ended ?? 0,
      ]
    if !figures.allSatisfy(\.isFinite) || !lossByEpoch.allSatisfy(\.isFinite) {
      return "a score, the threshold, a loss or a time is not finite"
    }
    if let problem = trainingProblem { return problem }
    if let problem = instances?.problem { return problem }
    if let problem = instanceProblem { return problem }
    if steps < 0 || parameters < 0 { return "a negative number of steps or parameters" }
    guard status == .finished else {
      let words = [TrialStatus.failed: "failed", .diverged: "diverged"][status] ?? "was not run"
      return scores.isEmpty && outputs == nil ? nil : "scores of a trial that \(words)"
    }
    if bags.isEmpty { return "a finished trial without test bags" }
    if let problem = outputProblem ?? callProblem { return problem }
    if epochCount == 0 { return "a finished trial without correctByEpoch" }
    let right = zip(calls, labels).count { $0 == $1 }
    if let last = correctByEpoch.last, last != right {
      let source = called == nil ? "scores, labels and threshold" : "called and labels"
      return "correctByEpoch ends with \(last), but by \(source) \(right) bags are called right"
    }
    if scoresAreProbabilities, let score = scores.first(where: { $0 < 0 || $0 > 1 }) {
      return "score \(score), expected a probability"
    }
    return nil
  }
}

extension TrialRecord {
  /// The problem of the targets of the test bags, as half a sentence.
  private var targetProblem: String? {
    if (times == nil) != (events == nil) { return "times without events, or events without times" }
    if targets.count != bags.count {
      let noun = times != nil ? "times" : numbers != nil ? "numbers" : "labels"
      return "\(targets.count) \(noun) for \(bags.count) bags"
    }
    switch targets {
    case .classes(let labels, let names):
      let last = max(names.count, 2) - 1
      guard let label = labels.first(where: { !(0...last).contains($0) }) else { return nil }
      return "label \(label), expected 0 \(last == 1 ? "or" : "to") \(last)"
    case .numbers(let numbers): return numbers.allSatisfy(\.isFinite) ? nil : "a number of a bag is not finite"
    case .survival(let times, let events):
      if events.count != times.count { return "\(events.count) events for \(times.count) times" }
      return times.allSatisfy { $0.isFinite && $0 >= 0 } ? nil : "a time is negative or not finite"
    }
  }

  /// The problem of the shape of a finished trial's outputs, as half a sentence.
  private var outputProblem: String? {
    let classes = classNames.map(\.count) ?? 2
    guard let outputs else {
      if classes > 2, called == nil { return "scores alone for \(classes) classes, expected outputs" }
      return scores.count == bags.count ? nil : "\(scores.count) scores for \(bags.count) bags"
    }
    if !scores.isEmpty { return "scores beside outputs" }
    if outputs.count != bags.count { return "outputs of \(outputs.count) bags for \(bags.count) bags" }
    let widths = Set(outputs.map(\.count))
    if classes > 2, called == nil, widths != [classes] {
      return "\(widths.sorted()) outputs a bag for \(classes) classes, expected one a class"
    }
    return widths.count == 1 && widths != [0] ? nil : "bags with different numbers of outputs, or none"
  }

  /// The problem of the predicted classes, as half a sentence.
  private var callProblem: String? {
    guard let called else { return nil }
    guard targets.classCount > 0 else { return "called classes for bags without classes" }
    if called.count != bags.count { return "\(called.count) called classes for \(bags.count) bags" }
    let last = targets.classCount - 1
    return called.first { !(0...last).contains($0) }.map { "a bag called class \($0), expected 0 to \(last)" }
  }

  /// The problem of the counts of training bags, as half a sentence.
  private var trainingProblem: String? {
    if trainingPositives != nil, trainingBags == nil { return "trainingPositives without trainingBags" }
    guard let trainingBags else { return nil }
    if trainingBags < 1 { return "trainingBags is \(trainingBags), expected 1 or more" }
    guard let trainingPositives, !(0...trainingBags).contains(trainingPositives) else { return nil }
    return "trainingPositives is \(trainingPositives), expected 0 to \(trainingBags)"
  }

  /// The contradiction between the instance results and the bags of the fold, as half a sentence.
  private var instanceProblem: String? {
    if let instances, instances.bags > bags.count {
      return "an instance AUC of \(instances.bags) of \(bags.count) bags"
    }
    guard let example = instances?.example, !bags.contains(example.bag) else { return nil }
    return "an example of bag \(example.bag), which the fold does not test"
  }

  /// The number of folds of a repetition in the protocol's settings; nil if they do not contain it.
  package var statedFolds: Int? {
    struct Settings: Decodable { let folds: Int }
    return try? JSONDecoder().decode(Settings.self, from: Data(protocolSettings.utf8)).folds
  }
}

/// The identity of a trial within an experiment; ordered by its parts in the order of the properties.
package struct TrialKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The data set's name.
  package var dataset: String
  /// The model id.
  package var model: String
  /// The protocol's name.
  package var `protocol`: String
  /// The repetition of the cross-validation, from 1.
  package var repetition: Int
  /// The test fold, from 1.
  package var fold: Int

  /// Creates a key from its parts.
  package init(dataset: String, model: String, protocol: String, repetition: Int, fold: Int) {
    self.dataset = dataset
    self.model = model
    self.protocol = `protocol`
    self.repetition = repetition
    self.fold = fold
  }

  /// The parts of the key in one line for the user.
  package var description: String {
    "\(dataset), \(model), \(`protocol`), repetition \(repetition), fold \(fold)"
  }

  /// Returns whether the left key sorts before the right one.
  package static func < (left: TrialKey, right: TrialKey) -> Bool {
    (left.dataset, left.model, left.protocol, left.repetition, left.fold)
      < (right.dataset, right.model, right.protocol, right.repetition, right.fold)
  }
}
