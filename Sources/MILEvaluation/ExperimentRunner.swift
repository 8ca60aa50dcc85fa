import Foundation
import MILBags
import MILExperiments
import MILFormats
import MILModels
import MILRecords
import UserInput

/// The choice of trials to run.
package enum RunPolicy: String, Sendable, CaseIterable {
  /// Those without a current record; failed ones are retried, diverged ones would diverge again.
  case missing
  /// All.
  case always
  /// None: the journals are taken as they are.
  case never
}

/// A share of the trials, for running an experiment in several processes.
package struct Shard: Sendable, Equatable, CustomStringConvertible {
  /// The number of the share, from 1.
  package let index: Int
  /// The number of shares.
  package let count: Int

  /// All trials.
  package static let whole = Shard(index: 1, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Parses a share written as `i/n`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], index >= 1, index <= count else { return nil }
    self.init(index: index, count: count)
  }

  /// The share as `i/n`.
  package var description: String { "\(index)/\(count)" }

  /// The file name of this share's journal in an experiment's folder.
  package var journalName: String {
    (self == .whole ? "journal" : "journal-\(index)-of-\(count)") + JournalFiles.suffix
  }
}

/// The result of looking up a data set.
package enum DatasetLookup: Sendable {
  /// The data set.
  case found(BagDataset)
  /// The data set is known but not available here, for the given reason.
  case unavailable(String)
}

/// Runs the trials of an experiment that its journal does not have yet, one worker per core.
package struct ExperimentRunner: Sendable {
  /// The models available to experiments.
  package var registry: ModelRegistry
  /// Finds data sets by name.
  package var findDataset: @Sendable (String) throws -> DatasetLookup
  /// Finds folds that circulate with a data set by the name of their scheme. It throws a `DatasetError` if they are
  /// known but not available here; the data set is then left out.
  package var findFolds: @Sendable (String, BagDataset) throws -> PredefinedFolds = { scheme, dataset in
    throw EvaluationError("no folds \"\(scheme)\" are known for \(dataset.name)")
  }
  /// The folder of results: journals under the experiment's name, folds under `folds`; nil to save nothing.
  package var results: URL?
  /// Read-only folders of finished results, whose folds are reused instead of drawn again.
  package var finished: [URL] = []
  /// Records whose seconds are used to estimate the time of trials.
  package var timed: [TrialRecord] = []
  /// Journals of other experiments, whose trials count if this experiment would run the same.
  package var borrowed: [URL] = []
  /// Whether to copy the borrowed records into the experiment's journal.
  package var keepsBorrowed = false
  /// The number of parallel trials; more than the number of cores does not help.
  package var workers: Int
  /// The choice of trials to run.
  package var policy: RunPolicy
  /// The share of the trials that this process runs.
  package var shard: Shard
  /// Called after each trial, and once before the first.
  package var progress: @Sendable (RunProgress) -> Void
  /// The memory budget of all parallel trials.
  package var memory = MemoryBudget.available
  /// Called with a line on damaged parts of a journal, which are skipped.
  package var warn: @Sendable (String) -> Void = { _ in }
  /// Called with a line on the folds of a data set that were read or drawn.
  package var say: @Sendable (String) -> Void = { _ in }
  /// Called with a line on the demands of a trial, such as much memory.
  package var announce: @Sendable (TrialKey, String) -> Void = { _, _ in }

  /// Creates a runner; by default it saves nothing, runs missing trials and uses all cores.
  package init(
    registry: ModelRegistry, results: URL? = nil, workers: Int = ProcessInfo.processInfo.activeProcessorCount,
    policy: RunPolicy = .missing, shard: Shard = .whole,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    findDataset: @escaping @Sendable (String) throws -> DatasetLookup
  ) {
    self.registry = registry
    self.findDataset = findDataset
    self.results = results
    self.workers = workers
    self.policy = policy
    self.shard = shard
    self.progress = progress
  }

  /// Returns the folder of an experiment's journals and tables.
  package func folder(of experiment: Experiment) -> URL? { results?.appending(path: experiment.name) }

  /// Runs an experiment.
  ///
  /// - Returns: the current records of all its trials, sorted, and a summary of the run.
  /// - Throws: any error of reading, resolving or writing; records written before stay in the journal.
  package func run(_ experiment: Experiment) async throws -> RunOutcome {
    let start = ContinuousClock.now
    let folder = folder(of: experiment)
    ResultFiles.removeAbandoned(in: results, experiment.name)
    let prepared = try prepare(experiment)
    let (plan, taken) = (prepared.plan, prepared.taken)
    var (work, costs, journals) = (prepared.work, prepared.costs, prepared.journals)
    let share = shard == .whole ? nil : try shares(of: prepared, experiment, among: shard.count).keys(of: shard)
    let pending = work.pending(policy, of: share)
    let pendingKeys = Set(pending.map(\.key))
    let older = plan.trials.count {
      isOlderThanProgram($0, work.current[$0.key], taken) && !pendingKeys.contains($0.key)
    }
    if !pending.isEmpty { costs.add(RecordSelection(timed).records) }
    var queue = try WorkQueue(
      pending, known: work.current, total: plan.trials.count, workers: workers, costs: costs)
    (queue.memory, queue.progress, queue.announce) = (memory, progress, announce)
    let kept = keepsBorrowed ? taken.keys.sorted().compactMap { work.current[$0] } : []
    var records = work.current
    let missing = plan.recordsOfMissing(experiment).filter { missing in
      policy != .never && !journals.union.contains { $0.hasSettings(of: missing) && $0.message == missing.message }
    }
    if !pending.isEmpty || !kept.isEmpty || !missing.isEmpty {
      let file = folder?.appending(path: shard.journalName)
      let writer = try file.map { try JournalWriter<TrialRecord>($0) }
      for record in missing + kept { try writer?.append(record) }
      let done = try await queue.run(into: writer)
      records = done.all
      if let file { journals.append(missing + kept + done.made, to: file) }
    }
    return RunOutcome(
      records: records.values.sorted { $0.key < $1.key }, share: share, ran: pending.count,
      skipped: plan.trials.count - pending.count, reference: taken.reference, older: older,
      unavailable: plan.unavailable, leftOut: RecordSelection.outdated(work.outdated), decisions: plan.decisions,
      seconds: start.duration(to: .now).seconds, journals: journals)
  }

  /// Returns the plan of an experiment's shares; writes it if there is none for these units.
  ///
  /// - Returns: the plan, and the keys of the pending units.
  /// - Throws: any error of reading, resolving or writing.
  package func share(
    _ experiment: Experiment, among shards: Int
  ) throws -> (plan: ShardPlan, pending: Set<TrialKey>) {
    let prepared = try prepare(experiment)
    let pending = Set(prepared.work.units.map(\.key).filter { policy == .always || prepared.work.isMissing($0) })
    return (try shares(of: prepared, experiment, among: shards), pending)
  }

  /// The state of an experiment before any unit of it is run.
  private struct Prepared {
    let plan: TrialPlan
    var work: WorkPlan<Trial>
    var costs: PastCosts
    var taken = TakenTrials()
    let journals: JournalSet<TrialRecord>
  }

  private func prepare(_ experiment: Experiment) throws -> Prepared {
    let plan = try TrialPlan(experiment, self)
    let journals = try read(folder(of: experiment).map(JournalFiles.own) ?? [])
    let known = journals.union.filter { $0.status != .unavailable }
    var prepared = Prepared(
      plan: plan, work: WorkPlan(plan.trials), costs: PastCosts(known), journals: journals)
    try prepared.work.take(known)
    if policy != .always { prepared.taken = try borrow(for: &prepared.work, &prepared.costs) }
    return prepared
  }

  private func shares(of prepared: Prepared, _ experiment: Experiment, among shards: Int) throws -> ShardPlan {
    var costs = prepared.costs
    costs.add(RecordSelection(timed).records)
    let pending = prepared.work.units.map(\.key).filter { policy == .always || prepared.work.isMissing($0) }
    let plan = try ShardPlan(
      prepared.work.units, of: experiment.name, among: shards, pending: Set(pending), costs: costs)
    return try folder(of: experiment).map { try plan.fixed(in: $0) } ?? plan
  }

  /// Reads journals, with a warning about damaged parts.
  private func read(_ files: [URL]) throws -> JournalSet<TrialRecord> {
    let journals = try JournalSet<TrialRecord>(reading: files)
    JournalDamage.lines(journals.damage).forEach(warn)
    return journals
  }

  /// Takes from other experiments' journals the records that trials of this plan would repeat.
  private func borrow(for work: inout WorkPlan<Trial>, _ costs: inout PastCosts) throws -> TakenTrials {
    var taken = TakenTrials()
    for journal in borrowed where work.units.contains(where: { work.isMissing($0.key) }) {
      let records = try read([journal]).union.filter { $0.status != .unavailable }
      costs.add(records)
      let keys = try work.borrow(records)
      taken.keys.formUnion(keys)
      if JournalFiles.isReference(journal) { taken.reference.formUnion(keys) }
    }
    return taken
  }

  /// Returns whether a released model's trial was recorded here before the program was built, possibly with other code.
  private func isOlderThanProgram(_ trial: Trial, _ record: TrialRecord?, _ taken: TakenTrials) -> Bool {
    guard let record, let ended = record.ended, let built = RunningProgram.built else { return false }
    return trial.model.registration.isReleased && !taken.reference.contains(trial.key) && ended < built
  }
}

/// The trials of a plan whose records come from other journals.
private struct TakenTrials {
  var keys: Set<TrialKey> = []
  /// Those that come from a reference journal.
  var reference: Set<TrialKey> = []
}

/// The outcome of a run.
package struct RunOutcome: Sendable {
  /// The current records of the experiment's trials, sorted by their keys.
  package let records: [TrialRecord]
  /// The trials of the share that was run; nil for all.
  package let share: Set<TrialKey>?
  /// The number of trials that were run.
  package let ran: Int
  /// The number of trials that were skipped.
  package let skipped: Int
  /// The trials whose records come from a reference journal.
  package let reference: Set<TrialKey>
  /// The number of skipped trials of released models whose records, made here, are older than this build of the
  /// program.
  package let older: Int
  /// The unavailable data sets, with the reason.
  package let unavailable: [String: String]
  /// The records in the experiment's own journals that were ignored because a run would not repeat them now.
  package let leftOut: [LeftOutRecords]
  /// The decisions about the file of each data set, by its name.
  package let decisions: [String: [ReadDecision]]
  /// Wall-clock seconds.
  package let seconds: Double
  /// The journals of the experiment's folder, including the records of this run.
  package let journals: JournalSet<TrialRecord>
}
