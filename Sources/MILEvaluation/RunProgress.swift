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
  /// The seconds that the remaining trials will take, as a ``CostForecast`` has it.
  public let secondsLeft: Double?
}

/// What the workers of a run share.
final class RunState: Sendable {
  private struct Content {
    var records: [TrialKey: TrialRecord]
    var next = 0
    var ran = 0
    var last: TrialRecord?
    var forecast: CostForecast
    /// When the trials began that workers are at, by their positions.
    var begun: [Int: ContinuousClock.Instant] = [:]
  }

  private let content: Mutex<Content>
  private let total: Int
  private let pending: Int

  init(records: [TrialKey: TrialRecord], pending: [Trial], total: Int, workers: Int, costs: PastCosts) {
    self.total = total
    self.pending = pending.count
    let forecast = CostForecast(
      pending: pending.map { ($0.key.cell, $0.roughCost) }, workers: min(workers, pending.count), past: costs)
    content = Mutex(Content(records: records, forecast: forecast))
  }

  /// All records, sorted by their keys.
  var records: [TrialRecord] {
    content.withLock { content in content.records.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// The position of a trial that no worker has taken yet.
  func takeNext() -> Int? {
    content.withLock { content in
      guard content.next < pending else { return nil }
      content.begun[content.next] = .now
      defer { content.next += 1 }
      return content.next
    }
  }

  var progress: RunProgress { content.withLock { describe($0) } }

  /// Takes in the trial of a position, which has finished now.
  func finish(_ record: TrialRecord, at index: Int) -> RunProgress {
    content.withLock { content in
      content.records[record.key] = record
      content.ran += 1
      content.last = record
      let seconds = content.begun.removeValue(forKey: index)?.duration(to: .now).seconds
      content.forecast.finish(record.key.cell, seconds: seconds ?? record.seconds + record.scoringSeconds)
      return describe(content)
    }
  }

  private func describe(_ content: Content) -> RunProgress {
    let accuracies = content.last.map { last in
      content.records.values.filter { $0.key.cell == last.key.cell && $0.status == .finished && !$0.bags.isEmpty }
        .compactMap { record in record.correctByEpoch.last.map { Double($0) / Double(record.bags.count) } }
    }
    let mean = accuracies.flatMap { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) }
    let spent = content.begun.values.reduce(0) { $0 + $1.duration(to: .now).seconds }
    return RunProgress(
      done: content.records.count, total: total, ran: content.ran, pending: pending, last: content.last,
      accuracySoFar: mean, secondsLeft: content.forecast.secondsLeft(spent: spent))
  }
}
