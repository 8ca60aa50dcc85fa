import MILBench

extension ReportPart {
  /// A table of each model's mean precision at some recalls, and a figure of the curves for each data set.
  public static let precisionRecall = ReportPart("precision-recall") { run in
    let rows = Row.all(run)
    if rows.isEmpty { return nil }
    var datasets: [String] = []
    for row in rows where !datasets.contains(row.dataset) { datasets.append(row.dataset) }
    return Contents(
      tables: [
        ReportTable(
          "\(run.title): precision at recall", columns, rows: rows, section: { $0.dataset })
      ], numbers: ReportTable(forPrograms: "", columns, rows: rows),
      figures: datasets.map { dataset in figure(rows.filter { $0.dataset == dataset }) })
  }

  /// The precisions of one cell.
  private struct Row: Sendable {
    let dataset, title, model, label: String
    let averagePrecision: Double?
    /// The mean over folds of the precision at each of ``recalls``.
    let precisions: [Double]

    static let recalls = (0...20).map { Double($0) / 20 }

    static func all(_ run: ReportedRun) -> [Row] {
      run.rows.compactMap { row in
        let outcomes = run.records(of: row).filter { $0.status == .finished }.map { Outcomes([$0]) }
        let curves = outcomes.compactMap { PrecisionRecallCurve(labels: $0.labels, scores: $0.scores) }
        if curves.isEmpty { return nil }
        return Row(
          dataset: row.dataset, title: row.datasetTitle, model: row.model, label: row.label,
          averagePrecision: row[Metric.averagePrecision.id],
          precisions: recalls.map { recall in
            curves.reduce(0) { $0 + $1.precision(atRecall: recall) } / Double(curves.count)
          })
      }
    }
  }

  private static let columns: [TableColumn<Row>] =
    [
      .text("data set", key: "dataset", exact: { $0.dataset }) { $0.title },
      .text("model", key: "model", exact: { $0.model }) { $0.label },
      .number("average precision", key: "averagePrecision") { $0.averagePrecision },
    ]
    + [5, 10, 15, 20].map { place in
      let recall = Row.recalls[place]
      return .number("\(recall)", key: "precisionAt\(recall)", group: "precision at recall") { $0.precisions[place] }
    }

  private static func figure(_ rows: [Row]) -> ReportFigure {
    let title = rows.first?.title ?? ""
    let chart = LineChart(
      title: "\(title): precision over recall", axes: ("recall", "precision"), bounds: 0...1,
      curves: rows.map { row in
        LineChart.Curve(
          name: row.label, points: zip(Row.recalls, row.precisions).map { LineChart.Point(x: $0, y: $1) }, marked: [])
      })
    let name = (rows.first?.dataset ?? "").map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    return ReportFigure(
      name: "precision-recall-\(name)", svg: chart.svg,
      caption: "\(title): precision over recall on the test bags, the mean over all folds with a positive bag; at each "
        + "recall the largest precision at this recall or a larger one.")
  }
}
