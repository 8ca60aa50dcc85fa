import ArgumentParser
import Foundation
import MILEvaluation
import Output

/// The command `milbench submit`.
struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Hand an experiment to Slurm: a job array, and a job that reports when it has ended.",
    discussion: """
      Each task of the array runs one share of the trials, as 'milbench run --shard' does. Called again, it hands over \
      only the tasks whose shares miss trials, or have failed ones, and that are not in the queue. All nodes must see \
      the folder that this is called in, the program and the data.

      Examples:
        milbench submit dp-minn/classical --tasks 16 -- --time=04:00:00 \\
          --cpus-per-task=2 --constraint=zen3
        milbench submit dp-minn/classical
        milbench submit dp-minn/classical --tasks 16 --dry-run
        milbench status dp-minn/classical
      """)

  @Argument(help: "The experiment by name.") var experiment: String
  @Option(help: ArgumentHelp("The number of tasks; as before where it was handed over before.", valueName: "n"))
  var tasks: Int?
  @Flag(help: "Write the scripts and show the calls of sbatch, and hand nothing over.") var dryRun = false
  @Flag(help: "Use data files whose checksum or shape is not the catalogue's.") var force = false
  @OptionGroup var scope: RunScope
  @OptionGroup var workplace: Workplace
  @Argument(parsing: .postTerminator, help: ArgumentHelp("Behind --, options of sbatch.", valueName: "sbatch options"))
  var options: [String] = []

  /// Slurm's largest number of tasks in an array, unless its configuration sets a smaller one.
  private static let mostTasks = 4_000_000

  func validate() throws {
    if let tasks, !(1...Self.mostTasks).contains(tasks) {
      throw ValidationError("--tasks is \(tasks), expected 1 to \(Self.mostTasks)")
    }
    let own = ["--array", "-a", "--dependency", "-d", "--parsable", "--wrap", "--chdir", "-D"]
    for option in options where own.contains(String(option.prefix { $0 != "=" })) {
      throw ValidationError("\(option): milbench submit sets this option of sbatch itself, expected others")
    }
  }

  func run() throws {
    let folder = workplace.resultsFolder.appending(path: experiment)
    let scripts = folder.appending(path: "slurm")
    let before = try SlurmSubmission.read(in: folder)
    guard let tasks = tasks ?? before?.tasks else {
      throw ValidationError("--tasks is missing, expected the number of tasks")
    }
    // Called again without a scope, it continues the previous submission.
    let goesOn = self.tasks == nil && scope.arguments.isEmpty
    let scope = goesOn ? try RunScope.parse(before?.scope ?? []) : scope
    try ResultFiles.checkFolder(folder)
    let narrowed = try scope.narrow(workplace.load(experiment))
    var runner = try RunOptions.parse(force ? ["--quiet", "--force"] : ["--quiet"])
      .runner(results: workplace.resultsFolder)
    _ = try runner.prepare(for: narrowed, workplace, force: force)
    let (plan, pending) = try runner.share(narrowed, among: tasks)
    var submission = SlurmSubmission(
      tasks: tasks, plan: plan.fileName, scope: scope.arguments,
      arguments: placeArguments + scope.arguments + (force ? ["--force"] : []),
      options: options.isEmpty ? before?.options ?? [] : options)
    let queue = try dryRun || before == nil ? [:] : Slurm.queue(before?.jobs ?? [])
    if let before, !queue.isEmpty {
      guard before.plan == submission.plan else {
        throw EvaluationError(
          "\(experiment): tasks of an earlier call with other units or another number of tasks are in the queue, "
            + "expected none; wait for them, or end them with scancel \(before.jobs.joined(separator: " "))")
      }
      submission.jobs = before.jobs
    }
    let shares = Set(plan.units.filter { pending.contains($0.key) }.map(\.shard))
    let chosen = shares.filter { queue[$0] == nil }.sorted()
    if !queue.isEmpty { try StandardOutput.print("in the queue already: tasks \(queue.keys.sorted().ranges)") }
    guard !chosen.isEmpty else {
      try StandardOutput.print(
        "\(experiment): nothing to hand over, \(plan.units.count - pending.count) of \(plan.units.count) trials are done"
      )
      return
    }
    try StandardOutput.print(
      "\(experiment): \(pending.count) of \(plan.units.count) trials to run, tasks \(chosen.ranges) of \(tasks)")
    try handOver(chosen, &submission, scripts, folder)
  }

  /// Writes the scripts and calls sbatch, first for the array, then for the job that depends on it.
  private func handOver(_ chosen: [Int], _ submission: inout SlurmSubmission, _ scripts: URL, _ folder: URL) throws {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    let text = SlurmScripts(program: RunningProgram.place, folder: here, experiment: experiment)
    let (task, collector) = (scripts.appending(path: "task.sh"), scripts.appending(path: "collect.sh"))
    try ResultFiles.makeFolder(scripts)
    try ResultFiles.write(text.task(submission), to: task)
    try ResultFiles.write(text.collector(placeArguments), to: collector)
    func common(_ kind: String, _ log: String) -> [String] {
      ["--job-name=milbench-\(kind)", "--output=\(scripts.appending(path: log).path)", "--open-mode=append"]
    }
    func call(_ options: [String], _ script: URL) throws -> String? {
      let shown = (["sbatch", "--parsable"] + options + [script.path]).map(SlurmScripts.quoted)
      try StandardOutput.print(shown.joined(separator: " "))
      return dryRun ? nil : try Slurm.submit(options, script)
    }
    let array = ["--array=\(chosen.ranges)"] + common("task", "task-%a.log") + submission.options
    guard let job = try call(array, task) else {
      let dependent = ["--dependency=afterany:JOB"] + common("collect", "collect.log") + submission.options
      _ = try call(dependent, collector)
      return
    }
    submission.jobs.append(job)
    try submission.write(in: folder)
    // It waits for every task in the queue, including earlier ones.
    let dependent =
      ["--dependency=afterany:\(submission.jobs.joined(separator: ":"))"] + common("collect", "collect.log")
      + submission.options
    submission.collector = try call(dependent, collector)
    try submission.write(in: folder)
    try StandardOutput.print(
      "job array \(job), then job \(submission.collector ?? ""); milbench status \(experiment) tells how far it is")
  }

  private var placeArguments: [String] {
    ["--experiments", workplace.experiments, "--output", workplace.results]
  }
}
