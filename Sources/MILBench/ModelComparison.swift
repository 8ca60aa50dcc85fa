import MILExperiments
import MILRecords
import MILReport
import MILStatistics
import UserInput

/// The JSON output of `milbench compare`, with the keys of the files that it writes.
struct ModelComparison: Encodable {
  private let models, datasets: [String]
  private let `protocol`: String
  private let folds, repeats: Int
  private let seed: UInt64
  private let cells: [NotedCell]
  /// Every pair of models on every data set, by the leading metric of the data set's targets.
  private let pairs: [PairComparison]
  private let ranks: [Rank]
  private let sentence: String
  /// The leading metric of each data set, if not all have the same.
  private let leadingMetrics: [String: String]?
  /// The decisions about the file of each data set, by name.
  private let decisions: [String: [ReadDecision]]

  /// The sentence of a comparison with results of one model or none.
  static let nothingToCompare = "Fewer than two models have finished trials, so there is nothing to compare."

  /// Creates the output.
  ///
  /// - Parameters:
  ///   - experiment: the models, data sets and folds.
  ///   - cells: the summaries of all cells.
  ///   - tables: the statistics by the leading metrics of the data sets' targets; empty if fewer than two models have
  ///     finished trials.
  ///   - sentence: the result in words; nil if fewer than two models have finished trials.
  ///   - decisions: the decisions about the file of each data set, by name.
  init(
    _ experiment: Experiment, _ cells: [CellSummary], _ tables: [StatisticsTables], sentence: String?,
    _ decisions: [String: [ReadDecision]]
  ) {
    (models, datasets, `protocol`) = (experiment.models.map(\.id), experiment.datasets, experiment.protocol)
    (folds, repeats, seed) = (experiment.folds, experiment.repeats, experiment.seed)
    self.cells = cells.map(NotedCell.init)
    let studies = tables.map(\.statistics)
    let metrics = Dictionary(
      cells.filter { $0.kind != nil }.map { ($0.dataset, $0.leadingMetric.id) }
    ) { first, _ in first }
    let isMixed = Set(metrics.values).count > 1
    leadingMetrics = isMixed ? metrics : nil
    pairs = studies.flatMap { $0.metrics.first?.pairs ?? [] }
    ranks = studies.flatMap { study in
      study.metrics.first.map { Rank.all($0, study.models.map(\.key), saysMetric: isMixed) } ?? []
    }
    self.sentence = sentence ?? Self.nothingToCompare
    self.decisions = decisions
  }

  /// A model's rank over the data sets.
  private struct Rank: Encodable {
    let model: String
    let averageRank, mean: Double
    let wins, ties, losses: Int
    /// The metric of the mean, if there are ranks by several.
    let metric: String?

    static func all(_ metric: MetricStatistics, _ models: [String], saysMetric: Bool) -> [Rank] {
      (metric.overDatasets?.ranks ?? []).map { ranked in
        let tallies = models.compactMap { metric.tally(of: ranked.model, against: $0) }
        func sum(_ count: (WinTieLoss) -> Int) -> Int { tallies.reduce(0) { $0 + count($1) } }
        return Rank(
          model: ranked.model, averageRank: ranked.averageRank, mean: ranked.mean, wins: sum(\.wins), ties: sum(\.ties),
          losses: sum(\.losses), metric: saysMetric ? metric.metric : nil)
      }
    }
  }
}

/// A cell with notes on its folds.
struct NotedCell: Encodable {
  let cell: CellSummary

  private enum CodingKeys: String, CodingKey { case notes }

  func encode(to encoder: any Encoder) throws {
    try cell.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(FoldClassNotes.notes(of: cell), forKey: .notes)
  }
}
