import MILRecords
import MILStatistics

/// The tables of a study's statistics: significant differences first, the details of every pair for programs.
///
/// A pure function of the statistics.
package struct StatisticsTables: Sendable, Equatable {
  /// The statistics.
  package let statistics: StudyStatistics
  let title: String
  /// The titles of data sets in tables, by name.
  let datasetTitles: [String: String]
  private let metrics: [Metric]

  /// Creates the tables of a study.
  package init(
    _ statistics: StudyStatistics, title: String, datasetTitles: [String: String] = [:], metrics: [Metric] = .standard
  ) {
    self.statistics = statistics
    self.title = title
    self.datasetTitles = datasetTitles
    self.metrics = metrics
  }

  /// Returns the metric of the statistics.
  func metric(of statistics: MetricStatistics) -> Metric {
    metrics.first { $0.id == statistics.metric } ?? Metric(id: statistics.metric, title: statistics.metric) { _ in nil }
  }

  /// Returns the metric's name in tables.
  func words(_ statistics: MetricStatistics) -> String { metric(of: statistics).title }

  /// The tables for readers, for each metric.
  ///
  /// They are the ranks, the wins, and the p-values over data sets if any can be small enough. With several data sets,
  /// win rates and improvability follow, and the probabilities for the next one. For shares of bags, the tables include
  /// the pairs with a significant difference on a data set.
  package var tables: [ReportTable] {
    statistics.metrics.flatMap { metric in
      [
        ranks(metric), wins(metric), adjusted(metric), standings(metric), ahead(metric), nextDataset(metric),
        self.metric(of: metric).isShareOfBags ? toldApart(metric) : nil,
      ].compactMap { $0 }
    }
  }

  // MARK: - Ranks

  /// Returns one row for each model, best first; nil if no data set has a result of every model.
  package func ranks(_ metric: MetricStatistics) -> ReportTable? {
    guard let over = metric.overDatasets else { return nil }
    var table = ReportTable(
      title: "\(title): ranks by \(words(metric))",
      columns: [
        .init("place"), .init("model"), .init("mean rank", .right), .init("mean", .right), .init("wins", .right),
        .init("ties", .right), .init("losses", .right),
      ] + (over.datasets.count > 1 && !over.areVariants ? [.init("groups")] : []))
    let letters = ReplicationLetters([])
    for (place, ranked) in over.ranks.enumerated() {
      let tallies = statistics.models.compactMap { metric.tally(of: ranked.model, against: $0.key) }
      func sum(_ count: (WinTieLoss) -> Int) -> String { String(tallies.reduce(0) { $0 + count($1) }) }
      let groups = over.groups.indices.filter { over.groups[$0].contains(ranked.model) }.map(letters.letter)
      table.append(
        .init(
          [
            String(place + 1), statistics.label(of: ranked.model), NumberText.hundredths(ranked.averageRank),
            NumberText.text(ranked.mean, self.metric(of: metric).style), sum(\.wins), sum(\.ties), sum(\.losses),
            groups.isEmpty ? "none" : groups.joined(separator: ", "),
          ], best: ranked.averageRank == over.ranks.first?.averageRank ? [1, 2] : []))
    }
    table.notes = StatisticsNotes(self).ranks(metric, over)
    return table
  }

  // MARK: - Wins, ties and losses

  /// Returns the numbers of wins, ties and losses of each model (row) against each other one (column).
  package func wins(_ metric: MetricStatistics) -> ReportTable {
    let order = order(metric)
    var table = ReportTable(
      title: "\(title): wins/ties/losses by \(words(metric))",
      columns: [.init("place"), .init("model")] + order.indices.map { .init(String($0 + 1)) })
    for (place, model) in order.enumerated() {
      let cells = order.map { other in
        metric.tally(of: model.key, against: other.key).map(text) ?? "–"
      }
      table.append(.init([String(place + 1), model.label] + cells))
    }
    table.notes = StatisticsNotes(self).wins(metric)
    return table
  }

  private func text(_ tally: WinTieLoss) -> String {
    if tally.wins + tally.ties + tally.losses == 0 { return "not compared" }
    if statistics.datasets.count > 1 { return "\(tally.wins)/\(tally.ties)/\(tally.losses)" }
    return tally.wins > 0 ? "win" : tally.losses > 0 ? "loss" : "tie"
  }

  /// Returns the models, best mean rank first, or in the study's order if there are no ranks.
  func order(_ metric: MetricStatistics) -> [StudyModel] {
    guard let over = metric.overDatasets else { return statistics.models }
    return over.ranks.compactMap { ranked in statistics.models.first { $0.key == ranked.model } }
  }

  // MARK: - P-values

  /// Returns the matrix of adjusted Wilcoxon p-values; nil if no pair can reach the level.
  private func adjusted(_ metric: MetricStatistics) -> ReportTable? {
    guard let over = metric.overDatasets, over.smallestAdjustedP < statistics.rules.level else { return nil }
    var table = ReportTable(
      title: "\(title): adjusted p-values over data sets by \(words(metric))",
      columns: [.init("place"), .init("model")] + over.ranks.indices.map { .init(String($0 + 1), .right) })
    for (place, ranked) in over.ranks.enumerated() {
      let cells = over.ranks.indices.map { $0 == place ? "–" : NumberText.probability(over.adjustedP[place][$0]) }
      table.append(.init([String(place + 1), statistics.label(of: ranked.model)] + cells))
    }
    table.notes = [
      "Exact Wilcoxon signed-rank tests over \(over.datasets.count) data sets, adjusted after Holm. Two models without a "
        + "common group need not be told apart: it is enough that one between them in rank is told apart from one of them."
    ]
    return table
  }

  /// Returns the pairs with a significant difference on single data sets; nil if there are none.
  private func toldApart(_ metric: MetricStatistics) -> ReportTable? {
    let pairs = metric.pairs.filter { $0.verdict == .aBetter || $0.verdict == .bBetter }
    if pairs.isEmpty { return nil }
    var table = ReportTable(
      title: "\(title): pairs told apart by \(words(metric))",
      columns: [
        .init("data set"), .init("better"), .init("worse"), .init("difference", .right), .init("p", .right),
        .init("adjusted p", .right), .init("better", .right, group: "probability"),
        .init("equal", .right, group: "probability"), .init("interval over bags"), .init("McNemar p", .right),
      ])
    var dataset: String?
    for pair in pairs {
      table.append(.init(cells(pair), beginsSection: dataset != pair.dataset))
      dataset = pair.dataset
    }
    table.notes = StatisticsNotes(self).toldApart
    return table
  }

  /// Returns the cells of a pair, from the side of the better model.
  private func cells(_ pair: PairComparison) -> [String] {
    let isA = pair.verdict == .aBetter
    let models = isA ? [pair.a, pair.b] : [pair.b, pair.a]
    let interval = isA ? (pair.bootstrapLow, pair.bootstrapHigh) : (pair.bootstrapHigh, pair.bootstrapLow)
    func turned(_ value: Double?) -> String { value.map { NumberText.signedShare(isA ? $0 : -$0) } ?? CellText.noData }
    func probability(_ value: Double?) -> String { value.map(NumberText.probability) ?? CellText.noData }
    return [datasetTitles[pair.dataset] ?? pair.dataset] + models.map(statistics.label)
      + [
        turned(pair.difference), probability(pair.p), probability(pair.adjustedP),
        probability(isA ? pair.probabilityABetter : pair.probabilityBBetter), probability(pair.probabilityEqual),
        "\(turned(interval.0)) to \(turned(interval.1))", probability(pair.mcnemarP),
      ]
  }

  // MARK: - For programs

  /// The table for programs: one row for each metric, data set and pair, in full precision; missing values are empty.
  package var numbers: ReportTable {
    let rows = statistics.metrics.flatMap { metric in metric.pairs.map { (metric: metric.metric, pair: $0) } }
    return ReportTable(forPrograms: title, Self.columns, rows: rows)
  }

  private static var columns: [TableColumn<(metric: String, pair: PairComparison)>] {
    [
      .text(nil, key: "metric") { $0.metric }, .text(nil, key: "dataset") { $0.pair.dataset },
      .text(nil, key: "a") { $0.pair.a }, .text(nil, key: "b") { $0.pair.b },
      .text(nil, key: "verdict") { $0.pair.verdict.rawValue }, .text(nil, key: "problem") { $0.pair.problem ?? "" },
      .count(nil, key: "folds") { $0.pair.folds }, .count(nil, key: "repeats") { $0.pair.repeats },
      .number(nil, key: "difference") { $0.pair.difference },
      .number(nil, key: "standardError") { $0.pair.standardError }, .number(nil, key: "p") { $0.pair.p },
      .number(nil, key: "adjustedP") { $0.pair.adjustedP },
      .number(nil, key: "probabilityABetter") { $0.pair.probabilityABetter },
      .number(nil, key: "probabilityEqual") { $0.pair.probabilityEqual },
      .number(nil, key: "probabilityBBetter") { $0.pair.probabilityBBetter },
      .number(nil, key: "bootstrapLow") { $0.pair.bootstrapLow },
      .number(nil, key: "bootstrapHigh") { $0.pair.bootstrapHigh },
      .count(nil, key: "rightOnlyA") { $0.pair.rightOnlyA }, .count(nil, key: "rightOnlyB") { $0.pair.rightOnlyB },
      .count(nil, key: "undecidedBags") { $0.pair.undecidedBags }, .number(nil, key: "mcnemarP") { $0.pair.mcnemarP },
    ]
  }
}

extension ReportPart {
  /// The comparisons of the models with each other, if there are two to compare.
  package static let statistics = ReportPart("statistics", hasOwnPage: true) { run in
    let tables = run.byMetric.compactMap(\.statistics)
    guard let first = tables.first else { return nil }
    var contents = Contents(
      tables: tables.flatMap(\.tables), numbers: ReportTable(joining: tables.map(\.numbers)),
      figures: tables.flatMap(\.figures))
    contents.files["statistics.json"] = try first.statistics.joined(with: tables.dropFirst().map(\.statistics)).json()
    contents.files["win-rates.csv"] = ReportTable(joining: tables.compactMap(\.rates))?.csv
    return contents
  }
}
