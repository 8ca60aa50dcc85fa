import MILExperiments
import MILRecords

/// The values that fits chose on their training bags, with their frequencies: a pure function of the journals.
package struct ChoicesTable: Sendable, Equatable {
  /// The choices for one parameter in the fits of one cell.
  struct Row: Sendable, Equatable {
    var cell: ComparisonTable.Row
    var parameter: String
    /// The values, most frequent first.
    var counts: [(value: String, trials: Int)]

    static func == (left: Row, right: Row) -> Bool {
      left.cell.key == right.cell.key && left.parameter == right.parameter
        && left.counts.map(\.value) == right.counts.map(\.value)
        && left.counts.map(\.trials) == right.counts.map(\.trials)
    }
  }

  private let title: String
  let rows: [Row]

  /// Counts the choices in the records of a comparison's cells; nil if nothing was chosen.
  package init?(_ comparison: ComparisonTable, records: [TrialRecord]) {
    title = "\(comparison.experiment.title): what was chosen"
    let chosen = Dictionary(grouping: records, by: \.cell)
    rows = comparison.rows.flatMap { cell in
      var counts: [String: [String: Int]] = [:]
      for pair in (chosen[cell.key] ?? []).flatMap(\.ownChoices) {
        counts[pair.parameter, default: [:]][pair.value, default: 0] += 1
      }
      return counts.sorted { $0.key < $1.key }.map { parameter, values in
        let sorted = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Row(cell: cell, parameter: parameter, counts: sorted.map { ($0.key, $0.value) })
      }
    }
    if rows.isEmpty { return nil }
  }

  /// The table for readers: a row for each parameter of a cell.
  package var table: ReportTable {
    ReportTable(
      title,
      [
        .text("data set") { $0.cell.datasetTitle }, .text("model") { $0.cell.label },
        .text("parameter") { $0.parameter },
        .text("value: folds") { row in row.counts.map { "\($0.value): \($0.trials)" }.joined(separator: ", ") },
      ], rows: rows, section: { "\($0.cell.key)" },
      notes: [
        "Chosen by cross-validation on the training bags of each fold: the values with the most bags of the inner folds "
          + "right, of equals the first of the grid. Behind each value stands the number of folds, of all repetitions "
          + "together, whose fit chose it."
      ])
  }

  /// The table for programs: a row for each value of a parameter.
  package var numbers: ReportTable {
    let values = rows.flatMap { row in row.counts.map { (row: row, value: $0.value, trials: $0.trials) } }
    return ReportTable(
      forPrograms: title,
      [
        .text(nil, key: "dataset") { $0.row.cell.key.dataset }, .text(nil, key: "model") { $0.row.cell.key.model },
        .text(nil, key: "protocol") { $0.row.cell.key.protocol }, .text(nil, key: "parameter") { $0.row.parameter },
        .text(nil, key: "value") { $0.value }, .count(nil, key: "trials") { $0.trials },
      ], rows: values)
  }
}

extension TrialRecord {
  /// The choices of the fit, without values that its configuration had fixed.
  fileprivate var ownChoices: [(parameter: String, value: String)] {
    // The configuration contains a grid as its values, so a single value is a fixed one.
    choices.filter { !self.configuration.contains("\"\($0.parameter)\":\"\($0.value)\"") }
  }
}

extension ReportPart {
  /// The choices of the fits, if there are any.
  package static let choices = ReportPart("choices") { run in
    ChoicesTable(run.comparison, records: run.records).map { Contents(tables: [$0.table], numbers: $0.numbers) }
  }
}
