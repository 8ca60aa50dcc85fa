import ArgumentParser
import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILFormats
import MILModels
import MILRecords
import MILReport
import MILStatistics
import Output
import UserInput

/// The command `milbench evaluate`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Cross-validate one model on one data set or file.",
    discussion: """
      Examples:
        milbench evaluate --model mi-net-bag --dataset musk1
        milbench evaluate --model "mi-net-bag[pooling=mean]" --dataset musk1 \\
          --protocol as-published --repeats 5 --json
        milbench evaluate --model dp-minn --dataset musk1 --protocol tuned
        milbench evaluate \\
          --model "dp-minn[iterations=1/3,loss=margin/cross-entropy]" \\
          --dataset musk1
        milbench evaluate --model attention --dataset bags.csv --folds 5 --epochs 20
        milbench evaluate --model "attention[stopping=inner]" --dataset musk1 \\
          --epochs 200
        milbench evaluate --model mi-svm-instance --dataset fox --folds lamda-10x10 \\
          --repeats 10
        milbench evaluate --model attention --dataset bags.csv --predictions out.csv
        milbench evaluate --model attention --dataset slides.csv --folds splits_0.csv
        milbench evaluate --model attention --dataset slides.csv --folds loo
        milbench evaluate --model attention --dataset slides.csv --bag-column slide \\
          --group-column patient
        milbench evaluate --model attention --dataset FOLDER --labels labels.csv \\
          --instances-per-bag 2000
        milbench evaluate --model attention --dataset bags.csv --figures figures
        milbench evaluate --model attention --dataset A --test B --labels labels.csv

      With --test the model is fitted on all bags of one set and tested on those of another, with bootstrap intervals \
      over these bags. Options that say how to read hold for both; --test-labels names another table for the second, \
      and --test-positive its positive label where its labels have other names. Otherwise other names are an error.

      Ctrl-C stops it. With --output what has finished is kept, and the same call goes on from there; without it \
      nothing is kept.

      \(UnfinishedTrials.help)
      """)

  @Option(help: ArgumentHelp("A model id, such as dp-minn or dp-minn[iterations=1].", valueName: "id"))
  var model: String
  @Option(
    name: .dataset,
    help: ArgumentHelp("A data set's name or a file.", valueName: "name-or-file")) var dataset: String
  @Option(help: ArgumentHelp("A cohort to test on: a name, file or folder.", valueName: "name-or-file"))
  var test: String?
  @Option(help: ArgumentHelp("The table of labels of the cohort, where it is another.", valueName: "table"))
  var testLabels: String?
  // A label may begin with a hyphen, like -1.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The positive label of the cohort, where its labels have other names.", valueName: "label"))
  var testPositive: String?
  @Option(help: ArgumentHelp(FoldChoice.help, valueName: "n-or-file")) var folds: FoldChoice?
  @Option(
    help: ArgumentHelp(
      "How often the cross-validation is repeated: once, or as often as a file of folds has it.", valueName: "n"))
  var repeats: Int?
  @Option(help: ArgumentHelp("The number of epochs, instead of the model's.", valueName: "n")) var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "At most how many instances of a bag a network trains on in an epoch, drawn anew in each; scores are of all.",
      valueName: "n"))
  var instancesPerBag: Int?
  @Option(name: .customLong("protocol"), help: ArgumentHelp(TrialProtocol.help, valueName: "name"))
  var protocolName = EvaluationProtocol.clean.rawValue
  @Option(help: ArgumentHelp("The master seed of folds and trials.", valueName: "n")) var seed: UInt64 = 2018
  @Option(
    name: .output,
    help: ArgumentHelp("Keep journal and folds in this folder, and reuse what it holds.", valueName: "folder"))
  var output: String?
  @Option(
    help: ArgumentHelp("Write the scores of the test bags of all folds to this file, as CSV.", valueName: "file"))
  var predictions: String?
  @Option(
    help: ArgumentHelp(
      "Write figures to this folder, as SVG: of classes ROC curves, confusion matrix and the calibration of probabilities; of "
        + "numbers those predicted against the true ones; of survival times the curves of four groups by risk.",
      valueName: "folder"))
  var figures: String?
  @OptionGroup var file: DataFileOptions
  @OptionGroup var given: SplitsOption
  @OptionGroup var options: RunOptions
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    try folds?.validate()
    try FoldChoice.refuse(folds, beside: file, given)
    for (name, value, least) in [
      ("repeats", repeats ?? 1, 1), ("epochs", epochs ?? 1, 1), ("instances-per-bag", instancesPerBag ?? 1, 1),
    ]
    where value < least {
      throw ValidationError("--\(name) is \(value), expected at least \(least)")
    }
    if output?.isEmpty == true { throw ValidationError("--output is empty, expected a folder") }
    if predictions?.isEmpty == true { throw ValidationError("--predictions is empty, expected a file") }
    if figures?.isEmpty == true { throw ValidationError("--figures is empty, expected a folder") }
    if test == nil, testLabels != nil { throw ValidationError("--test-labels without --test, expected both") }
    if test == nil, testPositive != nil { throw ValidationError("--test-positive without --test, expected both") }
    if test != nil, folds != nil || !file.foldColumn.isEmpty || given.splits != nil || (repeats ?? 1) > 1 {
      throw ValidationError("--test is the one split, expected a call without folds, splits and repeats")
    }
  }

  func run() async throws {
    var identifier = try MistakenCall.catch { try ModelIdentifier(parsing: model) }
    let asked = ["epochs": epochs, "instancesPerBag": instancesPerBag].compactMapValues { $0.map(String.init) }
    if !asked.isEmpty {
      identifier = ModelIdentifier(name: identifier.name, parameters: identifier.parameters.merging(asked) { $1 })
    }
    let rules = try MistakenCall.catch { try TrialProtocol(named: protocolName) }
    let resolved = try MistakenCall.catch {
      try rules.rules.resolve(identifier.description, in: MILBench.registry)
    }
    let results = output.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let results { try ResultFiles.checkFolder(results) }
    let written = predictions.map { URL(fileURLWithPath: $0) }
    let drawn = figures.map { URL(fileURLWithPath: $0, isDirectory: true) }
    let inputs =
      [InputFile("--dataset", dataset)] + (test.map { [InputFile("--test", $0)] } ?? []) + (folds?.inputs ?? [])
      + file.folder.inputs + given.inputs
    if let written { try ResultFiles.check(written, replacing: TestBagPredictions.file, inputs: inputs) }
    if let drawn { try FigureFolder.check(drawn, inputs: inputs) }
    if let results {
      StoppedWork.keeps(trialsIn: results, fresh: options.fresh ? "--fresh" : nil)
    } else {
      StoppedWork.keepsNoTrials()
    }
    let store = try DatasetStore.ofEnvironment(force: options.force)
    try FoldChoice.asked(folds, given)?.check(in: store)
    let loaded = try store.load(dataset, file)
    loaded.tell()
    let cohort = try test.map { try heldOut($0, store, loaded) }
    let bags = cohort?.dataset ?? loaded.dataset
    var experiment = Experiment(
      name: "evaluate", title: "\(resolved.title) on \(bags.name)", datasets: [bags.name],
      models: [ExperimentModel(id: resolved.id)])
    experiment.protocol = rules.name
    (experiment.repeats, experiment.repeatsAreStated) = (repeats ?? 1, repeats != nil)
    if cohort != nil {
      (experiment.foldScheme, experiment.foldsAreOfTheData) = ("held-out cohort", true)
    } else {
      try experiment.take(FoldChoice.asked(folds, given), of: bags, store)
    }
    experiment.seed = seed
    var runner = try options.runner(results: results)
    runner.find(for: experiment, in: store)
    runner.findDataset = { _ in .found(bags) }
    if let cohort { runner.findFolds = { _, _ in cohort.folds } }
    let outcome = try await runner.run(experiment)
    StoppedWork.end()
    let predictions = TestBagPredictions(outcome.records, bagNames: bags.bagNames)
    let drawings = EvaluationFigures(outcome.records, of: resolved.title, on: bags.name)
    // A model that does not apply has neither predictions nor figures.
    if outcome.records.contains(where: { $0.status != .notApplicable }) {
      if let written { try ResultFiles.write(predictions.table.csv(lineEnd: "\n"), to: written) }
      if let drawn { try FigureFolder.write(drawings.figures, of: experiment.title, to: drawn) }
    }
    try present(outcome, of: experiment, on: loaded, predictions, drawings.expectedCalibrationError)
    if drawn != nil, let reason = drawings.reason {
      throw EvaluationError("--figures: nothing to draw of \(resolved.title) on \(bags.name): \(reason)")
    }
  }

  /// Reads the cohort like the first set, and reports how.
  private func heldOut(_ path: String, _ store: DatasetStore, _ loaded: LoadedDataset) throws -> HeldOutCohort {
    var options = file.reading
    if let testLabels { options.labels = testLabels }
    let tables = (options.labels, options.slides)
    // The labels of the first set have their meaning already.
    (options.positive, options.positiveInstance, options.negativeInstance) = (testPositive, nil, nil)
    options.positiveOption = "--test-positive"
    let settled = (loaded.dataset.reading?.options ?? .automatic).remembered(features: loaded.dataset.featureNames)
    options = options.filled(
      fromTraining: settled, featureCount: loaded.dataset.featureCount,
      classNames: loaded.dataset.targets.classCount > 0 ? loaded.classNames : [])
    (options.labels, options.slides) = tables
    let cohort = try ReadingDisplay.during(path) { try store.load(path, options: options) }
    cohort.tell()
    guard cohort.hasLabels else {
      throw EvaluationError("\(path): no labels, expected --test-labels TABLE or --labels TABLE")
    }
    return try HeldOutCohort(fitting: loaded.dataset, testing: cohort.dataset)
  }

  /// Reports the run, and prints the figures.
  @inline(never)
  private func present(
    _ outcome: RunOutcome, of experiment: Experiment, on loaded: LoadedDataset, _ predictions: TestBagPredictions,
    _ calibrationError: Double?
  ) throws {
    options.tellOfTakenTrials(outcome)
    options.tellOfOlderTrials(outcome)
    // The journal is of all calls of this command, so records with other settings answer other questions.
    let cells = CellSummary.summaries(of: outcome.records, metrics: MILBench.metrics)
    guard let cell = cells.first else {
      throw EvaluationError(outcome.unavailable.first.map { "\($0.key): \($0.value)" } ?? "no trial was run")
    }
    let evaluation = Evaluation(
      experiment: experiment.settled(by: outcome.records), cell: cell, seconds: outcome.seconds, taken: outcome.skipped,
      decisions: loaded.decisions, intervals: test == nil ? [] : intervals(outcome.records),
      confusion: predictions.confusion.map { ConfusionFigures($0) }, ofClasses: predictions.ofClasses,
      ofInstances: predictions.ofInstances,
      calibrationError: calibrationError)
    let isInapplicable = cell.notApplicable == cell.trials
    if json { try printJSON(evaluation) } else if !isInapplicable { try evaluation.table.show() }
    if isInapplicable {
      throw EvaluationError(
        "\(cell.model) does not apply to \(cell.dataset), so nothing was run: \(cell.reason ?? "it gives no reason")")
    }
    try UnfinishedTrials.refuse(outcome.records.map(\.status))
  }
}

extension EvaluateCommand {
  /// Returns the bootstrap intervals of a trial on a cohort.
  fileprivate func intervals(_ records: [TrialRecord]) -> [CohortInterval] {
    guard let record = records.first, records.count == 1 else { return [] }
    return MILBench.metrics.compactMap { metric in
      BootstrapInterval(of: metric, record, seed: seed).map {
        CohortInterval(metric: metric.id, title: metric.title, interval: $0)
      }
    }
  }
}

/// The interval of one metric over the bags of a cohort.
private struct CohortInterval: Encodable {
  var metric, title: String
  var interval: BootstrapInterval
}

/// The output of `milbench evaluate`: the cell, the division of the bags, and the decisions about the file.
private struct Evaluation: Encodable {
  let experiment: Experiment
  let cell: CellSummary
  /// The wall-clock seconds of the command.
  let seconds: Double
  /// The number of trials that the journal had already.
  let taken: Int
  let decisions: [ReadDecision]
  /// The intervals of a held-out cohort.
  let intervals: [CohortInterval]
  /// The confusion matrix, for two classes.
  let confusion: ConfusionFigures?
  /// The results for each of several classes.
  let ofClasses: ClassResults?
  /// How well instances are found, if they have labels.
  let ofInstances: InstanceFigures?
  /// The expected calibration error; nil if scores are not probabilities.
  let calibrationError: Double?

  private enum CodingKeys: String, CodingKey {
    case folds, foldScheme, secondsOfAll, takenFromJournal, decisions, intervals, confusion, ofClasses, ofInstances
    case calibrationError
  }

  /// Encodes every value, with `null` for undefined ones.
  func encode(to encoder: any Encoder) throws {
    try NotedCell(cell: cell).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(experiment.folds, forKey: .folds)
    try container.encode(experiment.foldScheme, forKey: .foldScheme)
    try container.encode(seconds, forKey: .secondsOfAll)
    try container.encode(taken, forKey: .takenFromJournal)
    try container.encode(decisions, forKey: .decisions)
    if !intervals.isEmpty { try container.encode(intervals, forKey: .intervals) }
    try container.encodeIfPresent(confusion, forKey: .confusion)
    try container.encodeIfPresent(ofClasses?.classes, forKey: .ofClasses)
    try container.encodeIfPresent(ofInstances, forKey: .ofInstances)
    try container.encode(calibrationError, forKey: .calibrationError)
  }

  /// Explains the figures whose names do not.
  private static let explanation =
    "Standard errors of the accuracy: binomial, sqrt(p (1 - p) / bags), what other bags would change; corrected, the SD "
    + "over folds times sqrt(1/folds + test/training) over all folds of all repetitions (Nadeau and Bengio 2003). Over "
    + "bags: each bag counts alike, low and high are Wilson's 95 % interval. Calibration error: the mean distance of the share "
    + "of positive bags from the mean probability, in ten bins of probability (ECE). AUC of training share: of the share of "
    + "positive training bags as the score of each test bag, .5 where pooling is fair."

  /// Appends the area of each of several classes, and what its bags are called.
  private func appendClasses(to table: inout ReportTable) {
    let classes = ofClasses?.classes ?? []
    for own in classes {
      let area = own.areaAgainstRest.map { String(format: "%.4g", $0) } ?? "not defined"
      table.append(ReportTable.Row(["AUC of \(own.name.onOneLine(limit: 40)) against the rest", area]))
    }
    for own in classes {
      let calls = zip(own.calledAs, classes).filter { $0.0 > 0 }.map { "\($0.0) as \($0.1.name.onOneLine(limit: 40))" }
      table.append(
        ReportTable.Row([
          "bags of \(own.name.onOneLine(limit: 40)) called", calls.isEmpty ? "none" : calls.joined(separator: ", "),
        ]))
    }
  }

  var table: ReportTable {
    var table = ReportTable(
      title:
        "\(cell.model) on \(cell.dataset), protocol \(cell.protocol), \(experiment.repeats) x \(experiment.folds) folds"
        + (experiment.foldScheme.map { " of \($0)" } ?? ""),
      columns: [.init("figure"), .init("value", .right)])
    func append(_ name: String, _ value: String?) { table.append(ReportTable.Row([name, value ?? "not defined"])) }
    func text(_ value: Double?) -> String? { value.map { String(format: "%.4g", $0) } }
    for figure in cell.figures { append(figure.title, figure.style == .count ? figure.exact : text(figure.value)) }
    let classes = cell.classes
    let hasTwoClasses = (cell.kind ?? .twoClasses) == .twoClasses
    if hasTwoClasses {
      append("calibration error", text(calibrationError))
      append("AUC of training share", text(classes.trainingShareAUC))
    }
    if let confusion {
      append("sensitivity", text(confusion.sensitivity))
      append("specificity", text(confusion.specificity))
      for line in confusion.counts { append(line.title, line.text) }
    }
    appendClasses(to: &table)
    if let ofInstances {
      append("instance AUC by \(ofInstances.kind)", text(ofInstances.auc))
      append("bags with instances of both labels", "\(ofInstances.bags)")
    }
    for interval in intervals {
      let bounds = interval.interval
      append(
        "\(interval.title), 95 % interval",
        text(bounds.low).flatMap { low in text(bounds.high).map { "\(low) to \($0)" } })
    }
    append("trials", "\(cell.trials)")
    append("failed or diverged", "\(cell.failed + cell.diverged)")
    append(
      "bags",
      "\(cell.bags)" + (hasTwoClasses ? ": \(classes.positiveBags) positive, \(classes.negativeBags) negative" : ""))
    if let reason = cell.reason { table.notes.append("Not applicable: \(reason).") }
    table.notes += FoldClassNotes.notes(of: cell) + (hasTwoClasses ? [Self.explanation] : [])
    if !intervals.isEmpty {
      table.notes.append(
        "Intervals: percentile bootstrap over the bags of the cohort, \(intervals[0].interval.draws) draws; the model is not "
          + "fitted anew.")
    }
    return table
  }
}
