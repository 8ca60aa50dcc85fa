import MILExperiments
import MILRecords
import MILStatistics

/// Each model's means over the data sets of a comparison, "paper | ours".
///
/// A pure function of the comparison. A mean is over the data sets on which the model was run, and the paper's over the
/// same, so that the two are comparable. A model that was not run has the paper's mean over all data sets of the run.
package struct MeansTable: Sendable, Equatable {
  /// The means of a model.
  struct Row: Sendable, Equatable {
    var model: String
    var `protocol`: String
    var label: String
    /// The number of data sets on which it was run.
    var datasets: Int
    var paper: Double?
    var isVerified: Bool
    /// The leading metric.
    var ours: Double?
    var oracle: Double?
    var oracleCommon: Double?
    /// The other metrics that compare models.
    var metrics: [Double?]
    /// The root of the mean squared difference from the paper.
    var deviation: Double?
    /// The number of the paper's figures by verdict; nil if there are none to compare.
    var verdicts: [PaperVerdict.Grade: Int]?
    /// The number of these figures within the sampling error of the bags.
    var withinSamplingError: Int?
    /// The means of replications with a figure for each data set.
    var others: [Other]
  }

  /// The mean of a replication's figures, by the letter of the comparison's notes.
  struct Other: Sendable, Equatable {
    var letter: String
    var mean: Double
  }

  let rows: [Row]
  private let title: String
  private let datasetCount: Int
  private let leading: Metric
  private let others: [Metric]
  private let letters: ReplicationLetters
  /// The folds over which the AUC is a mean.
  private let area: String

  /// Computes the means of a comparison; nil if fewer than two data sets were run, or if several are variants of one.
  package init?(_ comparison: ComparisonTable) {
    let run = comparison.rows.filter { $0.ours?.leading.mean != nil }
    let datasets = Set(run.map(\.key.dataset))
    guard datasets.count > 1, !DatasetsComparison.areVariants(datasets.sorted()) else { return nil }
    let letters = ReplicationLetters(comparison.rows)
    var groups: [(key: [String], rows: [ComparisonTable.Row])] = []
    for row in comparison.rows where datasets.contains(row.key.dataset) {
      let key = [row.key.model, row.key.protocol]
      guard let index = groups.firstIndex(where: { $0.key == key }) else {
        groups.append((key, [row]))
        continue
      }
      groups[index].rows.append(row)
    }
    title = "\(comparison.experiment.title): means over data sets"
    datasetCount = datasets.count
    (leading, others) = (comparison.leading, comparison.others)
    self.letters = letters
    area = FoldClassNotes.area(comparison.cells)
    rows = groups.map { Self.row($0.rows, datasets: datasets.count, letters, comparison) }
      .filter { $0.paper != nil || $0.ours != nil }
  }

  private static func row(
    _ all: [ComparisonTable.Row], datasets: Int, _ letters: ReplicationLetters,
    _ comparison: ComparisonTable
  ) -> Row {
    let run = all.filter { $0.ours?.leading.mean != nil }
    let counted = run.isEmpty ? all : run
    let expected = run.isEmpty ? datasets : run.count
    func mean(_ values: [Double?]) -> Double? {
      let known = values.compactMap { $0 }
      return known.count == expected ? MILRecords.mean(known) : nil
    }
    let comparable = comparison.isComparable ? run : []
    let verdicts = comparable.compactMap(\.verdict)
    let differences = comparable.compactMap { row in row.paper.map { (row.ours?.leading.mean ?? 0) - $0.mean } }
    let others = letters.sources.indices.compactMap { index -> Other? in
      let letter = letters.letter(index)
      let figures = counted.map { row in row.replications.first { letters.letter(of: $0) == letter }?.mean }
      return mean(figures).map { Other(letter: letter, mean: $0) }
    }
    return Row(
      model: all[0].key.model, protocol: all[0].key.protocol, label: all[0].label, datasets: run.count,
      paper: mean(counted.map { $0.paper?.mean }), isVerified: counted.allSatisfy { $0.paper?.verified ?? true },
      ours: mean(run.map { $0.ours?.leading.mean }), oracle: mean(run.map { $0.ours?.leading.oracle }),
      oracleCommon: mean(run.map { $0.ours?.leading.oracleCommon }),
      metrics: comparison.others.map { metric in mean(run.map { $0.ours?[metric.id] }) },
      deviation: MILRecords.mean(differences.map { $0 * $0 })?.squareRoot(),
      verdicts: verdicts.isEmpty ? nil : Dictionary(grouping: verdicts, by: \.grade).mapValues(\.count),
      withinSamplingError: verdicts.isEmpty ? nil : verdicts.count(where: \.isWithinSamplingError),
      others: others)
  }

  /// The table for readers: a row for each model, in the order of the comparison.
  package var table: ReportTable { ReportTable(title, columns, rows: rows, notes: notes) }

  /// The table for programs, in full precision.
  package var numbers: ReportTable { ReportTable(forPrograms: title, columns, rows: rows) }

  private var columns: [TableColumn<Row>] {
    let (oracle, verdict) = ("ours, oracle epoch", "verdicts")
    func ours(
      _ title: String, _ key: String, _ group: String?, _ metric: Metric, _ value: @escaping @Sendable (Row) -> Double?
    ) -> TableColumn<Row> {
      .text(
        title, key: key, group: group, .right, exact: { NumberText.exact(value($0)) },
        text: { value($0).map { NumberText.text($0, metric.style) } ?? ($0.ours == nil ? CellText.notRun : "–") })
    }
    let metrics = others.enumerated().map { place, metric in
      ours(metric.title, metric.id, nil, metric) { $0.metrics[place] }
    }
    let grades = [PaperVerdict.Grade.agrees: "agrees", .differs: "differs", .cannotTell: "cannotTell"]
    return [
      .text(nil, key: "model") { $0.model }, .text(nil, key: "protocol") { $0.protocol },
      .text("model", key: "label") { $0.label }, .count("data sets", key: "datasets") { $0.datasets },
      .text("mean", key: "paperMean", group: "paper", .right, exact: { NumberText.exact($0.paper) }) { row in
        row.paper.map { NumberText.share($0) + (row.isVerified ? "" : CellText.unverifiedMark) } ?? "–"
      },
      ours("mean", leading.id, "ours, last epoch", leading) { $0.ours },
      ours("per fold", leading.oracleKey, oracle, leading) { $0.oracle },
      ours("common", leading.oracleCommonKey, oracle, leading) { $0.oracleCommon },
    ] + metrics + [.number("deviation", key: "deviation") { $0.deviation }]
      + PaperVerdict.Grade.allCases.map { grade in
        .count(grade.rawValue, key: grades[grade], group: verdict) { row in row.verdicts.map { $0[grade] ?? 0 } }
      } + [
        .count("within sampling error of the bags", key: "withinSamplingError") { $0.withinSamplingError },
        .text("others") { row in
          let letters = row.others.map { "\(NumberText.share($0.mean)) \($0.letter)" }.joined(separator: ", ")
          return letters.isEmpty ? "–" : letters
        },
      ]
  }

  private var notes: [String] {
    var notes = [
      "Means over the data sets on which a model was run (column data sets, of \(datasetCount)), each data set counting the same; "
        + "the paper's mean is over the same data sets and stands where it has a figure for each of them.",
      "AUC of a data set: \(area).",
    ]
    if rows.contains(where: { $0.verdicts != nil }) {
      notes.append(
        "Deviation: root of the mean squared difference between ours (last epoch) and the paper's figures, sampling noise of "
          + "both included. Verdicts: with how many of the paper's figures ours agrees, from how many it differs, and of how many "
          + "re-running cannot tell, by the rule of the comparison; beside them, how many are within sampling error of the bags."
      )
    }
    if rows.contains(where: { !$0.isVerified }) {
      notes.append("\(CellText.unverifiedMark) some figures recalled from memory and not checked against the source.")
    }
    let shown = Set(rows.flatMap { $0.others.map(\.letter) })
    return notes + letters.notes.filter { shown.contains($0.letter) }.map(\.note)
  }
}

extension ReportPart {
  /// The models' means over the data sets, if these are not variants of one.
  package static let means = ReportPart("means") { run in
    let means = run.byMetric.compactMap { MeansTable($0.comparison) }
    guard !means.isEmpty else { return nil }
    var contents = Contents(tables: means.map(\.table), numbers: ReportTable(joining: means.map(\.numbers)))
    contents.hasLaTeX = true
    return contents
  }
}
