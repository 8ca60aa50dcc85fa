import MILResults

/// What each cell would have printed had every repetition tested one fold in place of all; see ``/MILResults/RepeatedFoldFigures``.
public struct RepeatedFoldTable {
  /// The table: our mean and deviation over all folds, and the range of both over the folds that might have been taken.
  public let table: Table

  /// The table of a comparison's cells; those that lack a trial are left out.
  public init(_ comparison: ComparisonTable, records: [TrialRecord]) {
    var table = Table(
      title: "\(comparison.experiment.title): one fold tested in place of all",
      columns: [
        .init("data set"), .init("model"), .init("paper: mean ± spread"), .init("all folds: mean", .right),
        .init("SD folds", .right), .init("one fold: mean", .right), .init("lowest", .right), .init("highest", .right),
        .init("one fold: SD", .right), .init("lowest", .right), .init("highest", .right),
      ])
    let cells = Dictionary(grouping: records, by: \.cell)
    for row in comparison.rows {
      let figures = RepeatedFoldFigures.figures(of: cells[row.key] ?? [])
      guard let ours = row.ours, !figures.isEmpty else { continue }
      func range(_ values: [Double]) -> [String] {
        [values.reduce(0, +) / Double(values.count), values.min(), values.max()].map(CellText.share)
      }
      table.append(
        .init(
          [row.datasetTitle, row.label, comparison.paperText(row)]
            + [ours.leading.mean, ours.leading.deviationOverFolds].map(CellText.share)
            + range(figures.map(\.mean)) + range(figures.map(\.deviation))))
    }
    table.notes = [
      "One fold: each repetition counts with the accuracy of a single fold, as if that fold had been tested again and "
        + "again in place of the others. Repetition r takes fold r + s for each shift s, which gives as many figures as "
        + "there are folds: their mean, the lowest and the highest. The noise between trainings on one fold is not in it."
    ]
    self.table = table
  }
}
