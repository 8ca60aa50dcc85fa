import MILRecords

/// A piece of work that produces one record, such as a trial or a run of an audit.
package protocol WorkUnit: Sendable {
  /// The kind of record.
  associatedtype Record: WorkRecord
  /// The identity of the unit in a journal.
  var key: Record.Key { get }
  /// A rough measure of the work, comparable between units of one model.
  var roughCost: Double { get }
  /// Returns the record of this unit before it has run, with all its settings.
  func emptyRecord() throws -> Record
  /// Does the work; errors of the model are recorded.
  ///
  /// - Parameters:
  ///   - memory: the memory budget of the unit; a model that needs more fails.
  ///   - announce: called with a line on the demands of the unit, such as much memory.
  /// - Throws: errors that end the whole run.
  func run(in memory: MemoryBudget, announce: @escaping (String) -> Void) throws -> Record
}

/// A record used to estimate the remaining units of its kind.
package protocol WorkRecord: JournalRecord {
  /// The cell of units with about the same cost: data set, model and protocol.
  var cell: CellKey { get }
  /// Wall-clock seconds of the unit.
  var totalSeconds: Double { get }
  /// The performance of the model, such as its accuracy; nil if the unit did not finish.
  var score: Double? { get }
  /// Whether all test bags have one target, so that the mean of the first units depends on the order of the bags.
  var hasOneTarget: Bool { get }
}

extension WorkRecord {
  /// False: test bags have several targets.
  package var hasOneTarget: Bool { false }
}

extension TrialRecord: WorkRecord {
  /// Wall-clock seconds of training and scoring.
  package var totalSeconds: Double { self.seconds + self.scoringSeconds }

  /// The leading metric of the task after the last epoch.
  package var score: Double? { hasResult ? leadingValue(afterEpoch: epochCount - 1) : nil }

  /// Whether all test bags have one target, as in leave-one-out.
  package var hasOneTarget: Bool { Set(targets.values).count < 2 }
}

extension AuditRecord: WorkRecord {
  /// The cell, with the test and the padding in place of the data set.
  package var cell: CellKey {
    CellKey(dataset: "\(key.test) \(key.minimumSize)", model: key.model, protocol: "audit")
  }

  /// Wall-clock seconds of training and scoring.
  package var totalSeconds: Double { seconds }

  /// The area under the ROC curve of the test bags.
  package var score: Double? { testAUC }
}
