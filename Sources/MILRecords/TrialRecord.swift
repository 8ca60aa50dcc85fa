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
///
/// The properties are those of ``TrialOrigin`` and ``TrialResult``. Over many records, `map { $0.fold }` takes a sixth
/// of the time of `map(\.fold)`.
@dynamicMemberLookup
public struct TrialRecord: JournalRecord {
  /// The number of the layout that this code writes and reads.
  package static let currentFormat = 1

  /// A noun for one line of a journal of trials, for error messages.
  package static let noun = "one trial's record"

  /// The properties that trials of a repetition share.
  @usableFromInline private(set) var origin: Shared<TrialOrigin>
  /// The properties of this trial alone.
  @usableFromInline private(set) var result: Shared<TrialResult>

  /// A property that trials of a repetition share; inlined, so that the key path costs nothing.
  @inlinable public subscript<Value>(dynamicMember property: WritableKeyPath<TrialOrigin, Value>) -> Value {
    get { origin.value[keyPath: property] }
    set { set(property, newValue) }
  }

  /// A property of this trial alone.
  @inlinable public subscript<Value>(dynamicMember property: WritableKeyPath<TrialResult, Value>) -> Value {
    get { result.value[keyPath: property] }
    set { set(property, newValue) }
  }

  /// Changes a property, for this record alone.
  @usableFromInline
  mutating func set<Value>(_ property: WritableKeyPath<TrialOrigin, Value>, _ value: Value) {
    origin = origin.changing { $0[keyPath: property] = value }
  }

  /// Changes a property, for this record alone.
  @usableFromInline
  mutating func set<Value>(_ property: WritableKeyPath<TrialResult, Value>, _ value: Value) {
    result = result.changing { $0[keyPath: property] = value }
  }

  /// The number of the record's layout.
  package var format: Int { origin.value.format }
  /// How the trial ended.
  public var status: TrialStatus {
    get { result.value.status }
    set { set(\.status, newValue) }
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
    TrialKey(
      dataset: self.dataset, model: self.model, protocol: self.protocol, repetition: self.repetition, fold: self.fold)
  }

  /// The settings that determine the result together with the trial.
  ///
  /// They are settings, data, folds and, for models that are not released, code.
  package var settings: [String?] {
    [self.configuration, self.protocolSettings, self.dataHash, self.foldsHash, self.code, self.task]
  }
}
