import MILResults
import MILStatistics

extension ComparisonTable {
  /// The table for programs: a column a number, in full precision, empty where there is none.
  ///
  /// The `replications` column lists all of them as `by=mean`, separated by semicolons.
  public var numbers: Table {
    let words: [(String, (Row) -> String)] = [
      ("dataset", { $0.key.dataset }), ("model", { $0.key.model }), ("protocol", { $0.key.protocol }),
      ("label", { $0.label }),
    ]
    let whose: [(String, (Row) -> String)] = saysWhose ? [("run", { $0.run ?? "" })] : []
    let columns = words + whose + paperColumns + ourColumns
    var table = Table(
      title: experiment.title,
      columns: columns.enumerated().map { Table.Column($1.0, $0 < words.count + whose.count ? .left : .right) })
    for row in rows { table.append(Table.Row(columns.map { $0.1(row) })) }
    return table
  }

  private var paperColumns: [(String, (Row) -> String)] {
    [
      ("paperMean", { NumberText.exact($0.paper?.mean) }),
      ("paperSpread", { NumberText.exact($0.paper?.spread) }),
      ("paperSpreadKind", { $0.paper?.spreadKind?.rawValue ?? "" }),
      ("paperSecondSpread", { NumberText.exact($0.paper?.alsoPrinted?.spread) }),
      ("paperSecondSpreadKind", { $0.paper?.alsoPrinted?.spreadKind.rawValue ?? "" }),
      ("paperVerified", { row in row.paper.map { "\($0.verified)" } ?? "" }),
      (
        "replications",
        { $0.replications.map { "\($0.by ?? "others")=\(NumberText.exact($0.mean))" }.joined(separator: "; ") }
      ),
    ]
  }

  private var ourColumns: [(String, (Row) -> String)] {
    let isComparable = isComparable
    let figures = CellSummary.empty(metrics)
    func columns(_ figures: [CellFigure]) -> [(String, (Row) -> String)] {
      figures.map { figure in
        (figure.key, { row in row.ours?.figures.first { $0.key == figure.key }?.exact ?? "" })
      }
    }
    func verdict(_ text: @escaping (PaperVerdict) -> String) -> (Row) -> String {
      { isComparable ? $0.verdict.map(text) ?? "" : "" }
    }
    return [
      ("trials", { NumberText.exact($0.ours?.trials ?? 0) }),
      ("finished", { NumberText.exact($0.ours?.finished ?? 0) }),
      ("diverged", { NumberText.exact($0.ours?.diverged ?? 0) }),
      ("failed", { NumberText.exact($0.ours?.failed ?? 0) }), ("bags", { NumberText.exact($0.ours?.bags) }),
    ] + columns(figures.leadingFigures) + [
      ("difference", verdict { NumberText.exact($0.difference) }),
      ("differenceInStandardErrors", verdict { NumberText.exact($0.standardErrors) }),
      ("differenceP", verdict { NumberText.exact($0.test?.differenceP) }),
      ("equivalenceP", verdict { NumberText.exact($0.test?.equivalenceP) }),
      ("verdict", verdict { $0.grade.rawValue }),
      ("withinSamplingError", verdict { "\($0.isWithinSamplingError)" }),
      ("oracleOnly", verdict { "\($0.isOracleOnly)" }),
    ] + columns(figures.otherFigures)
  }
}
