import MILReport
import MILResults
import MILStatistics
import UserInput

/// What `milbench compare` prints as JSON; every key is there, `null` where a figure is not defined.
struct ModelComparison: Encodable {
  private let experiment: Experiment
  private let results: [CellSummary]
  private let tables: StatisticsTables
  /// What was decided about the file of each data set, by its name.
  private let decisions: [String: [ReadDecision]]

  init(
    _ experiment: Experiment, _ cells: [CellSummary], _ statistics: StatisticsTables,
    _ decisions: [String: [ReadDecision]]
  ) {
    self.decisions = decisions
    self.experiment = experiment
    results = cells
    tables = statistics
  }

  private enum CodingKeys: String, CodingKey {
    case models, datasets, cells, pairs, ranks, sentence, folds, repeats, seed, decisions
    case protocolName = "protocol"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(experiment.models.map(\.id), forKey: .models)
    try container.encode(experiment.datasets, forKey: .datasets)
    try container.encode(results.map(Cell.init), forKey: .cells)
    let accuracy = tables.statistics.metrics.first { $0.metric == .accuracy }
    try container.encode((accuracy?.pairs ?? []).map(Pair.init), forKey: .pairs)
    let ranks = accuracy.map { metric in
      (metric.overDatasets?.ranks ?? []).map { Rank($0, metric, tables.statistics.models.map(\.key)) }
    }
    try container.encode(ranks ?? [], forKey: .ranks)
    try container.encode(tables.sentence, forKey: .sentence)
    try container.encode(experiment.protocol, forKey: .protocolName)
    try container.encode(experiment.folds, forKey: .folds)
    try container.encode(experiment.repeats, forKey: .repeats)
    try container.encode(experiment.seed, forKey: .seed)
    try container.encode(decisions, forKey: .decisions)
  }

  /// One model on one data set.
  private struct Cell: Encodable {
    let cell: CellSummary

    enum CodingKeys: String, CodingKey {
      case dataset, model, accuracy, auc, seconds, parameters, trials, failed
      case accuracySDFolds = "accuracy_sd_folds"
      case accuracySDRepeats = "accuracy_sd_repeats"
      case accuracyBinomialStandardError = "accuracy_binomial_standard_error"
      case accuracyCorrectedStandardError = "accuracy_corrected_standard_error"
      case aucFolds = "auc_folds"
      case oneClassTrainingFolds = "training_folds_with_one_class"
      case notes
      case oracleAccuracy = "oracle_accuracy"
      case oracleCommonAccuracy = "oracle_common_accuracy"
      case leftOut = "left_out"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(cell.dataset, forKey: .dataset)
      try container.encode(cell.model, forKey: .model)
      let figures: [(CodingKeys, Double?)] = [
        (.accuracy, cell.accuracy), (.accuracySDFolds, cell.accuracySDFolds),
        (.accuracySDRepeats, cell.accuracySDRepeats),
        (.accuracyBinomialStandardError, cell.accuracyBinomialStandardError),
        (.accuracyCorrectedStandardError, cell.accuracyCorrectedStandardError),
        (.oracleAccuracy, cell.oracleAccuracy), (.oracleCommonAccuracy, cell.oracleCommonAccuracy), (.auc, cell.auc),
        (.seconds, cell.seconds),
      ]
      for (key, value) in figures { try container.encode(value, forKey: key) }
      try container.encode(cell.parameters, forKey: .parameters)
      try container.encode(cell.classes.aucFolds, forKey: .aucFolds)
      try container.encode(cell.classes.oneClassTrainingFolds, forKey: .oneClassTrainingFolds)
      try container.encode(FoldClassNotes.notes(of: cell), forKey: .notes)
      try container.encode(cell.trials, forKey: .trials)
      try container.encode(cell.failed + cell.diverged, forKey: .failed)
      try container.encode(cell.leftOut ?? [], forKey: .leftOut)
    }
  }

  /// Two models on one data set, by accuracy.
  private struct Pair: Encodable {
    let pair: PairComparison

    enum CodingKeys: String, CodingKey {
      case dataset, a, b, difference, verdict, problem
      case correctedP = "corrected_p"
      case adjustedP = "adjusted_p"
      case probabilityABetter = "probability_a_better"
      case probabilityEqual = "probability_equal"
      case probabilityBBetter = "probability_b_better"
      case bootstrapLow = "bootstrap_low"
      case bootstrapHigh = "bootstrap_high"
      case mcnemarP = "mcnemar_p"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(pair.dataset, forKey: .dataset)
      try container.encode(pair.a, forKey: .a)
      try container.encode(pair.b, forKey: .b)
      let figures: [(CodingKeys, Double?)] = [
        (.difference, pair.difference), (.correctedP, pair.p), (.adjustedP, pair.adjustedP),
        (.probabilityABetter, pair.probabilityABetter), (.probabilityEqual, pair.probabilityEqual),
        (.probabilityBBetter, pair.probabilityBBetter), (.bootstrapLow, pair.bootstrapLow),
        (.bootstrapHigh, pair.bootstrapHigh), (.mcnemarP, pair.mcnemarP),
      ]
      for (key, value) in figures { try container.encode(value, forKey: key) }
      try container.encode(pair.verdict, forKey: .verdict)
      try container.encode(pair.problem, forKey: .problem)
    }
  }

  /// A model's place over the data sets.
  private struct Rank: Encodable {
    let model: String
    let averageRank, meanAccuracy: Double
    let wins, ties, losses: Int

    enum CodingKeys: String, CodingKey {
      case model, wins, ties, losses
      case averageRank = "average_rank"
      case meanAccuracy = "mean_accuracy"
    }

    init(_ ranked: DatasetsComparison.Ranked, _ metric: MetricStatistics, _ models: [String]) {
      let tallies = models.compactMap { metric.tally(of: ranked.model, against: $0) }
      model = ranked.model
      averageRank = ranked.averageRank
      meanAccuracy = ranked.mean
      wins = tallies.reduce(0) { $0 + $1.wins }
      ties = tallies.reduce(0) { $0 + $1.ties }
      losses = tallies.reduce(0) { $0 + $1.losses }
    }
  }
}
