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
      metrics.compactMap { metric in
        Self.figure(
          table, table.rows.filter { $0.key.dataset == dataset.key.dataset }, trials, metric, axis, differing: differing
        )
      }
    }
  }

  /// Returns the figure of a data set and a metric; nil if no curve has two points.
  private static func figure(
    _ table: ComparisonTable, _ rows: [ComparisonTable.Row], _ trials: [CellKey: [TrialRecord]], _ metric: Metric,
    _ axis: ProtocolSetting, differing: [String]
  ) -> ReportFigure? {
    var curves: [LineChart.Curve] = []
    for row in rows {
      guard let point = point(trials[row.key] ?? [], metric, axis) else { continue }
      let name = curveName(row, differing)
      if let place = curves.firstIndex(where: { $0.name == name }) {
        curves[place].points.append(point)
      } else {
        curves.append(LineChart.Curve(name: name, points: [point]))
      }
    }
    curves = curves.filter { $0.points.count > 1 }
    guard let first = rows.first, !curves.isEmpty else { return nil }
    for place in curves.indices { curves[place].points.sort { $0.x < $1.x } }
    let words = axis.quantity ?? axis.name
    var chart = LineChart(
      title: "\(table.experiment.title): \(metric.title) over \(words) on \(first.datasetTitle)",
      axes: (words, "mean \(metric.title), last epoch"), curves: curves)
    chart.ticksAtPoints = Set(curves.flatMap { $0.points.map(\.x) }).count <= 10
    let middle = metric.id == table.leading.id ? "" : "-\(metric.id)"
    let dataset = first.key.dataset.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    return ReportFigure(
      name: "\(axis.name)\(middle)-\(dataset)", svg: chart.svg,
      caption:
        "\(first.datasetTitle): mean \(metric.title) after the last epoch over \(words). All models have the same training "
        + "bags and labels at a point. Bands: one corrected standard error of the mean to either side (Nadeau and Bengio "
        + "2003). Curves of the same folds compare more closely than their bands: statistics.csv.")
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

  /// Returns the label of a row's model without the settings of its protocol, and with those that distinguish curves.
  private static func curveName(_ row: ComparisonTable.Row, _ differing: [String]) -> String {
    let own = ProtocolSetting.values(in: row.key.protocol).settings
    return ([row.labelWithoutProtocol] + differing.compactMap { name in own[name].map { "\(name) \($0)" } })
      .joined(separator: ", ")
  }
}

extension ComparisonRow {
  /// The label of the model without the protocol, or the settings of the protocol, after it.
  var labelWithoutProtocol: String {
    if label.hasSuffix(", \(key.protocol)") { return String(label.dropLast(key.protocol.count + 2)) }
    return ProtocolSetting.values(in: key.protocol).settings.reduce(label) { label, setting in
      label.replacing(", \(setting.key) \(setting.value)", with: "")
    }
  }
}
