import MILRecords

/// A piece of work that gives one record, such as a trial or a run of an audit.
package protocol WorkUnit: Sendable {
  /// The kind of record.
  associatedtype Record: WorkRecord
  /// What identifies the unit in a journal.
  var key: Record.Key { get }
  /// A rough measure of the work, comparable between units of one model.
  var roughCost: Double { get }
  /// The record of this unit before it has run, with all its settings.
  func emptyRecord() throws -> Record
  /// Does the work; what goes wrong with the model is in the record.
  ///
  /// - Parameters:
  ///   - memory: what the unit may take; a model that needs more fails.
  ///   - announce: called with a line on what the unit is about to take, such as much memory.
  /// - Throws: errors that end the whole run.
  func run(in memory: MemoryBudget, announce: @escaping (String) -> Void) throws -> Record
}

/// A record by which the remaining units of its kind are judged.
package protocol WorkRecord: JournalRecord {
  /// The units that take about as long: data set, model and protocol.
  var cell: CellKey { get }
  /// Wall-clock seconds of the unit.
  var totalSeconds: Double { get }
  /// How well the model did, such as its accuracy; nil where the unit did not finish.
  var score: Double? { get }
}

extension TrialRecord: WorkRecord {
  /// Wall-clock seconds of training and scoring.
  package var totalSeconds: Double { seconds + scoringSeconds }

  /// The leading metric of the task after the last epoch.
  public var score: Double? { hasResult ? leadingValue(afterEpoch: epochCount - 1) : nil }
}

extension AuditRecord: WorkRecord {
  /// The test and padding in place of the data set.
  public var cell: CellKey {
    CellKey(dataset: "\(key.test) \(key.minimumSize)", model: key.model, protocol: "audit")
  }

  /// Wall-clock seconds of training and scoring.
  package var totalSeconds: Double { seconds }

  /// The area under the ROC curve of the test bags.
  package var score: Double? { testAUC }
}
