import MILRecords
import MILStatistics

extension ReportedRun {
  /// The brief tables of a run for a terminal, one for each default metric of the data sets' targets.
  ///
  /// A table has one row for each model, best mean rank first, and one column for each data set. If it is wider than
  /// the terminal, it has the three best models of each data set instead.
  ///
  /// - Parameter columns: the terminal's width; nil for any width.
  package func summaries(within columns: Int?) -> [ReportTable] {
    let runs = byMetric
    return runs.map { run in
      let summary = RunSummaryTable(run, saysMetric: runs.count == 1)
      let table = summary.byModel
      return columns.map { table.isWider(than: $0) } == true ? summary.bestOfEach : table
    }
  }
}

extension ReportTable {
  /// Whether some columns have no room beside the others.
  func isWider(than columns: Int) -> Bool { parts(within: columns).count > 1 }
}

/// The means of the leading metric of one run, in brief.
private struct RunSummaryTable {
  private struct Entry: Hashable {
    let model, `protocol`: String
  }

  private let title: String
  private let metric: Metric
  /// The data sets with results, by name, with their titles.
  private let datasets: [(name: String, title: String)]
  private var labels: [Entry: String] = [:]
  private var means: [String: [Entry: Double]] = [:]
  private let ranks: [Entry: Double]
  /// The models, best mean rank first, then those without a rank in the order of the experiment.
  private let entries: [Entry]

  /// Creates the means of a run; the title of one of several parts has the metric already.
  init(_ run: ReportedRun, saysMetric: Bool) {
    metric = run.comparison.leading
    title = saysMetric ? "\(run.title), \(run.comparison.leading.title)" : run.title
    var datasets: [(name: String, title: String)] = []
    var order: [Entry] = []
    for row in run.rows {
      guard let mean = row.ours?.leading.mean else { continue }
      let entry = Entry(model: row.model, protocol: row.protocol)
      if datasets.last?.name != row.dataset { datasets.append((row.dataset, row.datasetTitle)) }
      if labels.updateValue(row.label, forKey: entry) == nil { order.append(entry) }
      means[row.dataset, default: [:]][entry] = mean
    }
    self.datasets = datasets
    let study = run.statistics?.statistics
    let models = Dictionary((study?.models ?? []).map { ($0.key, Entry(model: $0.id, protocol: $0.protocol)) }) { $1 }
    let ranked = (study?.metrics.first?.overDatasets?.ranks ?? []).compactMap { ranked in
      models[ranked.model].map { (entry: $0, rank: ranked.averageRank) }
    }
    ranks = Dictionary(ranked.map { ($0.entry, $0.rank) }) { first, _ in first }
    let known = ranks
    entries = ranked.map(\.entry).filter(order.contains) + order.filter { known[$0] == nil }
  }

  /// One row for each model and one column for each data set.
  var byModel: ReportTable {
    let hasRanks = !ranks.isEmpty && datasets.count > 1
    var table = ReportTable(
      title: title,
      columns: [.init("model")] + datasets.map { .init($0.title, .right) }
        + (hasRanks ? [.init("mean rank", .right)] : []))
    for entry in entries {
      let cells = datasets.map { text(means[$0.name]?[entry]) }
      let best = datasets.indices.filter { isBest(entry, on: datasets[$0].name) }.map { $0 + 1 }
      let isFirst = hasRanks && ranks[entry] == ranks.values.min()
      table.append(
        .init(
          [labels[entry] ?? entry.model] + cells + (hasRanks ? [ranks[entry].map(NumberText.hundredths) ?? "–"] : []),
          best: Set(best + (isFirst ? [0, datasets.count + 1] : []))))
    }
    return table
  }

  /// The three best models of each data set.
  var bestOfEach: ReportTable {
    var table = ReportTable(
      title: "\(title): the best models of each data set",
      columns: [.init("data set"), .init("model"), .init(metric.title, .right)])
    for dataset in datasets {
      let own = means[dataset.name] ?? [:]
      // A stable order: equal means stay in the order of the ranks.
      let ordered = entries.filter { own[$0] != nil }.enumerated().sorted { a, b in
        let (first, second) = (own[a.element] ?? 0, own[b.element] ?? 0)
        if first == second { return a.offset < b.offset }
        return metric.better == .larger ? first > second : first < second
      }
      for (place, entry) in ordered.map(\.element).prefix(3).enumerated() {
        table.append(
          .init(
            [dataset.title, labels[entry] ?? entry.model, text(own[entry])], beginsSection: place == 0,
            best: isBest(entry, on: dataset.name) ? [1, 2] : []))
      }
    }
    return table
  }

  private func text(_ mean: Double?) -> String { mean.map { NumberText.text($0, metric.style) } ?? "–" }

  private func isBest(_ entry: Entry, on dataset: String) -> Bool {
    guard let own = means[dataset], own.count > 1, let mean = own[entry] else { return false }
    return mean == metric.best(of: Array(own.values))
  }
}

extension Metric {
  /// Returns the best of several values; nil for none.
  func best(of values: [Double]) -> Double? { better == .larger ? values.max() : values.min() }
}
