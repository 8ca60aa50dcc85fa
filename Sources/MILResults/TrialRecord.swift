import Foundation
import UserInput

/// How a trial ended.
public enum TrialStatus: String, Codable, Sendable, CaseIterable {
  /// The model was fitted and scored every test bag.
  case finished
  /// The loss or a score became infinite or not a number; there are no scores.
  case diverged
  /// The trial stopped with an error; there are no scores.
  case failed
}

/// One trial: what was run, and what it gave; one line of a journal.
///
/// Every test bag's label and score is kept, so that metrics are computed later and from files alone. `bags`, `labels`
/// and `scores` have one element a test bag, in one order. JSON has no infinities, so a diverged trial has no scores,
/// and its losses end before the first that is not finite.
public struct TrialRecord: JournalRecord {
  /// The number of the layout that this code writes and reads.
  public static let currentFormat = 1

  /// What a line of a journal of trials holds.
  public static let noun = "one trial's record"

  /// The number of the record's layout.
  public var format: Int = TrialRecord.currentFormat
  /// The name of the experiment that asked for the trial, for example `dp-minn/classical`.
  public var experiment: String
  /// The data set's name.
  public var dataset: String
  /// The hash of the data set's contents.
  public var dataHash: String
  /// The model id, for example `mi-net-bag[pooling=mean]`.
  public var model: String
  /// The resolved configuration of the model, as canonical JSON.
  public var configuration: String
  /// The protocol's name, for example `clean` or `as-published`.
  public var `protocol`: String
  /// What the protocol resolved to (folds, standardisation and so on), as canonical JSON.
  public var protocolSettings: String
  /// The repetition of the cross-validation, from 1.
  public var repetition: Int
  /// The test fold, from 1.
  public var fold: Int
  /// The hash of the fold assignment.
  public var foldsHash: String
  /// How the trial ended.
  public var status: TrialStatus
  /// Why the trial did not finish.
  public var message: String?
  /// The trial's seed in hexadecimal; 64-bit integers do not survive every JSON reader.
  public var seed: String
  /// The test bags' positions in the data set, from 0.
  public var bags: [Int] = []
  /// The test bags' labels, 0 or 1.
  public var labels: [Int] = []
  /// The test bags' scores after the last epoch; larger means more positive.
  public var scores: [Double] = []
  /// The number of training bags; nil in records that do not say.
  public var trainingBags: Int?
  /// The number of positive training bags; nil in records that do not say.
  public var trainingPositives: Int?
  /// A bag is called positive when its score is at least this.
  public var threshold: Double = 0.5
  /// Whether the scores are probabilities of the positive class, in 0 ... 1.
  public var scoresAreProbabilities: Bool = false
  /// The number of test bags called right after each epoch; one element for a model without epochs.
  public var correctByEpoch: [Int] = []
  /// The mean training loss of each epoch; empty for a model without a loss.
  public var lossByEpoch: [Float] = []
  /// When the trial ended, in seconds since the beginning of 1970; nil in records that do not say.
  public var ended: Double?
  /// Wall-clock seconds of training.
  public var seconds: Double = 0
  /// Wall-clock seconds of scoring the test bags.
  public var scoringSeconds: Double = 0
  /// The number of training steps (parameter updates).
  public var steps: Int = 0
  /// The number of trained parameters.
  public var parameters: Int = 0
  /// The version of the program that ran the trial.
  public var version: String
  /// The BLAS core that computed the trial; its kernels decide the last bits.
  public var core: String
  /// The digest of the program whose code the model is, where that is not part of a release; nil for released models and
  /// external ones, and in older records.
  public var code: String?
  /// What the model wants to record, for example chosen hyperparameters.
  public var notes: [String: String] = [:]
  /// What the model said about the instances of the test bags; nil where the data set does not know their labels.
  public var instances: InstanceResult?
  /// What seeds were drawn under, where it is not the data set's name: the set that the bags are a copy of, or a digest
  /// of the bags.
  public var seedName: String?
  /// The file that the folds were read from with its SHA-256 digest; nil for folds that were drawn.
  public var foldsSource: String?

  /// What tables call the model; nil in older records.
  public var title: String?
  /// What tables call the model whatever its parameters; nil in older records.
  public var family: String?
  /// How the model's authors trained it, for trials as published; nil for others, and in older records.
  public var recipe: String?
  /// What was decided about the file of the data set; nil where it was made, and in older records.
  public var reading: [ReadDecision]?

  /// A record of what was run, with nothing measured yet; the measured properties are set afterwards.
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

  /// What identifies the trial within an experiment.
  public var key: TrialKey {
    TrialKey(dataset: dataset, model: model, protocol: `protocol`, repetition: repetition, fold: fold)
  }

  /// Whether a trial with these settings, on these data and folds, by this code, would repeat this one.
  ///
  /// `code` is nil for released models, as in their records. A run skips trials of which a current record exists; whether it retries those that failed is its own decision.
  public func isCurrent(
    configuration: String, protocolSettings: String, dataHash: String, foldsHash: String, code: String?
  ) -> Bool {
    self.configuration == configuration && self.protocolSettings == protocolSettings && self.dataHash == dataHash
      && self.foldsHash == foldsHash && self.code == code
  }

  /// Whether both are of one trial with the same settings, on the same data and folds.
  public func hasSettings(of other: TrialRecord) -> Bool {
    key == other.key
      && isCurrent(
        configuration: other.configuration, protocolSettings: other.protocolSettings, dataHash: other.dataHash,
        foldsHash: other.foldsHash, code: other.code)
  }

  /// What contradicts the description of the properties, as half a sentence; nil for a sound record.
  public var problem: String? {
    if repetition < 1 { return "repetition is \(repetition), expected 1 or more" }
    if fold < 1 { return "fold is \(fold), expected 1 or more" }
    if bags.contains(where: { $0 < 0 }) { return "a bag's position is negative" }
    if Set(bags).count != bags.count { return "a bag is listed twice" }
    if labels.count != bags.count { return "\(labels.count) labels for \(bags.count) bags" }
    if let label = labels.first(where: { $0 != 0 && $0 != 1 }) { return "label \(label), expected 0 or 1" }
    if let count = correctByEpoch.first(where: { $0 < 0 || $0 > bags.count }) {
      return "correctByEpoch has \(count), expected 0 to \(bags.count), the number of bags"
    }
    let numbers = scores + [threshold, seconds, scoringSeconds, ended ?? 0]
    if !numbers.allSatisfy(\.isFinite) || !lossByEpoch.allSatisfy(\.isFinite) {
      return "a score, the threshold, a loss or a time is not finite"
    }
    if let problem = trainingProblem { return problem }
    if let problem = instances?.problem { return problem }
    if let problem = instanceProblem { return problem }
    if steps < 0 || parameters < 0 { return "a negative number of steps or parameters" }
    guard status == .finished else {
      return scores.isEmpty ? nil : "scores of a trial that \(status == .failed ? "failed" : "diverged")"
    }
    if bags.isEmpty { return "a finished trial without test bags" }
    if scores.count != bags.count { return "\(scores.count) scores for \(bags.count) bags" }
    if correctByEpoch.isEmpty { return "a finished trial without correctByEpoch" }
    let right = zip(scores, labels).count { ($0 >= threshold) == ($1 == 1) }
    if let last = correctByEpoch.last, last != right {
      return "correctByEpoch ends with \(last), but by scores, labels and threshold \(right) bags are called right"
    }
    if scoresAreProbabilities, let score = scores.first(where: { $0 < 0 || $0 > 1 }) {
      return "score \(score), expected a probability"
    }
    return nil
  }
}

extension TrialRecord {
  /// What is wrong with the counts of training bags, as half a sentence.
  private var trainingProblem: String? {
    if trainingPositives != nil, trainingBags == nil { return "trainingPositives without trainingBags" }
    guard let trainingBags else { return nil }
    if trainingBags < 1 { return "trainingBags is \(trainingBags), expected 1 or more" }
    guard let trainingPositives, !(0...trainingBags).contains(trainingPositives) else { return nil }
    return "trainingPositives is \(trainingPositives), expected 0 to \(trainingBags)"
  }

  /// What is wrong with what is shown of instances beside the bags of the fold, as half a sentence.
  private var instanceProblem: String? {
    if let instances, instances.bags > bags.count {
      return "an instance AUC of \(instances.bags) of \(bags.count) bags"
    }
    guard let example = instances?.example, !bags.contains(example.bag) else { return nil }
    return "an example of bag \(example.bag), which the fold does not test"
  }

  /// The number of folds of a repetition, as the protocol's settings state it; nil where they do not.
  package var statedFolds: Int? {
    struct Settings: Decodable { let folds: Int }
    return try? JSONDecoder().decode(Settings.self, from: Data(protocolSettings.utf8)).folds
  }
}

/// What identifies a trial within an experiment; ordered by its parts in the order of the properties.
public struct TrialKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The data set's name.
  public var dataset: String
  /// The model id.
  public var model: String
  /// The protocol's name.
  public var `protocol`: String
  /// The repetition of the cross-validation, from 1.
  public var repetition: Int
  /// The test fold, from 1.
  public var fold: Int

  /// A key from its parts.
  public init(dataset: String, model: String, protocol: String, repetition: Int, fold: Int) {
    self.dataset = dataset
    self.model = model
    self.protocol = `protocol`
    self.repetition = repetition
    self.fold = fold
  }

  /// One line for the user.
  public var description: String {
    "\(dataset), \(model), \(`protocol`), repetition \(repetition), fold \(fold)"
  }

  /// Whether the left key sorts before the right one.
  public static func < (left: TrialKey, right: TrialKey) -> Bool {
    (left.dataset, left.model, left.protocol, left.repetition, left.fold)
      < (right.dataset, right.model, right.protocol, right.repetition, right.fold)
  }
}
