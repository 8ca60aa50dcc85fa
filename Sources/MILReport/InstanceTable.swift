import MILExperiments
import MILRecords

/// The accuracy of models in finding positive instances, for data sets with instance labels.
///
/// A pure function of the journals.
package struct InstanceTable: Sendable, Equatable {
  /// The trials of one cell.
  struct Row: Sendable, Equatable {
    var cell: ComparisonTable.Row
    var kind: InstanceResult.Kind
    /// The area under the curve of each trial with a value.
    var areas: [Double]
    /// The number of bags with instances of both labels, over all trials.
    var bags: Int
    /// The first example in the trials.
    var example: InstanceResult.Example?

    var mean: Double { areas.reduce(0, +) / Double(max(areas.count, 1)) }
  }

  private let title: String
  let rows: [Row]

  /// Collects the instance results in the records of a comparison's cells; nil if there are none.
  package init?(_ comparison: ComparisonTable, records: [TrialRecord]) {
    title = "\(comparison.experiment.title): how well instances are told apart"
    let results = Dictionary(
      grouping: records.filter { $0.status == .finished && $0.instances != nil }, by: \.cell)
    rows = comparison.rows.compactMap { cell in
      let own = (results[cell.key] ?? []).sorted { $0.key < $1.key }.compactMap(\.instances)
      let areas = own.compactMap(\.auc)
      guard let first = own.first, !areas.isEmpty else { return nil }
      return Row(
        cell: cell, kind: first.kind, areas: areas, bags: own.reduce(0) { $0 + $1.bags },
        example: own.lazy.compactMap(\.example).first)
    }
    if rows.isEmpty { return nil }
  }

  /// The table for readers.
  package var table: ReportTable {
    ReportTable(
      title, Self.columns, rows: rows, section: { $0.cell.key.dataset },
      notes: [
        "Instance AUC: within each test bag that holds instances of both labels, how often a positive instance has a larger "
          + "number than a negative one, equal numbers counting half; the mean over the bags of a fold, and of that the mean "
          + "over the trials. Models never see instance labels. Bags: those of all trials together.",
        "By weights: \(InstanceResult.Kind.weights.explanation)",
        "By scores: \(InstanceResult.Kind.scores.explanation)",
      ])
  }

  /// The table for programs.
  package var numbers: ReportTable { ReportTable(forPrograms: title, Self.columns, rows: rows) }

  private static var columns: [TableColumn<Row>] {
    [
      .text("data set", key: "dataset", exact: { $0.cell.key.dataset }) { $0.cell.datasetTitle },
      .text("model", key: "model", exact: { $0.cell.key.model }) { $0.cell.label },
      .text(nil, key: "protocol") { $0.cell.key.protocol }, .text("by", key: "kind") { $0.kind.rawValue },
      .number("instance AUC", key: "instanceAUC") { $0.mean },
      .number("SD folds", key: "instanceAUCSDFolds") { sampleDeviation($0.areas) },
      .count("bags", key: "bags") { $0.bags }, .count("trials", key: "trials") { $0.areas.count },
    ]
  }

  /// The means over the data sets of each model that was run on all of them, largest first; nil for a single set.
  package var overview: ReportTable? {
    var seen: Set<String> = []
    let datasets = rows.map(\.cell.key.dataset).filter { seen.insert($0).inserted }
    seen = []
    // A label names a model with its protocol.
    let models = rows.map(\.cell.label).filter { seen.insert($0).inserted }.map { label in
      rows.filter { $0.cell.label == label }
    }.filter { $0.count == datasets.count }
    guard datasets.count > 1, !models.isEmpty else { return nil }
    let means = models.map { cells in (cells, cells.reduce(0) { $0 + $1.mean } / Double(cells.count)) }
    let ranked = means.enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }.map(\.element)
    return ReportTable(
      "\(title), over data sets",
      [
        .text("model") { $0.0[0].cell.label }, .text("by") { $0.0[0].kind.rawValue },
        .number("mean instance AUC") { $0.1 },
      ], rows: ranked,
      notes: [
        "The mean of the table's figures over its \(datasets.count) data sets. Sets count alike, and differences of models on "
          + "so few sets are no more than a description."
      ])
  }

  /// All tables for readers.
  package var tables: [ReportTable] { [table] + (overview.map { [$0] } ?? []) }

  /// The figures of one bag's instances for each data set, from the model with the largest instance AUC.
  package var figures: [ReportFigure] {
    var seen: Set<String> = []
    let datasets = rows.map(\.cell.key.dataset).filter { seen.insert($0).inserted }
    return datasets.compactMap { dataset in
      let candidates = rows.filter { $0.cell.key.dataset == dataset && $0.example != nil }
      // The first row of the table wins a tie.
      guard
        let row = candidates.reduce(nil as Row?, { best, row in best.map { row.mean > $0.mean } ?? true ? row : best }),
        let example = row.example
      else { return nil }
      return figure(row, example)
    }
  }

  private func figure(_ row: Row, _ example: InstanceResult.Example) -> ReportFigure {
    let ranked = example.values.indices.sorted { (example.values[$1], $0) < (example.values[$0], $1) }
    let shown = ranked.prefix(BagExplanation.barLimit)
    let bars = RankedBars(
      title: "\(row.cell.datasetTitle): the instances of a positive bag by \(row.cell.label)",
      axis: "instance \(row.kind == .weights ? "weight" : "score")",
      bars: shown.map { ("instance \($0 + 1)", example.values[$0], example.labels[$0] == 1) },
      meaningOfMark: "positive instance")
    let name = row.cell.key.dataset.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    let part = shown.count < ranked.count ? ", the \(shown.count) largest of \(ranked.count)" : ""
    return ReportFigure(
      name: "instances-\(name)", svg: bars.svg,
      caption:
        "\(row.cell.datasetTitle): the instances of bag \(example.name), the first test bag of the first fold that holds "
        + "instances of both labels\(part), by \(row.cell.label), the model with the largest instance AUC on this set "
        + "(\(NumberText.share(row.mean))). \(row.kind.explanation)")
  }
}

extension ReportPart {
  /// The accuracy of models in finding positive instances, for data sets with instance labels.
  package static let instances = ReportPart("instances") { run in
    InstanceTable(run.comparison, records: run.records).map {
      Contents(tables: $0.tables, numbers: $0.numbers, figures: $0.figures)
    }
  }
}
