import Foundation
import LinearAlgebra
import MILExperiments
import MILRecords

/// Runs recorded trials again and compares the results with the records.
package struct Verification: Sendable {
  /// The largest difference between a score and the recorded one if another BLAS core computed the latter.
  ///
  /// The kernels of two cores add in another order, so a product differs in its last bits, by about 1e-7 of its size.
  /// Training amplifies such a difference from step to step. A trial of many epochs, or one with a hard choice such as
  /// the largest instance, can therefore end anywhere. Such trials are counted and reported, not called wrong.
  package static let tolerance = 1e-3

  /// The comparison of a repeated trial with its record.
  package enum Agreement: Sendable, Equatable {
    /// All figures are the same, bit for bit.
    case same
    /// Another core computed the record, and the largest difference of a score is within the tolerance.
    case near(Double)
    /// Another core computed the record, and a score differs by more.
    case far(Double)
    /// The core is the same but the figures differ; the difference, as half a sentence.
    case different(String)
  }

  /// The outcome of a verification.
  package struct Outcome: Sendable {
    /// Each repeated trial, with the comparison.
    package let checked: [(record: TrialRecord, agreement: Agreement)]
    /// The number of records that could have been checked.
    package let candidates: Int
    /// The records that a run would not repeat now.
    package let leftOut: [LeftOutRecords]
    /// The unavailable data sets, with the reason.
    package let unavailable: [String: String]
    /// The BLAS core that ran the trials here.
    package let core: String
  }

  /// The runner whose data, folds and models are used; nothing is written.
  package var runner: ExperimentRunner
  /// The number of trials to repeat, spread over the experiment; nil for all.
  package var sample: Int?
  /// The largest recorded time of a trial to repeat, in seconds.
  package var longest = Double.infinity

  /// Creates a verification with the data, folds and models of a runner.
  package init(_ runner: ExperimentRunner) {
    self.runner = runner
    self.runner.results = nil
  }

  /// Repeats trials of an experiment.
  ///
  /// - Parameters:
  ///   - records: the records, in the order of the journals.
  ///   - experiment: the experiment.
  /// - Throws: the errors of ``ExperimentRunner/run(_:)``.
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

  /// Returns `count` elements of a list, evenly spread and always the same.
  static func spread<Element>(_ list: [Element], _ count: Int) -> [Element] {
    guard count < list.count, count > 0 else { return count > 0 ? list : [] }
    return (0..<count).map { list[($0 * list.count + list.count / 2) / count] }
  }

  /// Compares a record with the record of the repeated trial.
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
