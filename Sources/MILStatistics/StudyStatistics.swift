import Foundation
import LinearAlgebra
import MILExperiments
import MILRecords

/// A model of a study: a model id under a protocol.
package struct StudyModel: Codable, Sendable, Hashable {
  /// The model's name in pairs and ranks: its id, followed by the protocol if that is not the study's.
  package let key: String
  /// The model id.
  package let id: String
  /// The protocol's name.
  package let `protocol`: String
  /// The model's name in tables.
  package let label: String

  /// Whether the two are compared: any two models under the same settings, and one model under two protocols that
  /// differ in a single setting.
  ///
  /// The rules of a protocol are not among its settings. A model with few training bags and another one with wrong
  /// labels differ for two reasons, so that a test of the two answers no question.
  package func isCompared(with other: StudyModel) -> Bool {
    if `protocol` == other.protocol { return true }
    let settings = ProtocolSetting.differences(of: `protocol`, from: other.protocol).settings
    return settings.isEmpty || settings.count == 1 && id == other.id
  }
}

/// The statistics of a study by one metric.
package struct MetricStatistics: Codable, Sendable, Equatable {
  /// The metric's key.
  package let metric: String
  /// Every compared pair of models on every data set, data set by data set; a comes before b in the study.
  package let pairs: [PairComparison]
  /// The tallies of every pair of models over the data sets, in the order of the pairs.
  package let tallies: [WinTieLoss]
  /// The models ranked over the data sets; nil if no data set has a figure of every model.
  package let overDatasets: DatasetsComparison?
  /// The shares of data sets and repetitions in which one model is ahead of another, in the order of the pairs.
  package let winRates: [WinRate]
  /// The models by win rate and improvability: over all data sets, then over those of each domain if there are several.
  package let standings: [Standings]
  /// The probabilities for each pair of models on another data set, by the leading metric if it is a share.
  ///
  /// Empty for fewer than three data sets, and for variants of one.
  package let nextDataset: [NextDataset]

  /// Returns the tally of one model against another, from its side; nil for a model against itself and unknown ones.
  package func tally(of a: String, against b: String) -> WinTieLoss? {
    for tally in tallies {
      if tally.a == a, tally.b == b { return tally }
      if tally.a == b, tally.b == a { return tally.reversed }
    }
    return nil
  }
}

/// All comparisons of the models of a study, computed once from the records of its journals.
///
/// Models without any finished trial are omitted.
package struct StudyStatistics: Codable, Sendable, Equatable {
  /// The constants of the comparisons.
  package let rules: ComparisonRules
  /// The study's data sets.
  package let datasets: [String]
  /// The models with finished trials, in the study's order.
  package let models: [StudyModel]
  /// The keys of the models with one score for all bags of a fold, such as the majority class.
  ///
  /// Counts of pairs omit them.
  package let floors: [String]
  /// The statistics by each metric that compares models, the leading one first.
  package let metrics: [MetricStatistics]

  /// Computes the statistics of an experiment; nil with fewer than two models that have finished trials.
  ///
  /// - Parameters:
  ///   - experiment: the compared data sets, models and protocol.
  ///   - records: the union of the journals; records of other models and data sets are ignored.
  ///   - labels: the models' names in tables, by data set, model and protocol; the model id if there is none.
  ///   - all: the metrics; only those that say so compare models.
  ///   - domains: the kind of data, such as text, by the name of the data set.
  ///   - summaries: the summaries of the records; nil to compute them.
  package init?(
    experiment: Experiment, records: [TrialRecord], labels: [CellKey: String] = [:],
    metrics all: [Metric] = .standard, domains: [String: String] = [:], summaries: [CellSummary]? = nil
  ) {
    var rules = ComparisonRules()
    rules.seed = experiment.seed
    let compared = all.applying(to: records).filter(\.isCompared)
    let cells = Dictionary(grouping: records, by: \.cell).mapValues { CellOutcomes($0, compared) }
    let summaries = summaries ?? CellSummary.summaries(of: records, metrics: all)
    let figures = Dictionary(summaries.map { ($0.key, $0) }) { first, _ in first }
    @Sendable func key(_ dataset: String, _ model: StudyModel) -> CellKey {
      CellKey(dataset: dataset, model: model.id, protocol: model.protocol)
    }
    let models = experiment.studyModels(labels).filter { model in
      experiment.datasets.contains { cells[key($0, model)]?.folds.isEmpty == false }
    }
    guard models.count >= 2 else { return nil }
    let datasets = experiment.datasets.filter { dataset in
      models.contains { cells[key(dataset, $0)]?.folds.isEmpty == false }
    }
    self.rules = rules
    self.models = models
    self.datasets = datasets
    floors = models.filter { model in
      let run = datasets.compactMap { cells[key($0, model)] }.filter { !$0.folds.isEmpty }
      return run.allSatisfy(\.isFloor)
    }.map(\.key)
    let empty = CellOutcomes([], [])
    // The same bags under another name have the same draws.
    let seedNames = Dictionary(
      records.compactMap { record in record.seedName.map { (record.dataset, $0) } }, uniquingKeysWith: { $1 })
    let pairs = concurrentMap(datasets.count) { [rules] index in
      let dataset = datasets[index]
      return Self.pairs(
        dataset, models.map { ($0, cells[key(dataset, $0)] ?? empty) }, metrics: compared, rules: rules,
        seedName: seedNames[dataset] ?? dataset)
    }
    metrics = compared.enumerated().map { place, metric in
      let pairs = pairs.flatMap { $0[place] }
      let means = datasets.map { dataset in models.map { figures[key(dataset, $0)]?[metric.id] } }
      let outcomes = models.map { model in datasets.map { cells[key($0, model)] ?? empty } }
      return MetricStatistics(
        metric: metric.id, pairs: pairs, tallies: Self.tallies(pairs),
        overDatasets: DatasetsComparison(
          models: models.map(\.key), datasets: datasets, figures: means, better: metric.better, level: rules.level),
        winRates: WinRate.rates(pairs, better: metric.better),
        standings: Standings.all(
          models: models.map(\.key), datasets: datasets, figures: means, pairs: pairs, metric: metric, domains: domains),
        nextDataset: metric == compared.first
          ? NextDataset.all(
            models: models.map(\.key), datasets: datasets, outcomes: outcomes, metric: metric, rules: rules) : [])
    }
  }

  /// Joins statistics of one experiment by metrics of several kinds of targets; each metric keeps its own data sets.
  private init(joining parts: [StudyStatistics], rules: ComparisonRules) {
    func distinct<Element: Hashable>(_ elements: [Element]) -> [Element] {
      var seen: Set<Element> = []
      return elements.filter { seen.insert($0).inserted }
    }
    self.rules = rules
    datasets = distinct(parts.flatMap(\.datasets))
    models = distinct(parts.flatMap(\.models))
    // A floor has one score for all bags wherever it was run.
    floors = distinct(parts.flatMap(\.floors)).filter { key in
      parts.allSatisfy { part in part.floors.contains(key) || !part.models.contains { $0.key == key } }
    }
    metrics = parts.flatMap(\.metrics)
  }

  /// Returns these statistics with those of the same experiment by metrics of other kinds of targets.
  package func joined(with others: [StudyStatistics]) -> StudyStatistics {
    others.isEmpty ? self : StudyStatistics(joining: [self] + others, rules: rules)
  }

  /// Returns the compared pairs on one data set by each metric, with p-values adjusted for their number.
  private static func pairs(
    _ dataset: String, _ models: [(model: StudyModel, outcomes: CellOutcomes)], metrics: [Metric],
    rules: ComparisonRules, seedName: String
  ) -> [[PairComparison]] {
    let seed = Seed.derive(from: rules.seed, ["bootstrap", seedName])
    let shared = models.indices.flatMap { i in
      models[(i + 1)...].filter { models[i].model.isCompared(with: $0.model) }
        .map { (a: models[i], b: $0, folds: SharedFolds(models[i].outcomes, $0.outcomes)) }
    }
    let bags =
      metrics.contains(where: \.isShareOfBags)
      ? ComparedBags.all(shared.map(\.folds), rules: rules, seed: seed) : shared.map { _ in nil }
    return metrics.map { metric in
      adjusted(
        zip(shared, bags).map { pair, bags in
          PairComparison(
            dataset: dataset, a: pair.a.model.key, b: pair.b.model.key, shared: pair.folds,
            foldCount: pair.a.outcomes.foldCount, metric: metric, rules: rules, bags: bags)
        })
    }
  }

  /// Returns pairs of one data set and metric with p-values adjusted for their number.
  private static func adjusted(_ pairs: [PairComparison]) -> [PairComparison] {
    var pairs = pairs
    let compared = pairs.indices.filter { pairs[$0].p != nil }
    let adjusted = HolmAdjustment.adjusted(compared.compactMap { pairs[$0].p })
    for (index, p) in zip(compared, adjusted) { pairs[index].adjustedP = p.rounded9 }
    return pairs
  }

  /// Counts the verdicts of each pair of models over data sets, in the order of their first pair.
  private static func tallies(_ pairs: [PairComparison]) -> [WinTieLoss] {
    struct Pair: Hashable { let a, b: String }
    let groups = Dictionary(grouping: pairs) { Pair(a: $0.a, b: $0.b) }
    var seen: Set<Pair> = []
    return pairs.compactMap { first in
      let pair = Pair(a: first.a, b: first.b)
      guard seen.insert(pair).inserted, let all = groups[pair] else { return nil }
      return WinTieLoss(
        a: pair.a, b: pair.b, wins: all.count { $0.verdict == .aBetter }, ties: all.count { $0.verdict == .tie },
        losses: all.count { $0.verdict == .bBetter })
    }
  }

  /// Returns the label of a model's key; the key itself if it is not in the study.
  package func label(of key: String) -> String { models.first { $0.key == key }?.label ?? key }

  /// Returns the statistics as JSON with sorted keys on one line, with a newline at the end.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    // Spaces and line breaks would be two fifths of the file.
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

extension Experiment {
  /// Returns the experiment's models with their keys and labels.
  fileprivate func studyModels(_ labels: [CellKey: String]) -> [StudyModel] {
    models.map { model in
      let name = protocolName(of: model)
      let label = datasets.lazy.compactMap { labels[CellKey(dataset: $0, model: model.id, protocol: name)] }.first
      return StudyModel(
        key: name == `protocol` ? model.id : "\(model.id), \(name)", id: model.id, protocol: name,
        label: label ?? model.label ?? model.id)
    }
  }
}
