import MILExperiments
import MILRecords
import MILStatistics

/// Each model as a curve over a setting of the protocol: the share of wrong labels, of positive bags, or the number of
/// training bags.
///
/// The axis is the numeric setting with the most distinct values among the experiment's models, at least three. Other
/// settings that differ distinguish the curves. There is a figure for each data set and compared metric.
struct ProtocolCurves {
  let figures: [ReportFigure]

  init(_ table: ComparisonTable, _ records: [TrialRecord]) {
    let protocols = Set(table.rows.map(\.key.protocol)).map { ProtocolSetting.values(in: $0) }
    func values(_ name: String) -> Set<String> { Set(protocols.map { $0.settings[name] ?? "" }) }
    let axes = ProtocolSetting.all.filter { $0.isNumber && values($0.name).count > 2 }
    guard let axis = axes.max(by: { values($0.name).count < values($1.name).count }) else {
      figures = []
      return
    }
    let names = Set(protocols.flatMap(\.settings.keys))
    let differing = names.filter { $0 != axis.name && values($0).count > 1 }.sorted()
    let trials = Dictionary(grouping: records.filter(\.hasResult), by: \.cell)
    let metrics = table.metrics.filter { $0.isCompared && $0.scope == .folds }
    var seen: Set<String> = []
    let datasets = table.rows.filter { seen.insert($0.key.dataset).inserted }
    figures = datasets.flatMap { dataset in
      metrics.flatMap { metric in
        Self.figures(
          table, table.rows.filter { $0.key.dataset == dataset.key.dataset }, trials, metric, axis, differing: differing
        )
      }
    }
  }

  /// The number of curves in a figure above which their bands hide each other.
  private static let most = 4

  /// The curves of a model: one, or one for each value of the settings that differ.
  private struct Family {
    var model: String
    var curves: [LineChart.Curve]
  }

  /// Returns the figures of a data set and a metric, a few models in each; none if no curve has two points.
  ///
  /// The figures have one vertical axis, so that curves of different figures are comparable.
  private static func figures(
    _ table: ComparisonTable, _ rows: [ComparisonTable.Row], _ trials: [CellKey: [TrialRecord]], _ metric: Metric,
    _ axis: ProtocolSetting, differing: [String]
  ) -> [ReportFigure] {
    let groups = groups(of: families(rows, trials, metric, axis, differing: differing))
    guard let first = rows.first else { return [] }
    let words = axis.quantity ?? axis.name
    let ends = groups.flatMap { $0.flatMap(\.points) }
      .flatMap { [$0.y] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) }
    let middle = metric.id == table.leading.id ? "" : "-\(metric.id)"
    let dataset = first.key.dataset.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    return groups.enumerated().map { place, curves in
      var chart = LineChart(
        title: "\(table.experiment.title): \(metric.title) over \(words) on \(first.datasetTitle)",
        axes: (words, "mean \(metric.title), last epoch"), curves: curves)
      chart.shown = ends
      chart.ticksAtPoints = Set(curves.flatMap { $0.points.map(\.x) }).count <= 10
      return ReportFigure(
        name: "\(axis.name)\(middle)-\(dataset)" + (groups.count > 1 ? "-\(place + 1)" : ""), svg: chart.svg,
        caption:
          "\(first.datasetTitle): mean \(metric.title) after the last epoch over \(words). All models have the same "
          + "training bags and labels at a point. Bands: one corrected standard error of the mean to either side (Nadeau "
          + "and Bengio 2003). Curves of the same folds compare more closely than their bands: statistics.csv.")
    }
  }

  /// Returns the curves with at least two points, model by model in the order of the rows.
  private static func families(
    _ rows: [ComparisonTable.Row], _ trials: [CellKey: [TrialRecord]], _ metric: Metric, _ axis: ProtocolSetting,
    differing: [String]
  ) -> [Family] {
    var families: [Family] = []
    for row in rows {
      guard let point = point(trials[row.key] ?? [], metric, axis) else { continue }
      let name = curveName(row, differing)
      let family = families.firstIndex { $0.model == row.modelLabel } ?? families.endIndex
      if family == families.endIndex { families.append(Family(model: row.modelLabel, curves: [])) }
      if let place = families[family].curves.firstIndex(where: { $0.name == name }) {
        families[family].curves[place].points.append(point)
      } else {
        families[family].curves.append(LineChart.Curve(name: name, points: [point]))
      }
    }
    for place in families.indices {
      families[place].curves.removeAll { $0.points.count < 2 }
      for curve in families[place].curves.indices { families[place].curves[curve].points.sort { $0.x < $1.x } }
    }
    return families.filter { !$0.curves.isEmpty }
  }

  /// Returns the curves in groups of similar size, with those of a model together.
  private static func groups(of families: [Family]) -> [[LineChart.Curve]] {
    let largest = families.map(\.curves.count).max() ?? 1
    let together = max(most / largest, 1)
    let count = (families.count + together - 1) / together
    return (0..<count).map { group in
      let (start, end) = (group * families.count / count, (group + 1) * families.count / count)
      return families[start..<end].flatMap(\.curves)
    }
  }

  /// Returns the mean of a cell's folds with its corrected standard error; nil without a fold with a value.
  private static func point(_ trials: [TrialRecord], _ metric: Metric, _ axis: ProtocolSetting) -> LineChart.Point? {
    guard let first = trials.first,
      let written = ProtocolSetting.values(in: first.protocol).settings[axis.name].flatMap(Double.init)
    else { return nil }
    let values = trials.compactMap { metric.value(Outcomes([$0])) }
    guard let middle = mean(values) else { return nil }
    // Without a limit, the number is that of the folds.
    let bags = mean(trials.compactMap { $0.trainingBags.map(Double.init) })
    let x = axis.name == "trainingBags" && written == 0 ? bags?.rounded() ?? 0 : written
    let error = sampleDeviation(values).flatMap { deviation in
      CorrectedError.testPerTraining(trials).map {
        CorrectedError.standardError(deviation: deviation, count: values.count, testPerTraining: $0)
      }
    }
    return LineChart.Point(x: x, y: middle, interval: error.map { middle - $0...middle + $0 })
  }

  /// Returns the label of a row's model with those settings of its protocol that distinguish curves.
  private static func curveName(_ row: ComparisonTable.Row, _ differing: [String]) -> String {
    let own = ProtocolSetting.values(in: row.key.protocol).settings
    return ([row.modelLabel] + differing.compactMap { name in own[name].map { ProtocolSetting.words(name, $0) } })
      .joined(separator: ", ")
  }
}
