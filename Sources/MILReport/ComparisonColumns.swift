import MILExperiments
import MILRecords
import MILStatistics

extension ComparisonTable {
  /// The table for readers: rounded figures, with notes that explain each of them.
  package var table: ReportTable {
    let letters = ReplicationLetters(rows)
    let columns = columns(letters)
    var table = ReportTable(
      experiment.title, columns, rows: [], notes: ComparisonNotes(table: self, letters: letters).all)
    let keys = columns.filter { $0.header != nil }.map(\.key)
    // The name of a row and its mean, which a terminal emphasises in the best rows of each data set.
    let mean = CellSummary.empty(metrics).leadingFigures.first?.key
    let named = Set(["label", mean].compactMap { keys.firstIndex(of: $0) })
    let best = bestMeans
    var dataset: String?
    for row in rows {
      let isMissing = !rows.contains { $0.key.dataset == row.key.dataset && $0.ours != nil }
      if let remedy = remedies[row.key.dataset], isMissing {
        if dataset != row.key.dataset { table.append(missingSet(row, remedy, columns)) }
      } else {
        let cells = columns.filter { $0.header != nil }.map { $0.text(row) }
        let isBest = row.ours?.leading.mean.map { $0 == best[row.key.dataset] } == true
        table.append(
          ReportTable.Row(cells, beginsSection: dataset != row.key.dataset, best: isBest ? named : []))
      }
      dataset = row.key.dataset
    }
    return table
  }

  /// The best mean of each data set with several.
  private var bestMeans: [String: Double] {
    Dictionary(grouping: rows, by: \.key.dataset)
      .compactMapValues { rows in
        let means = rows.compactMap { $0.ours?.leading.mean }
        return means.count > 1 ? leading.best(of: means) : nil
      }
  }

  /// The table for programs: a column for each number, in full precision, empty if there is none.
  ///
  /// The `replications` column lists all of them as `by=mean`, separated by semicolons.
  package var numbers: ReportTable {
    ReportTable(forPrograms: experiment.title, columns(ReplicationLetters(rows)), rows: rows)
  }

  private func columns(_ letters: ReplicationLetters) -> [TableColumn<Row>] {
    // Readers see columns of published figures only in a table with such figures.
    let hasPaper = rows.contains { $0.paper != nil }
    let hasReplications = rows.contains { !$0.replications.isEmpty }
    func forPrograms(unless isShown: Bool, _ columns: [TableColumn<Row>]) -> [TableColumn<Row>] {
      isShown ? columns : columns.map(\.forPrograms)
    }
    let run: [TableColumn<Row>] = [.text("run", key: "run", exact: { $0.run ?? "" }) { $0.run ?? CellText.absence($0) }]
    return [
      .text("data set", key: "dataset", exact: { $0.key.dataset }) { $0.datasetTitle },
      .text(nil, key: "model") { $0.key.model }, .text(nil, key: "protocol") { $0.key.protocol },
      .text("model", key: "label") { $0.label },
    ] + (saysWhose ? run : []) + forPrograms(unless: hasPaper, paperColumns) + ourColumns
      + forPrograms(unless: hasPaper, differenceColumns)
      + (hasReplications ? [.text("others") { letters.text($0.replications) }.asDetail] : [])
      + [.text("trials") { trialsText($0) }] + figureColumns(CellSummary.empty(metrics).otherFigures)
  }

  private var paperColumns: [TableColumn<Row>] {
    [
      .text("mean ± spread", group: "paper") { paperText($0) }, .number(nil, key: "paperMean") { $0.paper?.mean },
      .number(nil, key: "paperSpread") { $0.paper?.spread },
      .text(nil, key: "paperSpreadKind") { $0.paper?.spreadKind?.rawValue ?? "" },
      .number(nil, key: "paperSecondSpread") { $0.paper?.alsoPrinted?.spread },
      .text(nil, key: "paperSecondSpreadKind") { $0.paper?.alsoPrinted?.spreadKind.rawValue ?? "" },
      .text(nil, key: "paperVerified") { row in row.paper.map { "\($0.verified)" } ?? "" },
      .text(nil, key: "replications") { row in
        row.replications.map { "\($0.by ?? "others")=\(NumberText.exact($0.mean))" }.joined(separator: "; ")
      },
    ]
  }

  private var ourColumns: [TableColumn<Row>] {
    let (last, oracle) = ("ours, last epoch", "ours, oracle epoch")
    let headers =
      ["mean", "SD folds", "SD repeats"] + (leading.isShareOfBags ? ["binomial SE"] : []) + ["corrected SE"]
    let figures = CellSummary.empty(metrics).leadingFigures
    let ours = zip(headers, figures).map { header, figure -> TableColumn<Row> in
      let column = ourColumn(header, figure, group: last, absent: CellText.noData) { text, _ in text }
      return ["mean", "SD folds"].contains(header) ? column : column.asDetail
    }
    let epochs = [
      ourColumn("per fold", figures[headers.count], group: oracle, absent: CellText.noEpochs) { text, _ in text },
      ourColumn("common", figures[headers.count + 1], group: oracle, absent: CellText.noEpochs) { text, cell in
        text + (cell.leading.oracleCommonEpoch.map { " (epoch \($0))" } ?? "")
      }.asDetail,
    ]
    let compared = others.map { metric -> TableColumn<Row> in
      .text(metric.title, .right) { row in
        guard let cell = row.ours else { return CellText.absence(row) }
        let undefined = cell.finished > 0 ? CellText.notDefined : CellText.noData
        return cell[metric.id].map { NumberText.text($0, metric.style) } ?? undefined
      }
    }
    return [
      .count(nil, key: "trials") { $0.ours?.trials ?? 0 }, .count(nil, key: "finished") { $0.ours?.finished ?? 0 },
      .count(nil, key: "diverged") { $0.ours?.diverged ?? 0 }, .count(nil, key: "failed") { $0.ours?.failed ?? 0 },
      .count(nil, key: "bags") { $0.ours?.bags },
    ] + ours + epochs + figureColumns(Array(figures.dropFirst(headers.count + 2))) + compared
  }

  /// Returns the column of a figure of the leading metric.
  private func ourColumn(
    _ header: String, _ figure: CellFigure, group: String, absent: String,
    text: @escaping @Sendable (String, CellSummary) -> String
  ) -> TableColumn<Row> {
    .text(header, key: figure.key, group: group, .right, exact: { NumberText.exact($0.ours?[figure.key]) }) { row in
      guard let cell = row.ours else { return CellText.absence(row) }
      guard let value = cell[figure.key] else { return cell.finished > 0 ? absent : CellText.noData }
      return text(NumberText.text(value, figure.style), cell)
    }
  }

  /// Returns columns of figures for programs only.
  private func figureColumns(_ figures: [CellFigure]) -> [TableColumn<Row>] {
    figures.map { figure in .number(nil, key: figure.key, figure.style) { $0.ours?[figure.key] } }
  }

  private var differenceColumns: [TableColumn<Row>] {
    let minus = "ours minus paper"
    func column(
      _ title: String?, _ key: String, group: String? = nil, _ alignment: ReportTable.Alignment = .left,
      exact: @escaping @Sendable (PaperVerdict) -> String,
      text: @escaping @Sendable (PaperVerdict) -> String = { _ in "" }
    ) -> TableColumn<Row> {
      .text(
        title, key: key, group: group, alignment, exact: { isComparable ? $0.verdict.map(exact) ?? "" : "" }
      ) { againstPaper($0, text) }
    }
    return [
      column("mean", "difference", group: minus, .right, exact: { NumberText.exact($0.difference) }) {
        NumberText.signedShare($0.difference)
      },
      column(
        "in SE of the bags", "differenceInStandardErrors", group: minus, .right,
        exact: { NumberText.exact($0.standardErrors) }
      ) { NumberText.signed($0.standardErrors) }.asDetail,
      column(nil, "differenceP", exact: { NumberText.exact($0.test?.differenceP) }),
      column(nil, "equivalenceP", exact: { NumberText.exact($0.test?.equivalenceP) }),
      column(nil, "visibleDifference", exact: { NumberText.exact($0.visibleDifference) }),
      column("verdict", "verdict", exact: { $0.grade.rawValue }) { $0.words },
      column("within sampling error of the bags", "withinSamplingError", exact: { "\($0.isWithinSamplingError)" }) {
        $0.isWithinSamplingError ? "yes" : "no"
      }.asDetail,
      column(nil, "oracleOnly", exact: { "\($0.isOracleOnly)" }),
    ]
  }

  /// Returns the single row of a data set without data and trials.
  private func missingSet(_ row: Row, _ remedy: String, _ columns: [TableColumn<Row>]) -> ReportTable.Row {
    let count = Set(rows.filter { $0.key.dataset == row.key.dataset }.map(\.key)).count
    let told = [
      "dataset": row.datasetTitle, "label": count == 1 ? row.label : "\(count) models", "verdict": remedy,
    ]
    let shown = columns.filter { $0.header != nil }
    var cells = shown.map { told[$0.key ?? ""] ?? CellText.noData }
    // Without verdicts the last column, that of the trials, says it.
    if !shown.contains(where: { $0.key == "verdict" }) { cells[cells.count - 1] = remedy }
    return ReportTable.Row(cells, beginsSection: true)
  }

  /// Whether the paper's figures are of the leading metric, so that they are comparable with ours.
  var isComparable: Bool { published?.metric.lowercased().contains(leading.title.lowercased()) ?? true }

  /// Returns the paper's mean and spreads.
  func paperText(_ row: Row) -> String {
    guard let figure = row.paper else { return missingText(row) }
    let mean = NumberText.share(figure.mean) + (figure.verified ? "" : CellText.unverifiedMark)
    let spreads = figure.spreads.map { "\(NumberText.share($0.spread)) \($0.kind.tag)" }
    return spreads.isEmpty ? mean : "\(mean) ± \(spreads.joined(separator: ", "))"
  }

  /// Returns the reason why there is no figure of the paper.
  private func missingText(_ row: Row) -> String {
    published?.notAtHand.contains(row.key.model) == true ? CellText.notAtHand : CellText.notPublished
  }

  private func againstPaper(_ row: Row, _ text: (PaperVerdict) -> String) -> String {
    if row.paper == nil { return missingText(row) }
    if row.ours == nil { return CellText.absence(row) }
    guard isComparable else { return "not comparable" }
    return row.verdict.map(text) ?? CellText.noData
  }

  private func trialsText(_ row: Row) -> String {
    guard let ours = row.ours else { return CellText.absence(row) }
    let expected = max(row.expected, ours.trials)
    let parts = [
      "\(ours.finished) of \(expected)",
      ours.diverged > 0 ? "\(ours.diverged) of \(expected) diverged" : nil,
      ours.failed > 0 ? "\(ours.failed) of \(expected) failed" : nil,
      ours.notApplicable > 0 ? "\(ours.notApplicable) of \(expected) not applicable" : nil,
      ours.trials < expected ? "\(expected - ours.trials) of \(expected) not run" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}
