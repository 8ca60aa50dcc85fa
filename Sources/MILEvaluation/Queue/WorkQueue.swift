import Foundation
import LinearAlgebra
import MILRecords
import Synchronization

/// Runs units side by side, each by the next worker that is free, and writes each record as soon as it is there.
///
/// Which worker runs a unit, and when, changes no bit of its record. A unit that fails gives a record that says so; an error
/// of the journal ends the run. A signal ends the process at once, and costs the units that are being run.
struct WorkQueue<Unit: WorkUnit>: Sendable {
  typealias Record = Unit.Record

  /// The units to be run, in this order.
  let units: [Unit]
  /// The number of units run side by side.
  let workers: Int
  /// What memory there is for all of them.
  var memory = MemoryBudget.available
  /// Called after each unit, and once before the first.
  var progress: @Sendable (WorkProgress<Record>) -> Void = { _ in }
  /// Called with a line on what a unit is about to take, such as much memory.
  var announce: @Sendable (Record.Key, String) -> Void = { _, _ in }

  private let state: WorkState<Unit>

  /// A queue.
  ///
  /// - Parameters:
  ///   - units: the units to be run.
  ///   - known: the records of the plan's other units.
  ///   - total: the number of the plan's units.
  ///   - workers: the number of units run side by side; more than there are cores are of no use.
  ///   - costs: what units took before.
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
  /// - Parameter writer: the journal; nil to keep nothing.
  /// - Returns: the records of all units of the plan, and those of this run in the order in which they ended.
  /// - Throws: errors of the journal, and those that end a run; records made before stay in the journal.
  func run(into writer: JournalWriter<Record>?) async throws -> (all: [Record.Key: Record], made: [Record]) {
    progress(state.progress)
    let memory = memory.divided(among: workers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<(units.isEmpty ? 0 : workers) {
        group.addTask {
          while !Task.isCancelled, let index = state.takeNext() {
            let unit = units[index]
            // Cores that have no worker help those that have.
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

/// How far a run has come.
package struct WorkProgress<Record: WorkRecord>: Sendable {
  /// The units with a current record.
  package let done: Int
  /// All units.
  package let total: Int
  /// The units this run has finished.
  package let ran: Int
  /// The units this run has to do.
  package let pending: Int
  /// The unit that was finished last.
  package let last: Record?
  /// The mean score so far of the last unit's data set and model.
  package let scoreSoFar: Double?
  /// The seconds that the remaining units will take, as a ``CostForecast`` has it.
  package let secondsLeft: Double?
}

/// How far a run of trials has come.
package typealias RunProgress = WorkProgress<TrialRecord>

/// What the workers of a queue share.
private final class WorkState<Unit: WorkUnit>: Sendable {
  typealias Record = Unit.Record

  private struct Content {
    var records: [Record.Key: Record]
    var made: [Record] = []
    var next = 0
    var forecast: CostForecast
    /// The finished units of each cell and the sum of their scores.
    var scores: [CellKey: (count: Int, sum: Double)] = [:]
    /// When the units began that workers are at, by their positions.
    var begun: [Int: ContinuousClock.Instant] = [:]

    mutating func count(_ record: Record) {
      guard let score = record.score else { return }
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

  /// All records, and those that were made.
  var records: (all: [Record.Key: Record], made: [Record]) { content.withLock { ($0.records, $0.made) } }

  /// The position of a unit that no worker has taken yet.
  func takeNext() -> Int? {
    content.withLock { content in
      guard content.next < pending else { return nil }
      content.begun[content.next] = .now
      defer { content.next += 1 }
      return content.next
    }
  }

  var progress: WorkProgress<Record> { content.withLock { describe($0) } }

  /// Takes in the unit of a position, which has finished now.
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
    let mean = last.flatMap { content.scores[$0.cell] }.map { $0.sum / Double($0.count) }
    let spent = content.begun.values.reduce(0) { $0 + $1.duration(to: .now).seconds }
    return WorkProgress(
      done: content.records.count, total: total, ran: content.made.count, pending: pending, last: last,
      scoreSoFar: mean, secondsLeft: content.forecast.secondsLeft(spent: spent))
  }
}
