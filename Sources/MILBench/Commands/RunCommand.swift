import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILRecords
import Output

/// The command `milbench run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the trials of experiments that are not in their journals yet, and write tables.",
    discussion: """
      Can be stopped at any time; the next call goes on where this one was. Journals and tables go to runs/ (or \
      --output); the results that come with the project, in results/, are only read and stand beside your own in the \
      tables.

      Examples:
        milbench run
        milbench run dp-minn/classical --repeats 1
        milbench run dp-minn/classical --only musk1 --only attention
        milbench run dp-minn/classical --shard 2/8

      \(UnfinishedTrials.help)
      """)

  @Argument(help: "Experiments by name; all where none is given, the cheapest first.") var experiments: [String] = []
  @OptionGroup var scope: RunScope
  @Option(help: "Which trials to run: missing, always or never.") var policy = RunPolicy.missing
  @Option(help: ArgumentHelp("Run only the i-th of n shares of the trials.", valueName: "i/n")) var shard = Shard.whole
  @OptionGroup var workplace: Workplace
  @OptionGroup var options: RunOptions
  @OptionGroup var tables: TableOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try ResultFiles.checkFolder(workplace.resultsFolder)
    try ExperimentReport.check(
      page: experiments.isEmpty && shard == .whole ? workplace.resultsFolder : nil, folder: nil)
    let again = options.fresh ? "--fresh" : policy == .always ? "--policy always" : nil
    StoppedWork.keeps(trialsIn: workplace.resultsFolder, fresh: again)
    var runner = try options.runner(results: workplace.resultsFolder, policy: policy, shard: shard)
    var summaries: [RunSummary] = []
    var statuses: [TrialStatus] = []
    var reports: [ExperimentReport] = []
    for experiment in try inOrder(workplace.load(experiments)) {
      let narrowed = try scope.narrow(experiment)
      let folder = workplace.resultsFolder.appending(path: experiment.name)
      try ResultFiles.checkFolder(folder, apartFrom: narrowed.inputs)
      try ExperimentReport.check(page: nil, folder: folder)
      if !options.quiet { printToStandardError("\(experiment.name): \(experiment.title)") }
      let reference = try runner.prepare(for: narrowed, workplace, force: options.force)
      let outcome = try await runner.run(narrowed)
      statuses += outcome.ownRecords.map(\.status)
      let report = try present(outcome, of: experiment, reference)
      if let report { reports.append(report) }
      summaries.append(
        RunSummary(
          experiment: narrowed.settled(by: outcome.records), ran: outcome.ran, skipped: outcome.skipped,
          seconds: outcome.seconds,
          journals: report?.journals ?? outcome.journals.files.map(\.path),
          cells: CellSummary.summaries(of: outcome.records, metrics: MILBench.metrics),
          leftOut: outcome.leftOut,
          decisions: outcome.decisions))
    }
    try present(reports, summaries)
    try UnfinishedTrials.refuse(statuses)
  }

  /// Reports the run of an experiment, writes its tables and prints the first.
  @inline(never)
  private func present(
    _ outcome: RunOutcome, of experiment: Experiment, _ reference: JournalSet<TrialRecord>
  ) throws -> ExperimentReport? {
    options.tellOfOlderTrials(outcome)
    for (dataset, reason) in outcome.unavailable.sorted(by: { $0.key < $1.key }) {
      printToStandardError("no data for \(dataset): \(reason)")
    }
    if let share = outcome.share {
      // Shares end at about the same time, and each would write the tables of a part.
      let line =
        "\(experiment.name): share \(shard), \(outcome.ran) of its \(share.count) trials were run; the tables of "
        + "all shares: milbench report \(experiment.name)"
      if json { printToStandardError(line) } else { try StandardOutput.print(line) }
      return nil
    }
    // The tables cover the whole experiment, as `report` writes them.
    let report = try ExperimentReport(
      experiment, own: outcome.journals, reference: reference, current: outcome.records,
      folder: workplace.resultsFolder)
    try report.write()
    for part in report.leftOut { printToStandardError("\(experiment.name): \(part.sentence)") }
    if !json { try tables.show(report, report.comparisons, sentence: report.sentence) }
    return report
  }

  /// Writes the pages of all experiments and reports where the tables are.
  @inline(never)
  private func present(_ reports: [ExperimentReport], _ summaries: [RunSummary]) throws {
    let page =
      experiments.isEmpty && shard == .whole
      ? try ResultSite.write(reports, in: workplace.resultsFolder) : nil
    if json { try printJSON(summaries) }
    for line in Self.whereTablesAre(reports, page) where !json || !options.quiet {
      if json { printToStandardError(line) } else { try StandardOutput.print(line) }
    }
  }

  /// Returns a line for each experiment with the place of its tables and their comparison with the reference run.
  private static func whereTablesAre(_ reports: [ExperimentReport], _ page: URL?) -> [String] {
    reports.map { report in
      let comparison = report.comparisonWithReference?.sentence
      return "\(report.heading.name): \(report.tableFile.pathFromHere)" + (comparison.map { "; \($0)" } ?? "")
    } + (page.map { ["all of them: \($0.pathFromHere)"] } ?? [])
  }

  /// Returns the experiments in the given order, or the cheapest first.
  private func inOrder(_ loaded: [Experiment]) throws -> [Experiment] {
    guard experiments.isEmpty else { return loaded }
    let catalogue = try DatasetStore.ofEnvironment().catalogue
    let costs = Dictionary(uniqueKeysWithValues: loaded.map { ($0.name, $0.roughCost(in: catalogue)) })
    return loaded.sorted { (costs[$0.name] ?? 0, $0.name) < (costs[$1.name] ?? 0, $1.name) }
  }
}

extension RunPolicy: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
  /// Parses a share written `i/n`.
  package init?(argument: String) { self.init(argument) }
}
