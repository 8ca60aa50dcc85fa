import MILRecords
import MILStatistics

/// The tables of a study over data sets that need no test: win rates and improvability, and the probabilities for the
/// next data set.
extension StatisticsTables {
  /// Returns one row for each model, the best win rate first, over all data sets and by domain.
  ///
  /// Nil for fewer than two data sets with a result of every model.
  package func standings(_ metric: MetricStatistics) -> ReportTable? {
    guard let all = metric.standings.first, all.datasets.count > 1 else { return nil }
    let domains = metric.standings.dropFirst()
    let hasErrors = all.models.contains { $0.improvability != nil }
    typealias Row = (place: Int, standing: Standings.Standing)
    let columns: [TableColumn<Row>] =
      [
        .count("place") { $0.place }, .text("model") { [statistics] in statistics.label(of: $0.standing.model) },
        .text("data sets", group: "win rate", .right) { Self.percent($0.standing.winRate) },
        .text("repetitions", group: "win rate", .right) { Self.percent($0.standing.winRateOverRepetitions) },
      ] + (hasErrors ? [.text("improvability", .right) { Self.percent($0.standing.improvability) }] : [])
      + domains.flatMap { domain -> [TableColumn<Row>] in
        let own = Dictionary(domain.models.map { ($0.model, $0) }) { first, _ in first }
        let group = "\(domain.domain ?? "") (\(domain.datasets.count))"
        return [
          .text("win rate", group: group, .right) { Self.percent(own[$0.standing.model]?.winRate) }
        ]
          + (hasErrors
            ? [.text("improvability", group: group, .right) { Self.percent(own[$0.standing.model]?.improvability) }]
            : [])
      }
    let rows = all.models.enumerated().map { (place: $0.offset + 1, standing: $0.element) }
    return ReportTable(
      "\(title): win rates and improvability by \(words(metric))", columns, rows: rows,
      notes: standingsNotes(all, domains: Array(domains), hasErrors: hasErrors))
  }

  private func standingsNotes(_ all: Standings, domains: [Standings], hasErrors: Bool) -> [String] {
    var notes = [
      "Win rate, in percent: on how many of the \(all.datasets.count) data sets, or of their repetitions, a model has the "
        + "better mean on the shared folds than another one, ties half, averaged over all others; whether significant or not."
    ]
    if hasErrors {
      notes.append(
        "Improvability, in percent: how much of a model's error the best model of each data set does not make, (error − "
          + "best error)/error, averaged over the data sets as in TabArena (2025); 0 for a model that is best everywhere. "
          + "The best of many owes part of its lead to chance.")
    }
    if !domains.isEmpty {
      let parts = domains.map { domain in
        "\(domain.domain ?? "") (\(domain.datasets.map { datasetTitles[$0] ?? $0 }.joined(separator: ", ")))"
      }
      notes.append("Domains, with their numbers of data sets: \(parts.joined(separator: "; ")).")
    }
    return notes
  }

  /// Returns the win rates of each model (row) against each other one (column).
  ///
  /// Nil for fewer than two data sets with a result of every model.
  package func ahead(_ metric: MetricStatistics) -> ReportTable? {
    guard let all = metric.standings.first, all.datasets.count > 1 else { return nil }
    let rates = Dictionary(
      (metric.winRates + metric.winRates.map(\.reversed)).map { (Pair(a: $0.a, b: $0.b), $0) }
    ) { first, _ in first }
    return matrix("how often one model is ahead by \(words(metric))", metric) { a, b in
      rates[Pair(a: a, b: b)].map { "\(Self.percent($0.overDatasets))/\(Self.percent($0.overRepetitions))" } ?? "–"
    } notes: {
      [
        "Row against column, in percent: the share of data sets / of data sets and repetitions in which the row has the "
          + "better mean on the shared folds, ties half, whether significant or not. All pairs with the numbers of "
          + "data sets and repetitions: win-rates.csv."
      ]
    }
  }

  /// Returns the probability that each model (row) is better than each other one (column) on the next data set.
  ///
  /// Nil without such probabilities.
  package func nextDataset(_ metric: MetricStatistics) -> ReportTable? {
    guard !metric.nextDataset.isEmpty else { return nil }
    let known = Dictionary(
      (metric.nextDataset + metric.nextDataset.map(\.reversed)).map { (Pair(a: $0.a, b: $0.b), $0) }
    ) { first, _ in first }
    return matrix("probabilities for the next data set by \(words(metric))", metric) { a, b in
      known[Pair(a: a, b: b)].map { "\(Self.share($0.aBetter)) \(Self.share($0.equal))" } ?? "–"
    } notes: {
      let points = NumberText.tenths(100 * statistics.rules.equivalence)
      let counts = Set(metric.nextDataset.map(\.datasets)).sorted()
      let sets = counts.count == 1 ? "\(counts[0])" : "\(counts[0]) to \(counts[counts.count - 1])"
      return [
        "Row against column: the probability that on another data set the row is better by more than \(points) "
          + "point\(points == "1" ? "" : "s"), and that the two are equal within that margin; the rest is the "
          + "probability that the column is better. Bayesian hierarchical model of the differences on the shared folds "
          + "of \(sets) data sets (Corani and others 2017), which are taken for a sample of the data sets to come; its "
          + "priors are those of the article, its posterior is integrated with an error of at most .001."
      ]
    }
  }

  private struct Pair: Hashable { let a, b: String }

  /// Returns a table of every model against every other one, best mean rank first.
  private func matrix(
    _ name: String, _ metric: MetricStatistics, cell: (String, String) -> String, notes: () -> [String]
  ) -> ReportTable {
    let order = self.order(metric)
    var table = ReportTable(
      title: "\(title): \(name)",
      columns: [.init("place"), .init("model")] + order.indices.map { .init(String($0 + 1), .right) })
    for (place, model) in order.enumerated() {
      let cells = order.map { $0 == model ? "–" : cell(model.key, $0.key) }
      table.append(.init([String(place + 1), model.label] + cells))
    }
    table.notes = notes()
    return table
  }

  /// Returns a share in whole percent; a dash for none.
  private static func percent(_ share: Double?) -> String {
    share.map { NumberText.plain(100 * $0, decimals: 0) } ?? "–"
  }

  /// Returns a probability with two decimals and no zero before the point.
  private static func share(_ value: Double) -> String {
    let text = NumberText.hundredths(value)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text
  }

  /// The win rates and the probabilities for the next data set for programs: one row for each metric and pair.
  ///
  /// Nil for one data set.
  package var rates: ReportTable? {
    guard statistics.datasets.count > 1 else { return nil }
    typealias Row = (metric: String, rate: WinRate, next: NextDataset?)
    let rows = statistics.metrics.flatMap { metric -> [Row] in
      let next = Dictionary(metric.nextDataset.map { (Pair(a: $0.a, b: $0.b), $0) }) { first, _ in first }
      return metric.winRates.map { (metric.metric, $0, next[Pair(a: $0.a, b: $0.b)]) }
    }
    let columns: [TableColumn<Row>] = [
      .text(nil, key: "metric") { $0.metric }, .text(nil, key: "a") { $0.rate.a }, .text(nil, key: "b") { $0.rate.b },
      .count(nil, key: "datasets") { $0.rate.datasets },
      .number(nil, key: "winRateA") { $0.rate.overDatasets }, .count(nil, key: "repetitions") { $0.rate.repetitions },
      .number(nil, key: "winRateAOverRepetitions") { $0.rate.overRepetitions },
      .number(nil, key: "nextDatasetABetter") { $0.next?.aBetter },
      .number(nil, key: "nextDatasetEqual") { $0.next?.equal },
      .number(nil, key: "nextDatasetBBetter") { $0.next?.bBetter },
    ]
    return ReportTable(forPrograms: title, columns, rows: rows)
  }

  /// The probabilities of the first two models on the next data set, as a sentence; empty without them.
  func nextDatasetSentence(_ first: String, _ second: String, _ metric: MetricStatistics) -> String {
    let pairs = metric.nextDataset + metric.nextDataset.map(\.reversed)
    guard let pair = pairs.first(where: { $0.a == first && $0.b == second }) else { return "" }
    let points = NumberText.tenths(100 * statistics.rules.equivalence)
    let margin = "\(points) point\(points == "1" ? "" : "s")"
    return " On another such data set the first would be better by more than \(margin) "
      + "with probability \(Self.share(pair.aBetter)), equal with \(Self.share(pair.equal)) and worse with "
      + "\(Self.share(pair.bBetter)) (Bayesian hierarchical model)."
  }
}
