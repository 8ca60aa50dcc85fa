import Foundation
import MILRecords

/// The progress of each share of an experiment, by its plan and all journals of the folder.
package struct ShardStatus: Encodable, Sendable, Equatable {
  /// The state of a share's missing units.
  package enum State: String, Encodable, Sendable {
    /// None is missing.
    case done
    /// A process writes to the share's journal, or Slurm runs its task.
    case running
    /// The task is in the queue.
    case waiting
    /// Nothing runs or will run it.
    case stopped
  }

  /// One share.
  package struct Share: Encodable, Sendable, Equatable {
    /// Its number, from 1.
    package let shard: Int
    /// The number of its units, and of those that finished or ended in another way that is not retried.
    package var units = 0, done = 0
    /// The number of those among the done that diverged.
    package var diverged = 0
    /// The numbers of units that failed, and of units without a record.
    package var failed = 0, missing = 0
    /// The state of the missing or failed units.
    package var state = State.stopped
  }

  /// The experiment's name.
  package let experiment: String
  /// The plan's file.
  package let plan: String
  /// The shares that have units, by number.
  package var shares: [Share]
  /// Whether the queue was queried.
  package var knowsQueue = false

  /// Counts the records of a plan's units.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - records: the records of the folder's journals; those with other settings do not count.
  ///   - running: whether a process runs a share now.
  ///   - queue: the states of the shares in the queue; nil if it was not queried.
  package init(
    _ plan: ShardPlan, _ records: [TrialRecord], running: (Int) -> Bool, queue: [Int: Slurm.TaskState]? = nil
  ) {
    experiment = plan.experiment
    self.plan = plan.fileName
    knowsQueue = queue != nil
    let settings = plan.cells.map(\.settings)
    let known = Dictionary(grouping: records, by: \.key)
    var shares: [Int: Share] = [:]
    for unit in plan.units {
      var share = shares[unit.shard] ?? Share(shard: unit.shard)
      share.units += 1
      let record = known[unit.key]?.last { ShardPlan.settings(of: $0) == settings[unit.cell] }
      switch record?.status {
      case nil, .unavailable: share.missing += 1
      case .failed: share.failed += 1
      case .diverged:
        share.done += 1
        share.diverged += 1
      case .finished, .notApplicable: share.done += 1
      }
      shares[unit.shard] = share
    }
    self.shares = shares.values.sorted { $0.shard < $1.shard }.map { share in
      var share = share
      if share.done == share.units {
        share.state = .done
      } else if running(share.shard) || queue?[share.shard] == .running {
        share.state = .running
      } else if queue?[share.shard] == .waiting {
        share.state = .waiting
      }
      return share
    }
  }

  /// Returns the sum of a count over all shares.
  package func sum(_ count: (Share) -> Int) -> Int { shares.reduce(0) { $0 + count($1) } }

  /// The numbers of the shares that have pending units but no process.
  package var stopped: [Int] { shares.filter { $0.state == .stopped }.map(\.shard) }

  /// A one-line summary of all shares.
  package var sentence: String {
    let running = shares.filter { $0.state == .running }
    let atWork = running.reduce(0) { $0 + $1.missing + $1.failed }
    let waiting = shares.filter { $0.state == .waiting }
    func tasks(_ shares: [Share]) -> String { shares.map(\.shard).ranges }
    var parts = ["\(sum(\.done)) of \(sum(\.units)) done"]
    if !running.isEmpty { parts.append("\(atWork) left in running shares (\(tasks(running)))") }
    if !waiting.isEmpty { parts.append("shares in the queue: \(tasks(waiting))") }
    parts.append("\(sum(\.failed)) failed")
    if sum(\.diverged) > 0 { parts.append("\(sum(\.diverged)) of the done diverged") }
    parts.append("\(sum(\.missing)) missing")
    return "\(experiment): " + parts.joined(separator: ", ")
  }

  private enum CodingKeys: String, CodingKey { case experiment, plan, shares, knowsQueue }
}

extension ShardPlan {
  /// Returns the last used plan of an experiment's folder: that of the submission, or else the newest; nil without any.
  package static func latest(in folder: URL, submission: SlurmSubmission?) throws -> ShardPlan? {
    if let submission { return try read(folder.appending(path: submission.plan)) }
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.contentModificationDateKey])
    let dated = (files ?? []).filter { isPlan($0.lastPathComponent) }.map { file in
      let date = try? file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
      return (file: file, date: date ?? .distantPast)
    }
    return try dated.max { ($0.date, $0.file.path) < ($1.date, $1.file.path) }.map { try read($0.file) }
  }
}
