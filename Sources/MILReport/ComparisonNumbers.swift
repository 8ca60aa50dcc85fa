import MILResults

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
    let isAccuracy = isAccuracy
    return [
      ("trials", { NumberText.exact($0.ours?.trials ?? 0) }),
      ("finished", { NumberText.exact($0.ours?.finished ?? 0) }),
      ("diverged", { NumberText.exact($0.ours?.diverged ?? 0) }),
      ("failed", { NumberText.exact($0.ours?.failed ?? 0) }), ("bags", { NumberText.exact($0.ours?.bags) }),
      ("accuracy", { NumberText.exact($0.ours?.accuracy) }),
      ("accuracySDFolds", { NumberText.exact($0.ours?.accuracySDFolds) }),
      ("accuracySDRepeats", { NumberText.exact($0.ours?.accuracySDRepeats) }),
      ("accuracyBinomialStandardError", { NumberText.exact($0.ours?.accuracyBinomialStandardError) }),
      ("accuracyCorrectedStandardError", { NumberText.exact($0.ours?.accuracyCorrectedStandardError) }),
      ("oracleAccuracy", { NumberText.exact($0.ours?.oracleAccuracy) }),
      ("oracleCommonAccuracy", { NumberText.exact($0.ours?.oracleCommonAccuracy) }),
      ("oracleCommonEpoch", { NumberText.exact($0.ours?.oracleCommonEpoch) }),
      ("difference", { isAccuracy ? NumberText.exact($0.verdict?.difference) : "" }),
      ("differenceInStandardErrors", { isAccuracy ? NumberText.exact($0.verdict?.standardErrors) : "" }),
      ("differenceP", { isAccuracy ? NumberText.exact($0.verdict?.test?.differenceP) : "" }),
      ("equivalenceP", { isAccuracy ? NumberText.exact($0.verdict?.test?.equivalenceP) : "" }),
      ("verdict", { isAccuracy ? $0.verdict?.grade.rawValue ?? "" : "" }),
      (
        "withinSamplingError",
        { isAccuracy ? $0.verdict.map { "\($0.isWithinSamplingError)" } ?? "" : "" }
      ),
      ("oracleOnly", { isAccuracy ? $0.verdict.map { "\($0.isOracleOnly)" } ?? "" : "" }),
      ("auc", { NumberText.exact($0.ours?.auc) }), ("aucPooled", { NumberText.exact($0.ours?.aucPooled) }),
      ("balancedAccuracy", { NumberText.exact($0.ours?.balancedAccuracy) }), ("f1", { NumberText.exact($0.ours?.f1) }),
      ("logLoss", { NumberText.exact($0.ours?.logLoss) }), ("brier", { NumberText.exact($0.ours?.brier) }),
      ("seconds", { NumberText.exact($0.ours?.seconds) }),
      ("secondsPerStep", { NumberText.exact($0.ours?.secondsPerStep) }),
      ("parameters", { NumberText.exact($0.ours?.parameters) }),
    ]
  }
}
