import ArgumentParser
import Foundation
import MILEvaluation
import MILRecords
import MILReport
import Output

/// The command `milbench status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell how far the shares of an experiment have come, by their journals and the queue.",
    discussion: """
      Reads the plan of the shares and all journals of the experiment's folder; nothing is loaded, run or written. A \
      share is running where a process here writes to its journal or Slurm runs its task, and stopped where trials are \
      missing or failed and nobody is at them.

      Examples:
        milbench status dp-minn/classical
        milbench status dp-minn/classical --json
      """)

  @Argument(help: "The experiment by name.") var experiment: String
  @OptionGroup var workplace: Workplace
  @Flag(help: "Print JSON.") var json = false

  /// Above this number of shares, the table lists only those that are not done.
  private static let mostRows = 64

  func run() throws {
    let folder = workplace.resultsFolder.appending(path: experiment)
    let submission = try SlurmSubmission.read(in: folder)
    guard let plan = try ShardPlan.latest(in: folder, submission: submission) else {
      throw EvaluationError(
        "\(folder.path): there is no plan of shares, expected one by milbench run --shard or milbench submit")
    }
    let journals = try JournalSet<TrialRecord>(reading: JournalFiles.own(in: folder))
    JournalDamage.lines(journals.damage).forEach { printToStandardError($0) }
    var queue: [Int: Slurm.TaskState]?
    do {
      if let submission, Slurm.isHere, !submission.jobs.isEmpty { queue = try Slurm.queue(submission.jobs) }
    } catch {
      printToStandardError("\(error)")
    }
    let status = ShardStatus(
      plan, journals.union,
      running: { share in
        Shard("\(share)/\(plan.shards)").map { JournalFiles.isBeingWritten(folder.appending(path: $0.journalName)) }
          ?? false
      }, queue: queue)
    if json { return try printJSON(status) }
    let shown = status.shares.count <= Self.mostRows ? status.shares : status.shares.filter { $0.state != .done }
    try table(shown).show()
    try StandardOutput.print(status.sentence)
    if submission != nil, !Slurm.isHere { printToStandardError("the queue was not asked: there is no squeue here") }
    let stopped = status.stopped
    guard !stopped.isEmpty else { return }
    try StandardOutput.print(
      submission == nil
        ? "stopped: \(stopped.ranges); milbench run \(experiment) --shard i/\(plan.shards) goes on with one"
        : "stopped: \(stopped.ranges); milbench submit \(experiment) hands them over again")
  }

  private func table(_ shares: [ShardStatus.Share]) -> ReportTable {
    let titles = ["share", "trials", "done", "failed", "missing", "state"]
    var table = ReportTable(title: "", columns: titles.map { ReportTable.Column($0, $0 == "state" ? .left : .right) })
    for share in shares {
      let counts = [share.shard, share.units, share.done, share.failed, share.missing]
      table.append(ReportTable.Row(counts.map(String.init) + [share.state.rawValue]))
    }
    return table
  }
}
