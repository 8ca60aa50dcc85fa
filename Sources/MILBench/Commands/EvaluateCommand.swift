import ArgumentParser
import Foundation
import MILData
import MILEvaluation
import MILModels
import MILReport
import MILResults
import Output
import UserInput

/// `milbench evaluate`
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Cross-validate one model on one data set or file.",
    discussion: """
      Examples:
        milbench evaluate --model mi-net-bag --dataset musk1
        milbench evaluate --model "mi-net-bag[pooling=mean]" --dataset musk1 --protocol as-published --repeats 5 --json
        milbench evaluate --model dp-minn --dataset musk1 --protocol tuned
        milbench evaluate --model "dp-minn[iterations=1/3,loss=margin/cross-entropy]" --dataset musk1
        milbench evaluate --model attention --dataset path/to/bags.csv --folds 5 --epochs 20
        milbench evaluate --model mi-svm-instance --dataset fox --folds lamda-10x10 --repeats 10
        milbench evaluate --model attention --dataset slides.csv --folds splits_0.csv
        milbench evaluate --model attention --dataset slides.csv --folds loo
        milbench evaluate --model attention --dataset slides.csv --bag-column slide --group-column patient

      \(UnfinishedTrials.help)
      """)

  @Option(help: ArgumentHelp("A model id, such as dp-minn or dp-minn[iterations=1].", valueName: "id"))
  var model: String
  @Option(
    name: .dataset,
    help: ArgumentHelp("A data set's name or a file.", valueName: "name-or-file")) var dataset: String
  @Option(help: ArgumentHelp(FoldChoice.help, valueName: "n-or-file")) var folds: FoldChoice?
  @Option(
    help: ArgumentHelp(
      "How often the cross-validation is repeated: once, or as often as a file of folds has it.", valueName: "n"))
  var repeats: Int?
  @Option(help: ArgumentHelp("The number of epochs, instead of the model's.", valueName: "n")) var epochs: Int?
  @Option(name: .customLong("protocol"), help: ArgumentHelp("clean, as-published or tuned.", valueName: "name"))
  var protocolName = EvaluationProtocol.clean.rawValue
  @Option(help: ArgumentHelp("The master seed of folds and trials.", valueName: "n")) var seed: UInt64 = 2018
  @Option(
    name: .output,
    help: ArgumentHelp("Keep journal and folds in this folder, and reuse what it holds.", valueName: "folder"))
  var output: String?
  @OptionGroup var file: DataFileOptions
  @OptionGroup var options: RunOptions
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    try folds?.validate()
    try FoldChoice.refuse(folds, beside: file)
    for (name, value, least) in [("repeats", repeats ?? 1, 1), ("epochs", epochs ?? 1, 1)]
    where value < least {
      throw ValidationError("--\(name) is \(value), expected at least \(least)")
    }
    if output?.isEmpty == true { throw ValidationError("--output is empty, expected a folder") }
  }

  func run() async throws {
    var identifier = try MistakenCall.catch { try ModelIdentifier(parsing: model) }
    if let epochs {
      let parameters = identifier.parameters.merging(["epochs": String(epochs)]) { $1 }
      identifier = ModelIdentifier(name: identifier.name, parameters: parameters)
    }
    let resolved = try MistakenCall.catch {
      try EvaluationProtocol(named: protocolName).resolve(identifier.description, in: MILBench.registry)
    }
    let results = output.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let results { try ResultFiles.checkFolder(results) }
    let store = try DatasetStore.ofEnvironment(force: options.force)
    try FoldChoice.asked(folds, file)?.check(in: store)
    let loaded = try store.load(dataset, file)
    loaded.tell()
    var experiment = Experiment(
      name: "evaluate", title: "\(resolved.title) on \(loaded.dataset.name)", datasets: [loaded.dataset.name],
      models: [ExperimentModel(id: resolved.id)])
    experiment.protocol = protocolName
    (experiment.repeats, experiment.repeatsAreStated) = (repeats ?? 1, repeats != nil)
    try experiment.take(FoldChoice.asked(folds, file), of: loaded.dataset, store)
    experiment.seed = seed
    var runner = try options.runner(results: results)
    runner.find(for: experiment, in: store)
    runner.findDataset = { _ in .found(loaded.dataset) }
    let outcome = try await runner.run(experiment)
    try present(outcome, of: experiment, on: loaded)
  }

  /// Says what was run, and prints the figures.
  @inline(never)
  private func present(_ outcome: RunOutcome, of experiment: Experiment, on loaded: LoadedDataset) throws {
    options.tellOfOlderTrials(outcome)
    for part in outcome.leftOut { printToStandardError(part.sentence) }
    let cells = CellSummary.summaries(of: outcome.records, leftOut: outcome.leftOut, metrics: MILBench.metrics)
    guard let cell = cells.first else {
      throw EvaluationError(outcome.unavailable.first.map { "\($0.key): \($0.value)" } ?? "no trial was run")
    }
    let evaluation = Evaluation(
      experiment: experiment.settled(by: outcome.records), cell: cell, seconds: outcome.seconds,
      decisions: loaded.decisions)
    if json { try printJSON(evaluation) } else { try StandardOutput.print(evaluation.table.terminal) }
    try UnfinishedTrials.refuse(outcome.records.map(\.status))
  }
}

/// What `milbench evaluate` prints: the cell, how bags were divided, and what was decided about the file.
private struct Evaluation: Encodable {
  let experiment: Experiment
  let cell: CellSummary
  /// Wall-clock seconds of the command.
  let seconds: Double
  let decisions: [ReadDecision]

  private enum CodingKeys: String, CodingKey { case folds, foldScheme, secondsOfAll, decisions }

  /// Every value is there in the JSON, `null` where it is not defined.
  func encode(to encoder: any Encoder) throws {
    try NotedCell(cell: cell).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(experiment.folds, forKey: .folds)
    try container.encode(experiment.foldScheme, forKey: .foldScheme)
    try container.encode(seconds, forKey: .secondsOfAll)
    try container.encode(decisions, forKey: .decisions)
  }

  /// What the figures are whose names do not say it.
  private static let explanation =
    "Standard errors of the accuracy: binomial, sqrt(p (1 - p) / bags), what other bags would change; corrected, the SD "
    + "over folds times sqrt(1/folds + test/training) over all folds of all repetitions (Nadeau and Bengio 2003). Over "
    + "bags: each bag counts alike, low and high are Wilson's 95 % interval. AUC of training share: of the share of "
    + "positive training bags as the score of each test bag, .5 where pooling is fair."

  var table: Table {
    var table = Table(
      title:
        "\(cell.model) on \(cell.dataset), protocol \(cell.protocol), \(experiment.repeats) x \(experiment.folds) folds"
        + (experiment.foldScheme.map { " of \($0)" } ?? ""),
      columns: [.init("figure"), .init("value", .right)])
    func append(_ name: String, _ value: String?) { table.append(Table.Row([name, value ?? "not defined"])) }
    func text(_ value: Double?) -> String? { value.map { String(format: "%.4g", $0) } }
    for figure in cell.figures { append(figure.title, figure.style == .count ? figure.exact : text(figure.value)) }
    let classes = cell.classes
    let hasTwoClasses = classes.positiveBags + classes.negativeBags > 0 || cell.finished == 0
    if hasTwoClasses { append("AUC of training share", text(classes.trainingShareAUC)) }
    append("trials", "\(cell.trials)")
    append("failed or diverged", "\(cell.failed + cell.diverged)")
    append(
      "bags",
      "\(cell.bags)" + (hasTwoClasses ? ": \(classes.positiveBags) positive, \(classes.negativeBags) negative" : ""))
    if let reason = cell.reason { table.notes.append("Not applicable: \(reason).") }
    table.notes += FoldClassNotes.notes(of: cell) + (hasTwoClasses ? [Self.explanation] : [])
    return table
  }
}
