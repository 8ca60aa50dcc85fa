import Foundation
import LinearAlgebra
import MILExperiments
import MILRecords

/// Runs recorded trials again and compares what they give with what was recorded.
package struct Verification: Sendable {
  /// How far a score may be from the recorded one where another BLAS core computed that.
  ///
  /// Kernels of two cores add in another order, so a product differs in its last bits, by about 1e-7 of its size. Training
  /// carries such a difference on from step to step and makes it larger; a trial of many epochs, or one with a hard choice in
  /// it, such as that of the largest instance, can end anywhere. Those are counted and told, not called wrong.
  package static let tolerance = 1e-3

  /// How a trial that was run again compares.
  package enum Agreement: Sendable, Equatable {
    /// All figures are the same, bit for bit.
    case same
    /// Another core computed the record, and the largest difference of a score is within the tolerance.
    case near(Double)
    /// Another core computed the record, and a score is farther off.
    case far(Double)
    /// The core is the same and the figures are not: in what, as half a sentence.
    case different(String)
  }

  /// What became of the trials.
  package struct Outcome: Sendable {
    /// Each trial that was run again.
    package let checked: [(record: TrialRecord, agreement: Agreement)]
    /// The number of records that could have been checked.
    package let candidates: Int
    /// The records that a run would not repeat now.
    package let leftOut: [LeftOutRecords]
    /// The data sets that could not be had, with the reason.
    package let unavailable: [String: String]
    /// The BLAS core that ran the trials here.
    package let core: String
  }

  /// The runner whose data, folds and models are used; nothing is written.
  package var runner: ExperimentRunner
  /// The number of trials to be run again, spread over the experiment; nil for all.
  package var sample: Int?
  /// Only trials whose recorded time is at most this are run again.
  package var longest = Double.infinity

  /// A verification with the data, folds and models of a runner.
  package init(_ runner: ExperimentRunner) {
    self.runner = runner
    self.runner.results = nil
  }

  /// Runs trials of an experiment again.
  ///
  /// - Parameters:
  ///   - records: what was recorded, in the order of the journals.
  ///   - experiment: the experiment.
  /// - Throws: what ``ExperimentRunner/run(_:)`` throws.
  package func check(_ records: [TrialRecord], of experiment: Experiment) async throws -> Outcome {
    let plan = try TrialPlan(experiment, runner)
    var work = WorkPlan(plan.trials)
    try work.take(records.filter { [.finished, .diverged].contains($0.status) })
    let candidates = plan.trials.filter { trial in
      work.current[trial.key].map { $0.totalSeconds <= longest } ?? false
    }
    let chosen = Self.spread(candidates, sample ?? candidates.count)
    var queue = try WorkQueue(
      chosen, known: [:], total: chosen.count, workers: runner.workers, costs: PastCosts(records))
    (queue.memory, queue.progress, queue.announce) = (runner.memory, runner.progress, runner.announce)
    let made = try await queue.run(into: nil).all
    let checked = chosen.compactMap { trial -> (TrialRecord, Agreement)? in
      guard let old = work.current[trial.key], let new = made[trial.key] else { return nil }
      return (old, Self.compare(old, with: new))
    }
    return Outcome(
      checked: checked, candidates: candidates.count, leftOut: RecordSelection.outdated(work.outdated),
      unavailable: plan.unavailable, core: BLASLibrary.current.core)
  }

  /// So many of a list, evenly over it and always the same.
  static func spread<Element>(_ list: [Element], _ count: Int) -> [Element] {
    guard count < list.count, count > 0 else { return count > 0 ? list : [] }
    return (0..<count).map { list[($0 * list.count + list.count / 2) / count] }
  }

  /// Compares a record with that of the same trial, run again.
  static func compare(_ old: TrialRecord, with new: TrialRecord) -> Agreement {
    let difference = largestDifference(old, new)
    guard old.core == new.core else {
      guard let difference, old.status == new.status, old.bags == new.bags else { return .far(.infinity) }
      return old.figures == new.figures ? .same : difference <= tolerance ? .near(difference) : .far(difference)
    }
    if old.status != new.status {
      return .different(
        "it \(old.status.rawValue) then and \(new.status.rawValue) now" + (new.message.map { " (\($0))" } ?? ""))
    }
    if old.bags != new.bags || old.targets != new.targets { return .different("other test bags or targets") }
    if old.figures != new.figures {
      return .different(
        "other figures" + (difference.map { ", scores by up to \(String(format: "%.3g", $0))" } ?? ""))
    }
    return .same
  }

  private static func largestDifference(_ old: TrialRecord, _ new: TrialRecord) -> Double? {
    let (left, right) = (old.allScores, new.allScores)
    guard left.count == right.count else { return nil }
    return zip(left, right).map { abs($0 - $1) }.max() ?? 0
  }
}

extension TrialRecord {
  /// The scores, or the outputs, bag after bag.
  fileprivate var allScores: [Double] { scores + (outputs ?? []).flatMap { $0 } }

  /// All that a trial computes, as bits.
  fileprivate var figures: [UInt64] {
    var figures = (allScores + [threshold] + (valueByEpoch ?? [])).map(\.bitPattern)
    figures += lossByEpoch.map { UInt64($0.bitPattern) }
    figures += (correctByEpoch + [steps, parameters] + (called ?? [])).map { UInt64(bitPattern: Int64($0)) }
    return figures
  }
}
