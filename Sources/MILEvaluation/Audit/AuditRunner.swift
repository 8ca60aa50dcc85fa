import Foundation
import MILModels
import MILResults
import Synchronization

/// Runs what an audit's journal does not hold yet, a worker a core.
public struct AuditRunner: Sendable {
  /// The models that can be named.
  public var registry: ModelRegistry
  /// The folder of the journal; nil to keep nothing.
  public var folder: URL?
  /// The number of runs side by side.
  public var workers: Int
  /// What memory there is for all runs side by side.
  public var memory = MemoryBudget.available
  /// Whether runs are made again whatever the journal holds.
  public var isFresh = false
  /// Called with a line on what is damaged in the journal, and left out.
  public var warn: @Sendable (String) -> Void = { _ in }
  /// Called after each run with its record, the number of runs that are done and the number of all.
  public var progress: @Sendable (AuditRecord, Int, Int) -> Void = { _, _, _ in }

  /// A runner.
  public init(registry: ModelRegistry, folder: URL?, workers: Int) {
    self.registry = registry
    self.folder = folder
    self.workers = workers
  }

  /// Makes the runs of a plan that have no finished or diverged record with their settings yet.
  ///
  /// - Returns: the records of all runs of the plan, in its order, and the number of those that were made now.
  /// - Throws: what ``AuditPlan/trials(in:)`` throws, and errors of the journal.
  public func run(_ plan: AuditPlan) async throws -> (records: [AuditRecord], ran: Int) {
    let trials = try plan.trials(in: registry)
    let known = try folder.map { try Journal<AuditRecord>.union(JournalFiles.audits(in: $0)) } ?? JournalContents()
    JournalDamage.lines(known.damage).forEach(warn)
    var records = Dictionary(known.records.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    let pending = trials.filter { trial in
      isFresh || records[trial.key].map { $0.status == .failed || !$0.hasSettings(of: trial.emptyRecord) } ?? true
    }
    guard !pending.isEmpty else { return (trials.compactMap { records[$0.key] }, 0) }
    let writer = try folder.map { try JournalWriter<AuditRecord>($0.appending(path: JournalFiles.auditName)) }
    let state = AuditState()
    let workers = max(1, min(workers, pending.count))
    let memory = memory.divided(among: workers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<workers {
        group.addTask {
          while !Task.isCancelled {
            let index = state.takeNext()
            guard index < pending.count else { return }
            let record = pending[index].run(in: memory)
            try writer?.append(record)
            let done = state.finish(record)
            progress(record, trials.count - pending.count + done, trials.count)
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    try writer?.finish()
    for record in state.records { records[record.key] = record }
    return (trials.compactMap { records[$0.key] }, pending.count)
  }
}

/// What the workers of an audit share.
private final class AuditState: Sendable {
  private let content = Mutex((next: 0, records: [AuditRecord]()))

  /// The records that were made.
  var records: [AuditRecord] { content.withLock { $0.records } }

  /// The position of a run that no worker has taken yet.
  func takeNext() -> Int {
    content.withLock { content in
      defer { content.next += 1 }
      return content.next
    }
  }

  /// Takes in a record and gives the number of them.
  func finish(_ record: AuditRecord) -> Int {
    content.withLock { content in
      content.records.append(record)
      return content.records.count
    }
  }
}
