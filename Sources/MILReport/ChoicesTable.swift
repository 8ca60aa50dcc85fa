import MILResults

/// What fits chose by themselves on their training bags, and how often: a pure function of the journals.
public struct ChoicesTable: Sendable, Equatable {
  /// What the fits of one cell chose for one parameter.
  struct Row: Sendable, Equatable {
    var cell: ComparisonTable.Row
    var parameter: String
    /// The values, those chosen most often first.
    var counts: [(value: String, trials: Int)]

    static func == (left: Row, right: Row) -> Bool {
      left.cell.key == right.cell.key && left.parameter == right.parameter
        && left.counts.map(\.value) == right.counts.map(\.value)
        && left.counts.map(\.trials) == right.counts.map(\.trials)
    }
  }

  private let title: String
  let rows: [Row]

  /// The choices in the records of a comparison's cells; nil where nothing was chosen.
  public init?(_ comparison: ComparisonTable, records: [TrialRecord]) {
    title = "\(comparison.experiment.title): what was chosen"
    let chosen = Dictionary(grouping: records.filter { $0.notes["chosen"] != nil }, by: \.cell)
    rows = comparison.rows.flatMap { cell in
      var counts: [String: [String: Int]] = [:]
      for pair in (chosen[cell.key] ?? []).flatMap({ $0.choices }) {
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
  public var table: Table {
    var table = Table(
      title: title, columns: [.init("data set"), .init("model"), .init("parameter"), .init("value: folds")])
    var last: CellKey?
    for row in rows {
      let counts = row.counts.map { "\($0.value): \($0.trials)" }.joined(separator: ", ")
      table.append(
        .init([row.cell.datasetTitle, row.cell.label, row.parameter, counts], beginsSection: last != row.cell.key))
      last = row.cell.key
    }
    table.notes = [
      "Chosen by cross-validation on the training bags of each fold: the values with the most bags of the inner folds "
        + "right, of equals the first of the grid. Behind each value stands the number of folds, of all repetitions "
        + "together, whose fit chose it."
    ]
    return table
  }

  /// The table for programs: a row for each value of a parameter.
  public var numbers: Table {
    let words = ["dataset", "model", "protocol", "parameter", "value"]
    var table = Table(title: title, columns: words.map { .init($0) } + [.init("trials", .right)])
    for row in rows {
      for (value, trials) in row.counts {
        let key = row.cell.key
        table.append(.init([key.dataset, key.model, key.protocol, row.parameter, value, String(trials)]))
      }
    }
    return table
  }
}

extension TrialRecord {
  /// What the fit chose, from its note `name=value,name=value`; without what its configuration had fixed.
  fileprivate var choices: [(parameter: String, value: String)] {
    (notes["chosen"] ?? "").split(separator: ",").compactMap { part in
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      // A grid stands in the configuration as its values, so one value alone is the one that was chosen.
      guard pair.count == 2, !configuration.contains("\"\(pair[0])\":\"\(pair[1])\"") else { return nil }
      return (pair[0], pair[1])
    }
  }
}
