import Foundation
import LinearAlgebra
import MILRecords
import Synchronization

/// Runs units in parallel, each by the next free worker, and writes each record as soon as it is complete.
///
/// The choice of worker and the order of execution change no bit of a record. A unit that fails is recorded as failed;
/// an error of the journal ends the run. A signal ends the process at once, and loses only the units being run.
struct WorkQueue<Unit: WorkUnit>: Sendable {
  typealias Record = Unit.Record

  /// The units to be run, in this order.
  let units: [Unit]
  /// The number of parallel units.
  let workers: Int
  /// The memory budget of all of them.
  var memory = MemoryBudget.available
  /// Called after each unit, and once before the first.
  var progress: @Sendable (WorkProgress<Record>) -> Void = { _ in }
  /// Called with a line on the demands of a unit, such as much memory.
  var announce: @Sendable (Record.Key, String) -> Void = { _, _ in }

  private let state: WorkState<Unit>

  /// Creates a queue.
  ///
  /// - Parameters:
  ///   - units: the units to be run.
  ///   - known: the records of the plan's other units.
  ///   - total: the number of the plan's units.
  ///   - workers: the number of parallel units; more than the number of cores does not help.
  ///   - costs: the costs of earlier units.
  init(
    _ units: [Unit], known: [Record.Key: Record], total: Int, workers: Int, costs: PastCosts = PastCosts()
  ) throws {
    self.units = units
    self.workers = max(1, min(workers, units.count))
    state = WorkState(
      units.count, known, total: total,
      forecast: CostForecast(
        pending: try units.map { (try $0.emptyRecord().cell, $0.roughCost) }, workers: self.workers, past: costs))
  }

  /// Runs the units.
  ///
  /// - Parameter writer: the journal; nil to save nothing.
  /// - Returns: the records of all units of the plan, and those of this run in the order in which they ended.
  /// - Throws: errors of the journal, and those that end a run; records written before stay in the journal.
  func run(into writer: JournalWriter<Record>?) async throws -> (all: [Record.Key: Record], made: [Record]) {
    progress(state.progress)
    let memory = memory.divided(among: workers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<(units.isEmpty ? 0 : workers) {
        group.addTask {
          while !Task.isCancelled, let index = state.takeNext() {
            let unit = units[index]
            // Cores without a worker help the others.
            let record = try Cores.$inside.withValue(max(1, ProcessInfo.processInfo.activeProcessorCount / workers)) {
              try unit.run(in: memory) { announce(unit.key, $0) }
            }
            try writer?.append(record)
            progress(state.finish(record, at: index))
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    try writer?.finish()
    return state.records
  }
}

/// The progress of a run.
package struct WorkProgress<Record: WorkRecord>: Sendable {
  /// The number of units with a current record.
  package let done: Int
  /// The number of all units.
  package let total: Int
  /// The number of units this run has finished.
  package let ran: Int
  /// The number of units this run has to do.
  package let pending: Int
  /// The record of the unit that finished last.
  package let last: Record?
  /// The mean score so far of the last record's data set and model; nil if a unit's test bags have one target.
  ///
  /// In leave-one-out on bags sorted by class, the first half of the run would show the accuracy on one class.
  package let scoreSoFar: Double?
  /// The seconds that the remaining units will take, by the ``CostForecast``.
  package let secondsLeft: Double?
}

/// The progress of a run of trials.
package typealias RunProgress = WorkProgress<TrialRecord>

/// The state that the workers of a queue share.
private final class WorkState<Unit: WorkUnit>: Sendable {
  typealias Record = Unit.Record

  private struct Content {
    var records: [Record.Key: Record]
    var made: [Record] = []
    var next = 0
    var forecast: CostForecast
    /// The finished units of each cell and the sum of their scores.
    var scores: [CellKey: (count: Int, sum: Double)] = [:]
    /// The cells with a unit whose test bags have one target.
    var unshown: Set<CellKey> = []
    /// The start times of the units being run, by their positions.
    var begun: [Int: ContinuousClock.Instant] = [:]

    mutating func count(_ record: Record) {
      guard let score = record.score else { return }
      if record.hasOneTarget { unshown.insert(record.cell) }
      let known = scores[record.cell] ?? (0, 0)
      scores[record.cell] = (known.count + 1, known.sum + score)
    }
  }

  private let content: Mutex<Content>
  private let total: Int
  private let pending: Int

  init(_ pending: Int, _ known: [Record.Key: Record], total: Int, forecast: CostForecast) {
    (self.total, self.pending) = (total, pending)
    var content = Content(records: known, forecast: forecast)
    for record in known.values { content.count(record) }
    self.content = Mutex(content)
  }

  /// All records, and those of this run.
  var records: (all: [Record.Key: Record], made: [Record]) { content.withLock { ($0.records, $0.made) } }

  /// Returns the position of a unit that no worker has taken yet, and marks it as taken.
  func takeNext() -> Int? {
    content.withLock { content in
      guard content.next < pending else { return nil }
      content.begun[content.next] = .now
      defer { content.next += 1 }
      return content.next
    }
  }

  var progress: WorkProgress<Record> { content.withLock { describe($0) } }

  /// Records the unit at a position, which has just finished.
  func finish(_ record: Record, at index: Int) -> WorkProgress<Record> {
    content.withLock { content in
      content.records[record.key] = record
      content.made.append(record)
      content.count(record)
      let seconds = content.begun.removeValue(forKey: index)?.duration(to: .now).seconds
      content.forecast.finish(record.cell, seconds: seconds ?? record.totalSeconds)
      return describe(content)
    }
  }

  private func describe(_ content: Content) -> WorkProgress<Record> {
    let last = content.made.last
    let shown = last.flatMap { content.unshown.contains($0.cell) ? nil : $0 }
    let mean = shown.flatMap { content.scores[$0.cell] }.map { $0.sum / Double($0.count) }
    let spent = content.begun.values.reduce(0) { $0 + $1.duration(to: .now).seconds }
    return WorkProgress(
      done: content.records.count, total: total, ran: content.made.count, pending: pending, last: last,
      scoreSoFar: mean, secondsLeft: content.forecast.secondsLeft(spent: spent))
  }
}
