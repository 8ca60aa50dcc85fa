import MILExperiments
import MILRecords

/// What a site shows of one experiment.
package struct SiteStudy: Sendable {
  /// The experiment's name, for example `dp-minn/classical`.
  package let name: String
  /// Its title.
  package let title: String
  /// The tables of its page.
  package let tables: [Table]
  /// The tables of its page of statistics.
  package let statistics: [Table]
  /// The figures, which lie as files in the experiment's folder of results.
  package let figures: [Figure]
  /// Its runs, one's own first, each with whose it is.
  let runs: [(name: String, run: ReportedRun)]

  /// An experiment of a site.
  ///
  /// - Parameters:
  ///   - name: the experiment's name.
  ///   - title: its title.
  ///   - table: the comparison with the paper.
  ///   - reports: what follows from each run, one's own first, with whose it is.
  package init(name: String, title: String, table: Table, reports: [(name: String, report: RunReport)]) {
    (self.name, self.title) = (name, title)
    tables = [table] + reports.flatMap { $0.report.tables(onOwnPage: false) }
    statistics = reports.flatMap { $0.report.tables(onOwnPage: true) }
    figures = reports.first?.report.figures ?? []
    runs = reports.map { ($0.name, $0.report.run) }
  }
}

/// What a site says of models and data sets beside what journals hold, handed over by who knows them.
package struct SiteNotes: Sendable {
  /// A model.
  package struct Model: Sendable {
    /// What tables call it, one sentence on it, and where it comes from.
    package let title, summary, citation: String

    /// A model from its parts.
    package init(title: String, summary: String, citation: String) {
      (self.title, self.summary, self.citation) = (title, summary, citation)
    }
  }

  /// A data set.
  package struct Dataset: Sendable {
    /// Its title, the kind of data it is, and where it comes from.
    package let title, family, citation: String

    /// A data set from its parts.
    package init(title: String, family: String, citation: String) {
      (self.title, self.family, self.citation) = (title, family, citation)
    }
  }

  /// The models by id without parameters.
  package var models: [String: Model] = [:]
  /// The data sets by name without parameters.
  package var datasets: [String: Dataset] = [:]
  /// The data sets that the leaderboard is over; where none of them was run, it is over all.
  package var leading: [String] = []
  /// What the site calls these sets.
  package var leadingTitle = "classical sets"
  /// The names of the findings in the folder of results; nil if there are none.
  package var findings: String?

  /// No notes.
  package init() {}
}

/// One model on one data set in one experiment, with results.
struct SiteCell: Sendable {
  /// The experiment's name.
  let study: String
  /// Whose run it is.
  let run: String
  /// The row of the comparison with the paper.
  let row: ComparisonTable.Row
  /// Whether published figures can be set against it.
  let isComparable: Bool
  /// Its trials amounted.
  let summary: CellSummary
  /// Its trials.
  let records: [TrialRecord]
  /// The metrics that models are compared by, the leading one first.
  let metrics: [Metric]
  /// What tells apart cells that were run on other folds or data.
  let folds: String
  /// What the site calls the model, the same words for one model only.
  private(set) var label: String

  /// The id of the model without parameters.
  var baseModel: String { String(row.key.model.prefix { $0 != "[" }) }
  var dataset: String { row.key.dataset }
  var `protocol`: String { row.key.protocol }
  var mean: Double? { summary.leading.mean }
  /// What a leaderboard has one row of.
  var entry: [String] { [row.key.model, row.key.protocol, run] }
  /// Whether it gives all bags of a fold one score.
  var isFloor: Bool { records.allSatisfy { $0.hasResult ? Set($0.scores).count == 1 : true } }

  /// What kind of model it is, as far as its trials tell.
  var family: String {
    if isFloor { return "floor" }
    return records.contains { !$0.lossByEpoch.isEmpty || $0.epochCount > 1 } ? "network" : "other"
  }

  /// Whose parameters it has.
  var kind: String {
    if self.protocol == "as-published" { return "as published" }
    if self.protocol == "tuned" || records.contains(where: { !($0.chosen ?? [:]).isEmpty })
      || row.key.model.contains("/")
    {
      return "tuned"
    }
    return row.key.model.contains("[") ? "variant" : "default"
  }

  /// The cells of experiments that have a figure.
  static func all(in studies: [SiteStudy]) -> [SiteCell] {
    var cells = found(in: studies)
    let named = Dictionary(grouping: cells, by: \.row.label).mapValues { Set($0.map(\.row.key.model)).count }
    for (index, cell) in cells.enumerated() {
      // An experiment's label may say only what differs within it, such as "mean pooling".
      guard let title = cell.records.lazy.compactMap(\.title).first else { continue }
      let family = cell.records.lazy.compactMap(\.family).first ?? title
      if !cell.row.label.hasPrefix(family) || named[cell.row.label] != 1 { cells[index].label = title }
    }
    return cells
  }

  private static func found(in studies: [SiteStudy]) -> [SiteCell] {
    studies.flatMap { study in
      study.runs.flatMap { name, run in
        let groups = Dictionary(grouping: run.records, by: \.cell)
        return run.comparison.rows.compactMap { row -> SiteCell? in
          guard let summary = row.ours, summary.leading.mean != nil, let records = groups[row.key] else { return nil }
          let finished = records.filter(\.hasResult).sorted { $0.key < $1.key }
          let first = finished.map(\.repetition).min()
          let folds = Set(finished.filter { $0.repetition == first }.map(\.foldsHash)).sorted()
          return SiteCell(
            study: study.name, run: name, row: row, isComparable: run.comparison.isComparable, summary: summary,
            records: finished, metrics: [run.comparison.leading] + run.comparison.others,
            folds: ([finished.first?.dataHash ?? ""] + folds).joined(separator: " "), label: row.label)
        }
      }
    }
  }
}
