import Foundation
import MILModels
import MILRecords

/// Runs the trials of an audit that its journal does not have yet, one worker per core.
package struct AuditRunner: Sendable {
  /// The available models.
  package var registry: ModelRegistry
  /// The folder of the journal; nil to save nothing.
  package var folder: URL?
  /// The number of parallel runs.
  package var workers: Int
  /// The memory budget of all parallel runs.
  package var memory = MemoryBudget.available
  /// Whether to repeat runs that the journal already has.
  package var isFresh = false
  /// Called with a line on damaged parts of the journal, which are skipped.
  package var warn: @Sendable (String) -> Void = { _ in }
  /// Called after each run, and once before the first.
  package var progress: @Sendable (WorkProgress<AuditRecord>) -> Void = { _ in }

  /// Creates a runner.
  package init(registry: ModelRegistry, folder: URL?, workers: Int) {
    self.registry = registry
    self.folder = folder
    self.workers = workers
  }

  /// Runs the trials of a plan that have no finished or diverged record with their settings yet.
  ///
  /// - Returns: the records of all runs of the plan, in its order, the number of new ones, and the journals.
  /// - Throws: the errors of ``AuditPlan/trials(in:)`` and of the journal.
  package func run(
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
