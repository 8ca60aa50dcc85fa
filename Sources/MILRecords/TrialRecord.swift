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
///
/// A record is two references, so that millions of them can be selected, sorted and grouped. Records that a reader
/// returns share what is the same in all of them.
public struct TrialRecord: JournalRecord {
  /// The number of the layout that this code writes and reads.
  package static let currentFormat = 1

  /// A noun for one line of a journal of trials, for error messages.
  package static let noun = "one trial's record"

  /// The properties that trials of a repetition share.
  private(set) var origin: Shared<TrialOrigin>
  /// The properties of this trial alone.
  private var result: Shared<TrialResult>

  /// The number of the record's layout.
  package var format: Int {
    get { origin.value.format }
    set { origin = origin.changing { $0.format = newValue } }
  }
  /// The name of the experiment that requested the trial, for example `dp-minn/classical`.
  package var experiment: String {
    get { origin.value.experiment }
    set { origin = origin.changing { $0.experiment = newValue } }
  }
  /// The data set's name.
  public var dataset: String {
    get { origin.value.dataset }
    set { origin = origin.changing { $0.dataset = newValue } }
  }
  /// The hash of the data set's contents.
  package var dataHash: String {
    get { origin.value.dataHash }
    set { origin = origin.changing { $0.dataHash = newValue } }
  }
  /// The model id, for example `mi-net-bag[pooling=mean]`.
  public var model: String {
    get { origin.value.model }
    set { origin = origin.changing { $0.model = newValue } }
  }
  /// The resolved configuration of the model, as canonical JSON.
  package var configuration: String {
    get { origin.value.configuration }
    set { origin = origin.changing { $0.configuration = newValue } }
  }
  /// The protocol's name, for example `clean` or `as-published`.
  public var `protocol`: String {
    get { origin.value.`protocol` }
    set { origin = origin.changing { $0.`protocol` = newValue } }
  }
  /// The resolved settings of the protocol (folds, standardisation and so on), as canonical JSON.
  package var protocolSettings: String {
    get { origin.value.protocolSettings }
    set { origin = origin.changing { $0.protocolSettings = newValue } }
  }
  /// The repetition of the cross-validation, from 1.
  public var repetition: Int {
    get { origin.value.repetition }
    set { origin = origin.changing { $0.repetition = newValue } }
  }
  /// The test fold, from 1.
  public var fold: Int {
    get { result.value.fold }
    set { result = result.changing { $0.fold = newValue } }
  }
  /// The hash of the fold assignment.
  package var foldsHash: String {
    get { origin.value.foldsHash }
    set { origin = origin.changing { $0.foldsHash = newValue } }
  }
  /// How the trial ended.
  public var status: TrialStatus {
    get { result.value.status }
    set { result = result.changing { $0.status = newValue } }
  }
  /// The reason, if the trial did not finish.
  package var message: String? {
    get { result.value.message }
    set { result = result.changing { $0.message = newValue } }
  }
  /// The trial's seed in hexadecimal; 64-bit integers do not survive every JSON reader.
  package var seed: String {
    get { result.value.seed }
    set { result = result.changing { $0.seed = newValue } }
  }
  /// The test bags' positions in the data set, from 0.
  public var bags: [Int] {
    get { result.value.bags }
    set { result = result.changing { $0.bags = newValue } }
  }
  /// The test bags' labels, 0 or 1.
  public var labels: [Int] {
    get { result.value.labels }
    set { result = result.changing { $0.labels = newValue } }
  }
  /// The test bags' scores after the last epoch; larger means more positive.
  public var scores: [Double] {
    get { result.value.scores }
    set { result = result.changing { $0.scores = newValue } }
  }
  /// The number of training bags; nil in records that do not say.
  package var trainingBags: Int? {
    get { result.value.trainingBags }
    set { result = result.changing { $0.trainingBags = newValue } }
  }
  /// The number of positive training bags; nil in records that do not say.
  package var trainingPositives: Int? {
    get { result.value.trainingPositives }
    set { result = result.changing { $0.trainingPositives = newValue } }
  }
  /// The smallest score of a bag that is predicted as positive.
  package var threshold: Double {
    get { result.value.threshold }
    set { result = result.changing { $0.threshold = newValue } }
  }
  /// Whether the scores are probabilities of the positive class, in 0 ... 1.
  package var scoresAreProbabilities: Bool {
    get { origin.value.scoresAreProbabilities }
    set { origin = origin.changing { $0.scoresAreProbabilities = newValue } }
  }
  /// The number of correctly predicted test bags after each epoch; one element for a model without epochs.
  public var correctByEpoch: [Int] {
    get { result.value.correctByEpoch }
    set { result = result.changing { $0.correctByEpoch = newValue } }
  }
  /// The mean training loss of each epoch; empty for a model without a loss.
  package var lossByEpoch: [Float] {
    get { result.value.lossByEpoch }
    set { result = result.changing { $0.lossByEpoch = newValue } }
  }
  /// The time when the trial ended, in seconds since the beginning of 1970; nil in records that do not say.
  package var ended: Double? {
    get { result.value.ended }
    set { result = result.changing { $0.ended = newValue } }
  }
  /// Wall-clock seconds of training.
  public var seconds: Double {
    get { result.value.seconds }
    set { result = result.changing { $0.seconds = newValue } }
  }
  /// Wall-clock seconds of predicting the test bags.
  package var scoringSeconds: Double {
    get { result.value.scoringSeconds }
    set { result = result.changing { $0.scoringSeconds = newValue } }
  }
  /// The number of training steps (parameter updates).
  package var steps: Int {
    get { result.value.steps }
    set { result = result.changing { $0.steps = newValue } }
  }
  /// The number of trained parameters.
  package var parameters: Int {
    get { result.value.parameters }
    set { result = result.changing { $0.parameters = newValue } }
  }
  /// The version of the program that ran the trial.
  package var version: String {
    get { origin.value.version }
    set { origin = origin.changing { $0.version = newValue } }
  }
  /// The BLAS core that computed the trial; its kernels determine the last bits.
  package var core: String {
    get { origin.value.core }
    set { origin = origin.changing { $0.core = newValue } }
  }
  /// The digest of the program that contains the model's code, if the code is not part of a release.
  ///
  /// Nil for released and external models, and in older records.
  package var code: String? {
    get { origin.value.code }
    set { origin = origin.changing { $0.code = newValue } }
  }
  /// The notes of the model, for example chosen hyperparameters.
  package var notes: [String: String] {
    get { result.value.notes }
    set { result = result.changing { $0.notes = newValue } }
  }
  /// The model's output for the instances of the test bags; nil if the data set has no instance labels.
  package var instances: InstanceResult? {
    get { result.value.instances }
    set { result = result.changing { $0.instances = newValue } }
  }
  /// The name from which seeds were derived, if it is not the data set's: the set of which the bags are a copy, or a
  /// digest of the bags.
  package var seedName: String? {
    get { origin.value.seedName }
    set { origin = origin.changing { $0.seedName = newValue } }
  }
  /// The file of the folds with its SHA-256 digest; nil for random folds.
  package var foldsSource: String? {
    get { origin.value.foldsSource }
    set { origin = origin.changing { $0.foldsSource = newValue } }
  }
  /// The model's name in tables; nil in older records.
  package var title: String? {
    get { origin.value.title }
    set { origin = origin.changing { $0.title = newValue } }
  }
  /// The model's name in tables regardless of its parameters; nil in older records.
  package var family: String? {
    get { origin.value.family }
    set { origin = origin.changing { $0.family = newValue } }
  }
  /// The training procedure of the model's authors, for trials as published; nil for others, and in older records.
  package var recipe: String? {
    get { origin.value.recipe }
    set { origin = origin.changing { $0.recipe = newValue } }
  }
  /// The decisions made while reading the file of the data set; nil for generated data sets, and in older records.
  package var reading: [ReadDecision]? {
    get { origin.value.reading }
    set { origin = origin.changing { $0.reading = newValue } }
  }
  /// The task, if it is not the default for the targets of the bags; otherwise nil, as in older records.
  package var task: String? {
    get { origin.value.task }
    set { origin = origin.changing { $0.task = newValue } }
  }
  /// The values that the fit chose, by parameter; nil if it chose nothing, and in older records.
  package var chosen: [String: ChosenValue]? {
    get { result.value.chosen }
    set { result = result.changing { $0.chosen = newValue } }
  }
  /// The names of more than two classes, which ``labels`` number; nil for two classes.
  package var classNames: [String]? {
    get { origin.value.classNames }
    set { origin = origin.changing { $0.classNames = newValue } }
  }
  /// The target number of each test bag, if the task is to predict numbers.
  package var numbers: [Double]? {
    get { result.value.numbers }
    set { result = result.changing { $0.numbers = newValue } }
  }
  /// The survival time of each test bag, if the task is to predict a risk.
  package var times: [Double]? {
    get { result.value.times }
    set { result = result.changing { $0.times = newValue } }
  }
  /// Whether the event occurred at that time.
  package var events: [Bool]? {
    get { result.value.events }
    set { result = result.changing { $0.events = newValue } }
  }
  /// The outputs for each test bag, if a model has several; ``scores`` is then empty.
  package var outputs: [[Double]]? {
    get { result.value.outputs }
    set { result = result.changing { $0.outputs = newValue } }
  }
  /// The predicted class of each test bag, if the task has a rule of its own.
  ///
  /// It is nil if the threshold of the scores or the largest output determines the class, and in older records.
  package var called: [Int]? {
    get { result.value.called }
    set { result = result.changing { $0.called = newValue } }
  }
  /// The leading metric of the task on the test bags after each epoch, if it is not the accuracy.
  package var valueByEpoch: [Double]? {
    get { result.value.valueByEpoch }
    set { result = result.changing { $0.valueByEpoch = newValue } }
  }
  /// The id of the metric in ``valueByEpoch``, if the task's leading metric differs from that of its targets.
  ///
  /// It is nil otherwise, and in older records.
  package var metric: String? {
    get { origin.value.metric }
    set { origin = origin.changing { $0.metric = newValue } }
  }

  /// Creates a record without measurements; the caller sets the measured properties afterwards.
  public init(
    experiment: String, dataset: String, dataHash: String, model: String, configuration: String, protocol: String,
    protocolSettings: String, repetition: Int, fold: Int, foldsHash: String, status: TrialStatus,
    message: String? = nil, seed: String, version: String, core: String
  ) {
    let origin = TrialOrigin(
      experiment: experiment, dataset: dataset, dataHash: dataHash, model: model, configuration: configuration,
      protocol: `protocol`, protocolSettings: protocolSettings, repetition: repetition, foldsHash: foldsHash,
      version: version, core: core)
    self.init(
      Shared(origin), Shared(TrialResult(fold: fold, status: status, message: message, seed: seed)))
  }

  /// Creates a record from its parts.
  init(_ origin: Shared<TrialOrigin>, _ result: Shared<TrialResult>) {
    (self.origin, self.result) = (origin, result)
  }

  /// Reads the members of one JSON object.
  public init(from decoder: any Decoder) throws {
    self.init(Shared(try TrialOrigin(from: decoder)), Shared(try TrialResult(from: decoder)))
  }

  /// Writes the members of one JSON object.
  public func encode(to encoder: any Encoder) throws {
    try origin.value.encode(to: encoder)
    try result.value.encode(to: encoder)
  }

  /// Returns the record with an equal origin that other records have, too.
  func sharing(_ other: Shared<TrialOrigin>) -> TrialRecord { TrialRecord(other, result) }

  /// The identity of the trial within an experiment.
  package var key: TrialKey {
    TrialKey(dataset: dataset, model: model, protocol: `protocol`, repetition: repetition, fold: fold)
  }

  /// The settings that determine the result together with the trial.
  ///
  /// They are settings, data, folds and, for models that are not released, code.
  package var settings: [String?] { [configuration, protocolSettings, dataHash, foldsHash, code, task] }
}
