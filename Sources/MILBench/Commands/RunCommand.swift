import ArgumentParser
import Foundation
import MILEvaluation
import MILResults
import Output

/// `milbench run`
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the trials of experiments that are not in their journals yet, and write tables.",
    discussion: """
      Can be stopped at any time; the next call goes on where this one was. Journals and tables go to runs/ (or --output);
      the results that come with the project, in results/, are only read and stand beside your own in the tables.

      Examples:
        milbench run
        milbench run dp-minn/classical --repeats 1
        milbench run dp-minn/classical --only musk1 --only attention
        milbench run dp-minn/classical --shard 2/8

      \(UnfinishedTrials.help)
      """)

  @Argument(help: "Experiments by name; all where none is given, the cheapest first.") var experiments: [String] = []
  @Option(help: ArgumentHelp("The number of repeats, instead of the experiment's.", valueName: "n")) var repeats: Int?
  @Option(help: ArgumentHelp("Run only this data set or model; can be given several times.", valueName: "name"))
  var only: [String] = []
  @Option(help: "Which trials to run: missing, always or never.") var policy = RunPolicy.missing
  @Option(help: ArgumentHelp("Run only the i-th of n shares of the trials.", valueName: "i/n")) var shard = Shard.whole
  @OptionGroup var workplace: Workplace
  @OptionGroup var options: RunOptions
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if let repeats, repeats < 1 { throw ValidationError("--repeats is \(repeats), expected at least 1") }
  }

  func run() async throws {
    try ResultFiles.checkFolder(workplace.resultsFolder)
    try ExperimentReport.check(page: experiments.isEmpty ? workplace.resultsFolder : nil, folder: nil)
    var runner = try options.runner(results: workplace.resultsFolder, policy: policy, shard: shard)
    // Experiments share models and data sets; what one has run, another need not.
    runner.keepsBorrowed = true
    let names = try Experiment.list(in: workplace.experimentsFolder)
    var summaries: [RunSummary] = []
    var statuses: [TrialStatus] = []
    var reports: [ExperimentReport] = []
    for experiment in try inOrder(workplace.load(experiments)) {
      var narrowed = try narrow(experiment)
      if let repeats { (narrowed.repeats, narrowed.repeatsAreStated) = (repeats, true) }
      let folder = workplace.resultsFolder.appending(path: experiment.name)
      try ResultFiles.checkFolder(folder, apartFrom: narrowed.inputs)
      try ExperimentReport.check(page: nil, folder: folder)
      runner.find(for: narrowed, in: try DatasetStore.ofEnvironment(force: options.force))
      if !options.quiet { printToStandardError("\(experiment.name): \(experiment.title)") }
      runner.borrowed = try names.filter { $0 != experiment.name }.flatMap {
        try JournalFiles.own(in: workplace.resultsFolder.appending(path: $0))
      }
      runner.finished = [workplace.referenceFolder] + URL.referenceResults
      let reference = try workplace.referenceJournal(of: experiment.name)
      JournalDamage.lines(reference.damage).forEach(runner.warn)
      runner.timed = reference.union
      let outcome = try await runner.run(narrowed)
      statuses += outcome.records.map(\.status)
      let report = try present(outcome, of: experiment, reference)
      reports.append(report)
      summaries.append(
        RunSummary(
          experiment: narrowed.settled(by: outcome.records), ran: outcome.ran, skipped: outcome.skipped,
          seconds: outcome.seconds,
          journals: report.journals, cells: CellSummary.summaries(of: outcome.records, metrics: MILBench.metrics),
          leftOut: outcome.leftOut,
          decisions: outcome.decisions))
    }
    try present(reports, summaries)
    try UnfinishedTrials.refuse(statuses)
  }

  /// Says what was run of an experiment, writes its tables and prints the first.
  @inline(never)
  private func present(
    _ outcome: RunOutcome, of experiment: Experiment, _ reference: JournalSet<TrialRecord>
  ) throws -> ExperimentReport {
    options.tellOfOlderTrials(outcome)
    for (dataset, reason) in outcome.unavailable.sorted(by: { $0.key < $1.key }) {
      printToStandardError("no data for \(dataset): \(reason)")
    }
    // The tables are those of the whole experiment, as `report` writes them.
    let report = try ExperimentReport(
      experiment, own: outcome.journals, reference: reference, current: outcome.records,
      folder: workplace.resultsFolder)
    try report.write()
    for part in report.leftOut { printToStandardError("\(experiment.name): \(part.sentence)") }
    if !json { try StandardOutput.print(report.table.terminal + "\n") }
    return report
  }

  /// Writes the page of all experiments and says where tables are.
  @inline(never)
  private func present(_ reports: [ExperimentReport], _ summaries: [RunSummary]) throws {
    let page = experiments.isEmpty ? try ExperimentReport.writePage(reports, in: workplace.resultsFolder) : nil
    if json { try printJSON(summaries) }
    for line in Self.whereTablesAre(reports, page) where !json || !options.quiet {
      if json { printToStandardError(line) } else { try StandardOutput.print(line) }
    }
  }

  /// A line for each experiment on where its tables are and how they compare with the reference run.
  private static func whereTablesAre(_ reports: [ExperimentReport], _ page: URL?) -> [String] {
    reports.map { report in
      let comparison = report.comparisonWithReference?.sentence
      return "\(report.heading.name): \(report.tableFile.pathFromHere)" + (comparison.map { "; \($0)" } ?? "")
    } + (page.map { ["all on one page: \($0.pathFromHere)"] } ?? [])
  }

  /// The experiments as they were named, or the cheapest first.
  private func inOrder(_ loaded: [Experiment]) throws -> [Experiment] {
    guard experiments.isEmpty else { return loaded }
    let catalogue = try DatasetStore.ofEnvironment().catalogue
    let costs = Dictionary(uniqueKeysWithValues: loaded.map { ($0.name, $0.roughCost(in: catalogue)) })
    return loaded.sorted { (costs[$0.name] ?? 0, $0.name) < (costs[$1.name] ?? 0, $1.name) }
  }

  /// The data sets and models of an experiment that `--only` names.
  private func narrow(_ experiment: Experiment) throws -> Experiment {
    guard !only.isEmpty else { return experiment }
    var result = experiment
    let datasets = experiment.datasets.filter { only.contains($0) }
    let models = experiment.models.filter { model in
      only.contains { $0 == model.id || $0 == model.label || model.id.hasPrefix($0 + "[") }
    }
    let known = Set(experiment.datasets + experiment.models.flatMap { [$0.id, String($0.id.prefix { $0 != "[" })] })
    for name in only where !known.contains(name) && !experiment.models.contains(where: { $0.label == name }) {
      throw ValidationError(
        "--only \(name): experiment \(experiment.name) has no such data set or model, expected one of "
          + known.sorted().joined(separator: ", "))
    }
    if !datasets.isEmpty { result.datasets = datasets }
    if !models.isEmpty { result.models = models }
    return result
  }
}

extension RunPolicy: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
  /// A share written `i/n`.
  public init?(argument: String) { self.init(argument) }
}
