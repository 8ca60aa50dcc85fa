import MILRecords

/// How often one model is ahead of another, whether significantly or not: shares of data sets and of repetitions.
package struct WinRate: Codable, Sendable, Equatable {
  /// The key of the first model.
  package let a: String
  /// The key of the second model.
  package let b: String
  /// The number of data sets on which both have results on shared folds.
  package let datasets: Int
  /// The share of these data sets on which the first has the better mean, ties half; nil without any.
  package let overDatasets: Double?
  /// The number of repetitions on all these data sets.
  package let repetitions: Int
  /// The share of these repetitions in which the first has the better mean, ties half; nil without any.
  package let overRepetitions: Double?

  /// The same rates from the second model's side.
  package var reversed: WinRate {
    WinRate(
      a: b, b: a, datasets: datasets, overDatasets: overDatasets.map { (1 - $0).rounded9 }, repetitions: repetitions,
      overRepetitions: overRepetitions.map { (1 - $0).rounded9 })
  }

  private init(
    a: String, b: String, datasets: Int, overDatasets: Double?, repetitions: Int, overRepetitions: Double?
  ) {
    (self.a, self.b) = (a, b)
    (self.datasets, self.overDatasets) = (datasets, overDatasets)
    (self.repetitions, self.overRepetitions) = (repetitions, overRepetitions)
  }

  /// Creates the rates of one pair of models from its comparisons, one for each data set.
  init(a: String, b: String, _ pairs: [PairComparison], better: Metric.Direction) {
    let compared = pairs.compactMap { pair in pair.difference.map { better.sign * $0 } }
    let repetitions = pairs.reduce(0) { $0 + ($1.repetitionsCompared ?? 0) }
    let ahead = pairs.reduce(0) { $0 + ($1.repetitionsAhead ?? 0) }
    self.init(
      a: a, b: b, datasets: compared.count,
      overDatasets: mean(compared.map(Self.share))?.rounded9, repetitions: repetitions,
      overRepetitions: repetitions > 0 ? (ahead / Double(repetitions)).rounded9 : nil)
  }

  /// Returns 1 for a gain, 0 for a loss and 0.5 for none.
  static func share(_ gain: Double) -> Double { gain.magnitude < 1e-9 ? 0.5 : gain > 0 ? 1 : 0 }

  /// Returns the rates of every pair of models, in the order of their first comparison.
  static func rates(_ pairs: [PairComparison], better: Metric.Direction) -> [WinRate] {
    struct Pair: Hashable { let a, b: String }
    let groups = Dictionary(grouping: pairs) { Pair(a: $0.a, b: $0.b) }
    var seen: Set<Pair> = []
    return pairs.compactMap { first in
      let pair = Pair(a: first.a, b: first.b)
      guard seen.insert(pair).inserted, let all = groups[pair] else { return nil }
      return WinRate(a: pair.a, b: pair.b, all, better: better)
    }
  }
}

/// The models over data sets by two figures that need no test: win rate and improvability.
///
/// Only data sets with a figure of every model count.
package struct Standings: Codable, Sendable, Equatable {
  /// One model.
  package struct Standing: Codable, Sendable, Equatable {
    /// The model's key.
    package let model: String
    /// The mean of its win rates over data sets against each other model; nil without shared folds.
    package let winRate: Double?
    /// The mean of its win rates over data sets and repetitions.
    package let winRateOverRepetitions: Double?
    /// The mean share of its error by which the best model's is smaller, see ``Improvability``.
    ///
    /// Nil for a metric without an error.
    package let improvability: Double?
  }

  /// The kind of data; nil for all data sets.
  package let domain: String?
  /// The data sets.
  package let datasets: [String]
  /// The models, the best win rate over data sets first; ties in the order of the study.
  package let models: [Standing]

  /// Returns the standings over all data sets, then over those of each domain if there are at least two.
  static func all(
    models: [String], datasets: [String], figures: [[Double?]], pairs: [PairComparison], metric: Metric,
    domains: [String: String]
  ) -> [Standings] {
    let complete = zip(datasets, figures).filter { !$0.1.contains(nil) }.map { ($0.0, $0.1.compactMap { $0 }) }
    guard models.count > 1, !complete.isEmpty else { return [] }
    var found: [String] = []
    for (dataset, _) in complete {
      if let domain = domains[dataset], !found.contains(domain) { found.append(domain) }
    }
    let several = found.count > 1 ? found : []
    return [Standings(nil, models, complete, pairs, metric)]
      + several.map { domain in
        Standings(domain, models, complete.filter { domains[$0.0] == domain }, pairs, metric)
      }
  }

  private init(
    _ domain: String?, _ models: [String], _ rows: [(dataset: String, figures: [Double])], _ pairs: [PairComparison],
    _ metric: Metric
  ) {
    self.domain = domain
    datasets = rows.map(\.dataset)
    let own = Set(datasets)
    let rates = WinRate.rates(pairs.filter { own.contains($0.dataset) }, better: metric.better)
    let sides = Dictionary(grouping: rates + rates.map(\.reversed), by: \.a)
    let gaps = rows.map { Improvability.gaps($0.figures, metric) }
    let standings = models.indices.map { index in
      let against = sides[models[index]] ?? []
      let own = gaps.compactMap { $0?[index] }
      return Standing(
        model: models[index], winRate: mean(against.compactMap(\.overDatasets))?.rounded9,
        winRateOverRepetitions: mean(against.compactMap(\.overRepetitions))?.rounded9,
        improvability: own.count == rows.count ? mean(own)?.rounded9 : nil)
    }
    let order = standings.indices.sorted { (-(standings[$0].winRate ?? -1), $0) < (-(standings[$1].winRate ?? -1), $1) }
    self.models = order.map { standings[$0] }
  }
}

/// The gap to the best model of a data set as a share of a model's own error, (error - best error)/error.
///
/// The best model has 0; a model with twice its error has 0.5. The error of a share such as accuracy is 1 minus it; a
/// metric whose smaller values are better is an error itself.
///
/// Source: N. Erickson and others, TabArena: A living benchmark for machine learning on tabular data, NeurIPS 2025,
/// arXiv:2506.16791.
package enum Improvability {
  /// Returns the gap of each figure to the best of them; nil for a metric without an error.
  package static func gaps(_ figures: [Double], _ metric: Metric) -> [Double]? {
    let errors = figures.compactMap { error($0, metric) }
    guard errors.count == figures.count, let best = errors.min() else { return nil }
    // Means of equal figures may differ in their last bits.
    return errors.map { $0 - best < 1e-9 ? 0 : ($0 - best) / $0 }
  }

  private static func error(_ figure: Double, _ metric: Metric) -> Double? {
    switch metric.better {
    case .smaller: figure >= 0 ? figure : nil
    case .larger: metric.style == .share && figure <= 1 ? 1 - figure : nil
    }
  }
}
