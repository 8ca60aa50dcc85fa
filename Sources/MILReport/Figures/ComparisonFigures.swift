import MILExperiments
import MILRecords

extension ComparisonTable {
  /// Returns the figures of an experiment, as far as there are trials to draw.
  ///
  /// - Parameter records: the records from which the table was made.
  package func figures(_ records: [TrialRecord]) -> [ReportFigure] {
    ([paperFigure] + costFigures).compactMap { $0 } + ParameterCurves(self, records).figures
      + ProtocolCurves(self, records).figures + learningFigures(records)
  }

  /// The protocol in half a sentence.
  private var protocolText: String {
    "\(crossValidationText), protocol \(experiment.protocol)"
  }

  /// Published and measured accuracies, line by line.
  private var paperFigure: ReportFigure? {
    guard isComparable, rows.contains(where: { $0.paper != nil && $0.ours?.leading.mean != nil }) else { return nil }
    var plot = DotPlot(
      title: "\(experiment.title): published and measured accuracy", axis: "accuracy",
      series: ["paper", "ours, last epoch", "ours, best test epoch of each fold"])
    plot.hollow = [2]
    for (dataset, title) in datasets {
      let lines = drawnRows.filter { $0.key.dataset == dataset }.map { (label: $0.label, values: paperValues($0)) }
      if !lines.isEmpty { plot.sections.append((title, lines)) }
    }
    return ReportFigure(
      name: "paper-and-ours", svg: plot.svg,
      caption:
        "Accuracy as published and as measured here (\(protocolText)). Lines: one binomial standard error of the "
        + "accuracy on the set's bags to either side, sqrt(a (1 - a) / bags), for both; it does not shrink with "
        + "repetition. Hollow: the best epoch of each fold, chosen on the test bags, which is no estimate of accuracy. "
        + "Models without a published figure have no circle; a model that learns nothing is left out.")
  }

  private func paperValues(_ row: Row) -> [DotPlot.Value] {
    guard let ours = row.ours, let accuracy = ours.leading.mean else { return [] }
    func value(_ series: Int, _ accuracy: Double) -> DotPlot.Value {
      let error = BinomialError.standardError(accuracy: accuracy, bags: ours.bags) ?? 0
      return DotPlot.Value(
        series: series, value: accuracy, interval: max(accuracy - error, 0)...min(accuracy + error, 1))
    }
    var values = row.paper.map { [value(0, $0.mean)] } ?? []
    values.append(value(1, accuracy))
    if let oracle = ours.leading.oracle, oracle != accuracy { values.append(DotPlot.Value(series: 2, value: oracle)) }
    return values
  }

  /// The rows with trials, without models that learn nothing: these would fill most of the axes.
  private var drawnRows: [Row] { rows.filter { $0.ours?.leading.mean != nil && ($0.ours?.parameters ?? 0) > 1 } }

  /// The data sets with their titles, in the order of the table.
  private var datasets: [(name: String, title: String)] {
    var seen: Set<String> = []
    return rows.filter { seen.insert($0.key.dataset).inserted }.map { ($0.key.dataset, $0.datasetTitle) }
  }

  /// Mean accuracy against training time and against the number of trained parameters.
  ///
  /// The means are over the data sets on which every model was run.
  private var costFigures: [ReportFigure?] {
    let models = modelAverages
    guard models.points.count > 1 else { return [] }
    func figure(_ name: String, _ axis: String, _ number: (ModelAverage) -> Double) -> ReportFigure? {
      let points = models.points.map { (name: $0.label, x: number($0), y: $0.accuracy) }.filter { $0.x > 0 }
      guard points.count > 1 else { return nil }
      let chart = ScatterChart(
        title: "\(experiment.title): \(leading.title) against \(axis)",
        axes: (axis, "mean \(leading.title), last epoch"),
        isLogarithmic: true, points: points)
      return ReportFigure(
        name: name, svg: chart.svg,
        caption:
          "Mean \(leading.title) after the last epoch over \(models.datasets) data set\(models.datasets == 1 ? "" : "s") "
          + "(\(protocolText)) against \(axis), logarithmic.")
    }
    return [
      figure("accuracy-and-time", "seconds of training a fold") { $0.seconds },
      figure("accuracy-and-parameters", "trained parameters") { $0.parameters },
    ]
  }

  private struct ModelAverage {
    var label: String
    var accuracy: Double
    var seconds: Double
    var parameters: Double
  }

  private var modelAverages: (points: [ModelAverage], datasets: Int) {
    let run = drawnRows
    let sets = Set(run.map(\.key.dataset))
    var seen: Set<String> = []
    let labels = run.map(\.label).filter { seen.insert($0).inserted }
    let points = labels.compactMap { label -> ModelAverage? in
      let cells = run.filter { $0.label == label }.compactMap(\.ours)
      guard cells.count == sets.count, !cells.isEmpty else { return nil }
      func mean(_ number: (CellSummary) -> Double) -> Double {
        cells.reduce(0) { $0 + number($1) } / Double(cells.count)
      }
      return ModelAverage(
        label: label, accuracy: mean { $0.leading.mean ?? 0 }, seconds: mean { $0.seconds ?? 0 },
        parameters: mean { Double($0.parameters ?? 0) })
    }
    return (points, sets.count)
  }

  /// Returns the mean test accuracy after each epoch for each data set, a few models in each figure.
  private func learningFigures(_ records: [TrialRecord]) -> [ReportFigure] {
    let trials = Dictionary(grouping: records.filter { $0.status == .finished }, by: \.cell)
    return datasets.flatMap { dataset, title in
      let curves = drawnRows.filter { $0.key.dataset == dataset }.compactMap { row -> LineChart.Curve? in
        let accuracies = LeadingByEpoch(trials[row.key] ?? []).mean
        guard accuracies.count > 1, let common = row.ours?.leading.oracleCommonEpoch else { return nil }
        let points = accuracies.enumerated().map { LineChart.Point(x: Double($0 + 1), y: $1) }
        return LineChart.Curve(name: row.label, points: points, marked: [(common - 1, ""), (points.count - 1, "")])
      }
      return stride(from: 0, to: curves.count, by: Palette.count).map { first in
        learningFigure(
          dataset, title, Array(curves[first..<min(first + Palette.count, curves.count)]),
          number: curves.count > Palette.count ? first / Palette.count + 1 : nil)
      }
    }
  }

  private func learningFigure(
    _ dataset: String, _ title: String, _ curves: [LineChart.Curve], number: Int?
  ) -> ReportFigure {
    var chart = LineChart(
      title: "\(experiment.title): \(leading.title) by epoch on \(title)",
      axes: ("epoch", "mean \(leading.title) on test bags"), curves: curves)
    if leading.style == .share { chart.bounds = 0...1 }
    let name = dataset.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    return ReportFigure(
      name: "learning-\(name)\(number.map { "-\($0)" } ?? "")", svg: chart.svg,
      caption:
        "\(title): mean \(leading.title) on the test bags after each epoch (\(protocolText)). Marks: the last epoch, which "
        + "the tables report, and the one epoch best for all folds, which only the test bags can tell.")
  }
}

/// The mean over trials of the leading metric after each epoch.
struct LeadingByEpoch {
  /// The mean for each epoch; trials that ended early keep their last value.
  let mean: [Double]

  init(_ trials: [TrialRecord]) {
    let usable = trials.filter(\.hasResult)
    mean = (0..<(usable.map(\.epochCount).max() ?? 0)).map { epoch in
      usable.reduce(0.0) { $0 + $1.leadingValue(afterEpoch: epoch) } / Double(usable.count)
    }
  }
}

extension ReportPart {
  /// The figures of a comparison: with the paper, with costs, over parameters and by epoch.
  package static let figures = ReportPart("figures") { run in
    let parts = run.byMetric.map { (metric: $0.comparison.leading.id, figures: $0.comparison.figures($0.records)) }
    // The same name in several parts, such as that of costs, gets the metric's from the second on.
    var names: Set<String> = []
    return Contents(
      figures: parts.flatMap { metric, figures in
        figures.map { figure in
          let name = names.insert(figure.name).inserted ? figure.name : "\(figure.name)-\(metric)"
          return ReportFigure(name: name, svg: figure.svg, caption: figure.caption)
        }
      })
  }
}
