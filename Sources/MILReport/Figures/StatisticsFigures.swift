import MILStatistics

extension StatisticsTables {
  /// The average ranks with groups of no significant difference, and the wins, ties and losses of all pairs.
  package var figures: [ReportFigure] {
    statistics.metrics.flatMap { [ranksFigure($0), winsFigure($0)].compactMap { $0 } }
  }

  /// Returns the figure of average ranks; nil with fewer than two models or data sets to rank.
  private func ranksFigure(_ metric: MetricStatistics) -> ReportFigure? {
    guard let over = metric.overDatasets, over.ranks.count > 1, over.datasets.count > 1 else { return nil }
    let places = Dictionary(uniqueKeysWithValues: over.ranks.enumerated().map { ($1.model, $0) })
    let diagram = CriticalDifferenceDiagram(
      title: "\(title): average ranks by \(words(metric))",
      models: over.ranks.map { (statistics.label(of: $0.model), $0.averageRank) },
      groups: over.groups.map { $0.compactMap { places[$0] } })
    let notes = ranks(metric)?.notes.joined(separator: " ") ?? ""
    return ReportFigure(
      name: "ranks-\(metric.metric)", svg: diagram.svg,
      caption: "Average rank of each model by \(words(metric)), 1 the best; bars join models that are not told "
        + "apart. \(notes)")
  }

  /// Returns the figure of wins, ties and losses of each model against each other.
  private func winsFigure(_ metric: MetricStatistics) -> ReportFigure? {
    let models = statistics.models.filter { model in
      metric.tallies.contains { $0.a == model.key || $0.b == model.key }
    }
    guard models.count > 2 else { return nil }
    let cells = models.map { row in
      models.map { column -> PairMatrix.Cell? in
        guard row.key != column.key, let tally = metric.tally(of: row.key, against: column.key) else { return nil }
        let count = tally.wins + tally.ties + tally.losses
        guard count > 0 else { return nil }
        return PairMatrix.Cell(
          text: "\(tally.wins)/\(tally.ties)/\(tally.losses)",
          balance: Double(tally.wins - tally.losses) / Double(count))
      }
    }
    let matrix = PairMatrix(
      title: "\(title): wins, ties and losses by \(words(metric))", names: models.map(\.label), cells: cells)
    let notes = wins(metric).notes.joined(separator: " ")
    return ReportFigure(
      name: "wins-\(metric.metric)", svg: matrix.svg,
      caption: "Data sets on which the model of the row wins, ties and loses against that of the column, by "
        + "\(words(metric)). \(notes)")
  }
}
