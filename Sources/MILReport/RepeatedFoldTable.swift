import MILExperiments
import MILRecords

/// The results in print if every repetition tested one fold in place of all; see ``/MILRecords/RepeatedFoldFigures``.
package struct RepeatedFoldTable {
  /// The table: our mean and deviation over all folds, and the range of both over the possible folds.
  package let table: ReportTable

  /// Creates the table of a comparison's cells; omits those that lack a trial.
  package init(_ comparison: ComparisonTable, records: [TrialRecord]) {
    let cells = Dictionary(grouping: records, by: \.cell)
    let rows = comparison.rows.compactMap { row -> (row: ComparisonTable.Row, figures: [RepeatedFoldFigures])? in
      let figures = RepeatedFoldFigures.figures(of: cells[row.key] ?? [])
      return row.ours == nil || figures.isEmpty ? nil : (row, figures)
    }
    func column(
      _ title: String,
      _ value: @escaping @Sendable ((row: ComparisonTable.Row, figures: [RepeatedFoldFigures])) -> Double?
    ) -> TableColumn<(row: ComparisonTable.Row, figures: [RepeatedFoldFigures])> {
      .number(title, absent: CellText.noData, value: value)
    }
    table = ReportTable(
      "\(comparison.experiment.title): one fold tested in place of all",
      [
        .text("data set") { $0.row.datasetTitle }, .text("model") { $0.row.label },
        .text("paper: mean ± spread") { comparison.paperText($0.row) },
        column("all folds: mean") { $0.row.ours?.leading.mean },
        column("SD folds") { $0.row.ours?.leading.deviationOverFolds },
        column("one fold: mean") { mean($0.figures.map(\.mean)) }, column("lowest") { $0.figures.map(\.mean).min() },
        column("highest") { $0.figures.map(\.mean).max() },
        column("one fold: SD") { mean($0.figures.map(\.deviation)) },
        column("lowest") { $0.figures.map(\.deviation).min() }, column("highest") { $0.figures.map(\.deviation).max() },
      ], rows: rows,
      notes: [
        "One fold: each repetition counts with the accuracy of a single fold, as if that fold had been tested again and "
          + "again in place of the others. Repetition r takes fold r + s for each shift s, which gives as many figures as "
          + "there are folds: their mean, the lowest and the highest. The noise between trainings on one fold is not in it."
      ])
  }
}
