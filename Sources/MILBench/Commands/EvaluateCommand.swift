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
    try folds?.check(in: store)
    let loaded = try store.load(dataset, file)
    loaded.tell()
    var experiment = Experiment(
      name: "evaluate", title: "\(resolved.title) on \(loaded.dataset.name)", datasets: [loaded.dataset.name],
      models: [ExperimentModel(id: resolved.id)])
    experiment.protocol = protocolName
    (experiment.repeats, experiment.repeatsAreStated) = (repeats ?? 1, repeats != nil)
    try experiment.take(folds, of: loaded.dataset, store)
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
    guard let cell = CellSummary.summaries(of: outcome.records, leftOut: outcome.leftOut).first else {
      throw EvaluationError(outcome.unavailable.first.map { "\($0.key): \($0.value)" } ?? "no trial was run")
    }
    let evaluation = Evaluation(
      experiment.settled(by: outcome.records), cell, seconds: outcome.seconds,
      decisions: loaded.decisions)
    if json { try printJSON(evaluation) } else { try StandardOutput.print(evaluation.table.terminal) }
    try UnfinishedTrials.refuse(outcome.records.map(\.status))
  }
}

/// What `milbench evaluate` prints.
private struct Evaluation: Encodable {
  var dataset, model, protocolName: String
  var foldScheme: String?
  var folds, repeats, trials, failed, diverged, bags: Int
  var accuracy, accuracySDFolds, accuracySDRepeats: Double?
  var accuracyBinomialStandardError, accuracyCorrectedStandardError: Double?
  var accuracyOverBags, accuracyOverBagsLow, accuracyOverBagsHigh: Double?
  var oracleAccuracy, oracleCommonAccuracy: Double?
  var auc, aucPooled, balancedAccuracy, f1, logLoss, brier: Double?
  var seconds: Double
  var secondsPerTrial, secondsPerStep: Double?
  var parameters: Int?
  var decisions: [ReadDecision]
  var leftOut: [LeftOutRecords]
  var classes: FoldClasses
  var notes: [String]

  enum CodingKeys: String, CodingKey {
    case dataset, model
    case leftOut = "left_out"
    case protocolName = "protocol"
    case folds
    case foldScheme = "fold_scheme"
    case repeats, trials, failed, diverged, bags, accuracy
    case accuracySDFolds = "accuracy_sd_folds"
    case accuracySDRepeats = "accuracy_sd_repeats"
    case accuracyBinomialStandardError = "accuracy_binomial_standard_error"
    case accuracyCorrectedStandardError = "accuracy_corrected_standard_error"
    case accuracyOverBags = "accuracy_over_bags"
    case accuracyOverBagsLow = "accuracy_over_bags_low"
    case accuracyOverBagsHigh = "accuracy_over_bags_high"
    case oracleAccuracy = "oracle_accuracy"
    case oracleCommonAccuracy = "oracle_common_accuracy"
    case auc
    case aucPooled = "auc_pooled"
    case balancedAccuracy = "balanced_accuracy"
    case f1
    case logLoss = "log_loss"
    case brier, seconds
    case secondsPerTrial = "seconds_per_trial"
    case secondsPerStep = "seconds_per_step"
    case parameters, decisions, notes
    case positiveBags = "positive_bags"
    case negativeBags = "negative_bags"
    case aucFolds = "auc_folds"
    case oneClassTestFolds = "test_folds_with_one_class"
    case oneClassTrainingFolds = "training_folds_with_one_class"
    case singleBagTestFolds = "test_folds_with_one_bag"
    case trainingShareAUC = "auc_of_training_share"
    case pooledIsBiased = "auc_pooled_is_biased"
  }

  init(_ experiment: Experiment, _ cell: CellSummary, seconds: Double, decisions: [ReadDecision]) {
    self.decisions = decisions
    dataset = cell.dataset
    model = cell.model
    protocolName = cell.protocol
    folds = experiment.folds
    foldScheme = experiment.foldScheme
    repeats = experiment.repeats
    trials = cell.trials
    failed = cell.failed + cell.diverged
    diverged = cell.diverged
    bags = cell.bags
    accuracy = cell.accuracy
    accuracySDFolds = cell.accuracySDFolds
    accuracySDRepeats = cell.accuracySDRepeats
    accuracyBinomialStandardError = cell.accuracyBinomialStandardError
    accuracyCorrectedStandardError = cell.accuracyCorrectedStandardError
    accuracyOverBags = cell.accuracyOverBags
    accuracyOverBagsLow = cell.accuracyOverBagsLow
    accuracyOverBagsHigh = cell.accuracyOverBagsHigh
    oracleAccuracy = cell.oracleAccuracy
    oracleCommonAccuracy = cell.oracleCommonAccuracy
    auc = cell.auc
    aucPooled = cell.aucPooled
    balancedAccuracy = cell.balancedAccuracy
    f1 = cell.f1
    logLoss = cell.logLoss
    brier = cell.brier
    self.seconds = seconds
    secondsPerTrial = cell.seconds
    secondsPerStep = cell.secondsPerStep
    parameters = cell.parameters
    leftOut = cell.leftOut ?? []
    classes = cell.classes
    notes = FoldClassNotes.notes(of: cell)
  }

  /// Every value is there in the JSON, `null` where it is not defined.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dataset, forKey: .dataset)
    try container.encode(model, forKey: .model)
    try container.encode(protocolName, forKey: .protocolName)
    try container.encode(foldScheme, forKey: .foldScheme)
    try container.encode(decisions, forKey: .decisions)
    let counts: [(CodingKeys, Int?)] = [
      (.folds, folds), (.repeats, repeats), (.trials, trials), (.failed, failed), (.diverged, diverged),
      (.bags, bags), (.parameters, parameters), (.positiveBags, classes.positiveBags),
      (.negativeBags, classes.negativeBags), (.aucFolds, classes.aucFolds),
      (.oneClassTestFolds, classes.oneClassTestFolds), (.oneClassTrainingFolds, classes.oneClassTrainingFolds),
      (.singleBagTestFolds, classes.singleBagTestFolds),
    ]
    for (key, value) in counts { try container.encode(value, forKey: key) }
    try container.encode(leftOut, forKey: .leftOut)
    for (key, value) in figures + [(.seconds, seconds)] { try container.encode(value, forKey: key) }
    try container.encode(classes.pooledIsBiased, forKey: .pooledIsBiased)
    try container.encode(notes, forKey: .notes)
  }

  private var figures: [(CodingKeys, Double?)] {
    [
      (.accuracy, accuracy), (.accuracySDFolds, accuracySDFolds), (.accuracySDRepeats, accuracySDRepeats),
      (.accuracyBinomialStandardError, accuracyBinomialStandardError),
      (.accuracyCorrectedStandardError, accuracyCorrectedStandardError), (.accuracyOverBags, accuracyOverBags),
      (.accuracyOverBagsLow, accuracyOverBagsLow), (.accuracyOverBagsHigh, accuracyOverBagsHigh),
      (.oracleAccuracy, oracleAccuracy),
      (.oracleCommonAccuracy, oracleCommonAccuracy), (.auc, auc), (.aucPooled, aucPooled),
      (.trainingShareAUC, classes.trainingShareAUC), (.balancedAccuracy, balancedAccuracy), (.f1, f1),
      (.logLoss, logLoss), (.brier, brier),
      (.secondsPerTrial, secondsPerTrial), (.secondsPerStep, secondsPerStep),
    ]
  }

  /// What the figures are whose names do not say it.
  private static let explanations = [
    "Standard errors of the accuracy: binomial, sqrt(p (1 - p) / bags), what other bags would change; corrected, the SD "
      + "over folds times sqrt(1/folds + test/training) over all folds of all repetitions (Nadeau and Bengio 2003). Over "
      + "bags: each bag counts alike, low and high are Wilson's 95 % interval. AUC of training share: of the share of "
      + "positive training bags as the score of each test bag, .5 where pooling is fair."
  ]

  var table: Table {
    var table = Table(
      title: "\(model) on \(dataset), protocol \(protocolName), \(repeats) x \(folds) folds"
        + (foldScheme.map { " of \($0)" } ?? ""),
      columns: [.init("figure"), .init("value", .right)])
    for (key, value) in figures {
      let name = key.rawValue.replacing("_", with: " ")
      table.append(Table.Row([name, value.map { String(format: "%.4g", $0) } ?? "not defined"]))
    }
    table.append(Table.Row(["trials", String(trials)]))
    table.append(Table.Row(["failed or diverged", String(failed)]))
    table.append(Table.Row(["trained parameters", parameters.map(String.init) ?? "not defined"]))
    table.append(
      Table.Row(["bags", "\(bags): \(classes.positiveBags) positive, \(classes.negativeBags) negative"]))
    table.notes = notes + Self.explanations
    return table
  }
}
