import MILResults
import Synchronization

/// How far a run has come.
public struct RunProgress: Sendable {
  /// The trials with a current record.
  public let done: Int
  /// All trials of the experiment.
  public let total: Int
  /// The trials this run has finished.
  public let ran: Int
  /// The trials this run has to do.
  public let pending: Int
  /// The trial that was finished last.
  public let last: TrialRecord?
  /// The mean accuracy so far of the last trial's data set and model.
  public let accuracySoFar: Double?
  /// The seconds that the remaining trials will take, from those finished so far.
  public let secondsLeft: Double?
}

/// What the workers of a run share.
final class RunState: Sendable {
  private struct Content {
    var records: [TrialKey: TrialRecord]
    var next = 0
    var ran = 0
    var last: TrialRecord?
    /// Finished trials of this run and their wall-clock seconds, by cell.
    var cost: [CellKey: (count: Int, seconds: Double)] = [:]
    var remaining: [CellKey: Int]
  }

  private let content: Mutex<Content>
  private let total: Int
  private let pending: Int
  private let workers: Int

  init(records: [TrialKey: TrialRecord], pending: [Trial], total: Int, workers: Int) {
    self.total = total
    self.pending = pending.count
    self.workers = max(1, min(workers, pending.count))
    let remaining = Dictionary(pending.map { ($0.key.cell, 1) }, uniquingKeysWith: +)
    content = Mutex(Content(records: records, remaining: remaining))
  }

  /// All records, sorted by their keys.
  var records: [TrialRecord] {
    content.withLock { content in content.records.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// The position of a trial that no worker has taken yet.
  func takeNext() -> Int? {
    content.withLock { content in
      guard content.next < pending else { return nil }
      defer { content.next += 1 }
      return content.next
    }
  }

  var progress: RunProgress { content.withLock { describe($0) } }

  /// Takes in a finished trial.
  func finish(_ record: TrialRecord) -> RunProgress {
    content.withLock { content in
      let cell = record.key.cell
      content.records[record.key] = record
      content.ran += 1
      content.last = record
      content.remaining[cell, default: 1] -= 1
      let old = content.cost[cell] ?? (0, 0)
      content.cost[cell] = (old.count + 1, old.seconds + record.seconds + record.scoringSeconds)
      return describe(content)
    }
  }

  private func describe(_ content: Content) -> RunProgress {
    let accuracies = content.last.map { last in
      content.records.values.filter { $0.key.cell == last.key.cell && $0.status == .finished && !$0.bags.isEmpty }
        .compactMap { record in record.correctByEpoch.last.map { Double($0) / Double(record.bags.count) } }
    }
    let mean = accuracies.flatMap { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) }
    return RunProgress(
      done: content.records.count, total: total, ran: content.ran, pending: pending, last: content.last,
      accuracySoFar: mean, secondsLeft: secondsLeft(content))
  }

  /// Remaining trials at the mean cost of their cell, or of all cells where none of theirs has finished.
  private func secondsLeft(_ content: Content) -> Double? {
    guard content.ran > 0 else { return nil }
    let total = content.cost.values.reduce((count: 0, seconds: 0.0)) { ($0.count + $1.count, $0.seconds + $1.seconds) }
    let mean = total.seconds / Double(total.count)
    let work = content.remaining.reduce(0.0) { sum, cell in
      let known = content.cost[cell.key].map { $0.seconds / Double($0.count) }
      return sum + Double(cell.value) * (known ?? mean)
    }
    return work / Double(workers)
  }
}
