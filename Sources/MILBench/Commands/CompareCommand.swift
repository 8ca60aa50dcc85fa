import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILFormats
import MILRecords
import MILReport
import Output
import UserInput

/// The command `milbench compare`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare models on the same folds; what any journal holds already is not run.",
    discussion: """
      Journals anywhere in the folder of your own runs, in the folders that --reuse names and in the results that come \
      with milbench are used where their trials are what would be run; --fresh runs all. A model that is not part of a \
      release is run again after each change of the program. With --journal all models of journals are compared, of \
      whatever origin: nothing is run, and neither models nor data need be known here. A sentence with the answer is \
      printed, then tables and statistics; they are written to compare/ in the folder of your own runs, too, with \
      figures, among them the ROC curves of the models on each data set of two classes.

      Examples:
        milbench compare attention mi-net-bag --datasets musk1 musk2
        milbench compare dp-minn attention "mi-net-bag[pooling=mean]" \\
          --datasets classical --repeats 1 --json
        milbench compare dp-minn attention mi-net-top-k --datasets classical \\
          --protocol as-published --reuse ../results
        milbench compare attention mi-kernel --datasets slides.csv \\
          --bag-column slide --label-column grade --label-column stage
        milbench compare --journal theirs.jsonl.gz

      \(UnfinishedTrials.help)
      """)

  @Argument(help: "Two or more model ids.") var models: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Data sets by name, files, or classical for Musk1, Musk2, Fox, Tiger and Elephant.", valueName: "name ..."))
  var datasets: [String] = []
  @Option(help: ArgumentHelp(FoldChoice.help, valueName: "n-or-file")) var folds: FoldChoice?
  @Option(
    help: ArgumentHelp(
      "How often the cross-validation is repeated: 5 times, or as often as a file of folds has it.", valueName: "n"))
  var repeats: Int?
  @Option(name: .customLong("protocol"), help: ArgumentHelp(TrialProtocol.help, valueName: "name"))
  var protocolName = EvaluationProtocol.clean.rawValue
  @Option(help: ArgumentHelp("The master seed of folds and trials.", valueName: "n")) var seed: UInt64 = 2018
  @Option(
    name: .output,
    help: ArgumentHelp("The folder of journals, folds and tables.", valueName: "folder"))
  var output = Workplace.ownRuns
  @Option(
    help: ArgumentHelp("Use the journals in this folder too; can be given several times.", valueName: "folder"))
  var reuse: [String] = []
  @Option(
    help: ArgumentHelp(
      "Compare what this journal holds, and run nothing; can be given several times.", valueName: "file"))
  var journal: [String] = []
  @OptionGroup var file: DataFileOptions
  @OptionGroup var given: SplitsOption
  @OptionGroup var options: RunOptions
  @OptionGroup var tables: TableOptions
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    try folds?.validate()
    if let repeats, repeats < 1 { throw ValidationError("--repeats is \(repeats), expected at least 1") }
    try FoldChoice.refuse(folds, beside: file, given)
    if !journal.isEmpty {
      guard models.isEmpty, datasets.isEmpty, folds == nil, repeats == nil, reuse.isEmpty else {
        throw ValidationError(
          "--journal says what is compared, expected no models, --datasets, --folds, --repeats or --reuse")
      }
      return
    }
    if models.count < 2 { throw ValidationError("one model, expected at least two to compare") }
    if datasets.isEmpty { throw ValidationError("--datasets is empty, expected at least one name") }
    if output.isEmpty { throw ValidationError("--output is empty, expected a folder") }
    if reuse.contains("") { throw ValidationError("--reuse is empty, expected a folder") }
  }

  func run() async throws {
    if !journal.isEmpty { return try compareJournals() }
    let experiment = try experiment()
    try FoldChoice.asked(folds, given)?.check(in: DatasetStore.ofEnvironment())
    let results = URL(fileURLWithPath: output, isDirectory: true)
    let folder = results.appending(path: experiment.name)
    try ResultFiles.checkFolder(results)
    try ResultFiles.checkFolder(
      folder, apartFrom: experiment.inputs + (folds?.inputs ?? []) + file.folder.inputs + given.inputs)
    try ExperimentReport.check(page: nil, folder: folder)
    StoppedWork.keeps(trialsIn: results, fresh: options.fresh ? "--fresh" : nil)
    var runner = try options.runner(results: results)
    runner.borrowed = try borrowed(results, except: folder)
    runner.find(for: experiment, in: try DatasetStore.ofEnvironment(force: options.force), file.reading)
    let outcome = try await runner.run(experiment)
    StoppedWork.end()
    try present(outcome, of: experiment, in: folder)
  }

  /// Reports the run, writes the tables and prints them.
  @inline(never)
  private func present(_ outcome: RunOutcome, of experiment: Experiment, in folder: URL) throws {
    for (dataset, reason) in outcome.unavailable.sorted(by: { $0.key < $1.key }) {
      printToStandardError("no data for \(dataset): \(reason)")
    }
    if !options.quiet { printToStandardError("\(outcome.ran) trials run, \(outcome.skipped) taken from journals") }
    options.tellOfOlderTrials(outcome)
    // The journal is of all calls of this command, so records with other settings answer other questions.
    let report = try ExperimentReport(
      experiment, records: outcome.records, journals: [], folder: folder,
      fromReference: outcome.reference, unavailable: outcome.unavailable)
    try present(report, outcome.records, experiment, outcome.decisions)
  }

  /// Compares the models of journals without running trials.
  private func compareJournals() throws {
    let read = try JournalSet<TrialRecord>(reading: journal.map { URL(fileURLWithPath: $0) })
    JournalDamage.lines(read.damage).forEach { printToStandardError($0) }
    let selection = RecordSelection(read.union)
    for part in selection.leftOut { printToStandardError(part.sentence) }
    guard let experiment = Experiment(of: selection.records, named: "compare", titled: "Comparison") else {
      throw EvaluationError("\(journal.joined(separator: ", ")): no trials, expected journals of them")
    }
    let folder = URL(fileURLWithPath: output, isDirectory: true).appending(path: experiment.name)
    try ExperimentReport.check(page: nil, folder: folder)
    let report = try ExperimentReport(
      experiment, records: selection.records, leftOut: selection.leftOut, journals: read.files.map(\.path),
      folder: folder, unavailable: selection.unavailable)
    try present(report, selection.records, experiment, [:])
  }

  /// Writes the tables of records and prints them.
  @inline(never)
  private func present(
    _ report: ExperimentReport, _ records: [TrialRecord], _ experiment: Experiment,
    _ decisions: [String: [ReadDecision]]
  ) throws {
    try report.write()
    try FigureFolder.writeCurves(
      records, models: experiment.models.map { ($0.id, experiment.protocolName(of: $0)) },
      datasets: experiment.datasets, to: report.folder.appending(path: "figures"))
    let statuses = records.map(\.status)
    if records.isEmpty { throw EvaluationError("no trial was run, so there is nothing to compare") }
    if json {
      try printJSON(
        ModelComparison(
          experiment.settled(by: records), report.cells.map(\.cell), report.statistics, sentence: report.sentence,
          decisions))
    } else {
      let sentence = report.sentence ?? ModelComparison.nothingToCompare
      try StandardOutput.print(TableOptions.lines(sentence, within: StandardOutput.terminalColumns) + "\n")
      try tables.show(report, report.tables, sentence: nil)
    }
    try UnfinishedTrials.refuse(statuses)
    if report.statistics.isEmpty { throw EvaluationError("fewer than two models have finished trials") }
  }

  /// Returns the comparison as an experiment, with canonical names.
  private func experiment() throws -> Experiment {
    let names = datasets.flatMap { $0 == "classical" ? Catalogue.classical : [$0] }
    var experiment = Experiment(
      name: "compare", title: "Comparison", datasets: names, models: models.map { ExperimentModel(id: $0) })
    experiment.protocol = protocolName
    if file.labelColumn.count > 1 { experiment.reading = file.reading }
    (experiment.repeats, experiment.repeatsAreStated) = (repeats ?? 5, repeats != nil)
    switch FoldChoice.asked(folds, given) {
    case .drawn(let count): experiment.folds = count
    case .named(let scheme): experiment.foldScheme = scheme
    case nil: if !file.foldColumn.isEmpty { experiment.foldScheme = PredefinedFolds.columnsOfTheData }
    }
    experiment.seed = seed
    do {
      return try experiment.withCanonicalNames(in: MILBench.registry, DatasetStore.ofEnvironment())
    } catch let error as EvaluationError {
      throw MistakenCall(description: error.description.replacing("experiment compare: ", with: ""))
    }
  }

  /// Returns the journals to take trials from, except those in the comparison's own folder.
  ///
  /// The user's journals precede those shipped with milbench.
  private func borrowed(_ results: URL, except folder: URL) throws -> [URL] {
    var journals = journals(in: results)
    for path in reuse {
      let place = URL(fileURLWithPath: path, isDirectory: true)
      guard (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
        throw EvaluationError("--reuse \(path): there is no such folder")
      }
      journals += self.journals(in: place)
    }
    for finished in URL.referenceResults {
      journals += self.journals(in: finished).filter(JournalFiles.isReference)
    }
    let own = folder.standardizedFileURL.path
    var seen: Set<String> = []
    return journals.map(\.standardizedFileURL).filter {
      $0.deletingLastPathComponent().path != own && seen.insert($0.path).inserted
    }
  }

  /// Returns all journals in a folder and its subfolders, sorted by path.
  private func journals(in folder: URL) -> [URL] {
    // The folder itself may be a link, such as one to a larger disk.
    let paths = FileManager.default.subpaths(atPath: folder.resolvingSymlinksInPath().path) ?? []
    return paths.filter(JournalFiles.isJournal).sorted()
      .map { folder.appending(path: $0) }
  }
}
