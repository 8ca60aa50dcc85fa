import Foundation
import MILModels
import MILRecords

/// Runs what an audit's journal does not hold yet, a worker a core.
package struct AuditRunner: Sendable {
  /// The models that can be named.
  package var registry: ModelRegistry
  /// The folder of the journal; nil to keep nothing.
  package var folder: URL?
  /// The number of runs side by side.
  package var workers: Int
  /// What memory there is for all runs side by side.
  package var memory = MemoryBudget.available
  /// Whether runs are made again whatever the journal holds.
  package var isFresh = false
  /// Called with a line on what is damaged in the journal, and left out.
  package var warn: @Sendable (String) -> Void = { _ in }
  /// Called after each run, and once before the first.
  package var progress: @Sendable (WorkProgress<AuditRecord>) -> Void = { _ in }

  /// A runner.
  package init(registry: ModelRegistry, folder: URL?, workers: Int) {
    self.registry = registry
    self.folder = folder
    self.workers = workers
  }

  /// Makes the runs of a plan that have no finished or diverged record with their settings yet.
  ///
  /// - Returns: the records of all runs of the plan, in its order, the number of those that were made now, and the journals.
  /// - Throws: what ``AuditPlan/trials(in:)`` throws, and errors of the journal.
  public func run(
    _ plan: AuditPlan
  ) async throws -> (records: [AuditRecord], ran: Int, journals: JournalSet<AuditRecord>) {
    var work = WorkPlan(try plan.trials(in: registry))
    var journals = try JournalSet<AuditRecord>(reading: folder.map(JournalFiles.audits) ?? [])
    JournalDamage.lines(journals.damage).forEach(warn)
    try work.take(journals.union)
    let pending = work.pending(isFresh ? .always : .missing)
    var records = work.current
    if !pending.isEmpty {
      let file = folder?.appending(path: JournalFiles.auditName)
      var queue = try WorkQueue(pending, known: work.current, total: work.units.count, workers: workers)
      (queue.memory, queue.progress) = (memory, progress)
      let done = try await queue.run(into: file.map { try JournalWriter<AuditRecord>($0) })
      records = done.all
      if let file { journals.append(done.made, to: file) }
    }
    return (work.units.compactMap { records[$0.key] }, pending.count, journals)
  }
}
