import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import Subprocesses

/// The options of commands that run trials.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Trials run side by side; all cores by default.", valueName: "n"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "The memory for all trials side by side; by default MILBENCH_MEMORY, or what is available.", valueName: "GiB"))
  var memory: Double?

  @Flag(help: "Run every trial again, whatever journals hold.") var fresh = false
  @Flag(help: "Use data files whose checksum or shape is not the catalogue's.") var force = false
  @Flag(help: "Show no progress.") var quiet = false

  func validate() throws {
    if let workers, workers < 1 { throw ValidationError("--workers is \(workers), expected at least 1") }
    _ = try memoryBudget()
  }

  /// Returns the budget set by the option, the environment or the system.
  func memoryBudget() throws -> MemoryBudget {
    if let memory { return try MemoryBudget(gibibytes: "\(memory)", of: "--memory") }
    let text = ProcessInfo.processInfo.environment[MemoryBudget.variable]
    return try text.map { try MemoryBudget(gibibytes: $0) } ?? .available
  }

  /// Creates a runner with these options.
  func runner(results: URL?, policy: RunPolicy = .missing, shard: Shard = .whole) throws -> ExperimentRunner {
    warnOfSlowBLAS()
    TemporaryFolder.removeAbandoned()
    let store = try DatasetStore.ofEnvironment(force: force)
    let display = ProgressDisplay(isQuiet: quiet)
    var runner = ExperimentRunner(
      registry: MILBench.registry, results: results,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount, policy: fresh ? .always : policy, shard: shard,
      progress: { display.show($0) }, findDataset: { try store.lookUp($0) })
    runner.memory = try memoryBudget()
    runner.finished = URL.referenceResults
    runner.warn = { printToStandardError($0) }
    runner.announce = { display.announce($1, of: $0) }
    runner.findFolds = { try store.folds($0, for: $1) }
    return runner
  }

  /// Says how many trials are those of an earlier call, in a command whose journal the user may not think of.
  func tellOfTakenTrials(_ outcome: RunOutcome) {
    let count = outcome.records.count
    guard !quiet, outcome.skipped > 0, count > 0 else { return }
    let place = outcome.journals.files.first.map { " \($0.path)" } ?? ""
    printToStandardError(
      "\(outcome.skipped) of \(count) trials are taken from the journal\(place); --fresh runs them again")
  }

  /// Informs users who changed the code of a released model that its trials are not run again.
  func tellOfOlderTrials(_ outcome: RunOutcome) {
    guard !quiet, outcome.older > 0 else { return }
    printToStandardError(
      "\(outcome.older) trials in journals are older than this build; after a change to a released model, --fresh runs "
        + "them again")
  }
}
