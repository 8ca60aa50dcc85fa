import MILExperiments
import MILRecords

/// The content of a site about one experiment.
package struct SiteStudy: Sendable {
  /// The experiment's name, for example `dp-minn/classical`.
  package let name: String
  /// The title.
  package let title: String
  /// The tables of its page.
  package let tables: [ReportTable]
  /// The tables of its page of statistics.
  package let statistics: [ReportTable]
  /// The figures, which are files in the experiment's folder of results.
  package let figures: [ReportFigure]
  /// The runs, the user's own first, each with its origin.
  let runs: [(name: String, run: ReportedRun)]
  /// The trials that were run again with the same bits.
  let verified: [VerifiedTrials]

  /// Creates an experiment of a site.
  ///
  /// - Parameters:
  ///   - name: the experiment's name.
  ///   - title: its title.
  ///   - comparisons: the comparisons with the paper, one for each kind of targets.
  ///   - reports: the reports of each run, the user's own first, each with its origin.
  ///   - verified: the trials that were run again with the same bits.
  package init(
    name: String, title: String, comparisons: [ReportTable], reports: [(name: String, report: RunReport)],
    verified: [VerifiedTrials] = []
  ) {
    (self.name, self.title, self.verified) = (name, title, verified)
    tables = comparisons + reports.flatMap { $0.report.tables(onOwnPage: false) }
    statistics = reports.flatMap { $0.report.tables(onOwnPage: true) }
    figures = reports.first?.report.figures ?? []
    runs = reports.map { ($0.name, $0.report.run) }
  }
}

/// The facts about models and data sets that journals do not contain; the caller provides them.
package struct SiteNotes: Sendable {
  /// A model.
  package struct Model: Sendable {
    /// The name in tables, one sentence about it, and its source.
    package let title, summary, citation: String
    /// The family of models, such as `support vectors`; nil if it is not known.
    package let family: String?

    /// Creates a model from its parts.
    package init(title: String, summary: String, citation: String, family: String? = nil) {
      (self.title, self.summary, self.citation, self.family) = (title, summary, citation, family)
    }
  }

  /// A data set.
  package struct Dataset: Sendable {
    /// The title, the kind of data, and the source.
    package let title, family, citation: String

    /// Creates a data set from its parts.
    package init(title: String, family: String, citation: String) {
      (self.title, self.family, self.citation) = (title, family, citation)
    }
  }

  /// The models by id without parameters.
  package var models: [String: Model] = [:]
  /// The data sets by name without parameters.
  package var datasets: [String: Dataset] = [:]
  /// The data sets of the leaderboard; if none of them was run, it is over all.
  package var leading: [String] = []
  /// The title of these sets on the site.
  package var leadingTitle = "classical sets"
  /// The names of the findings in the folder of results; nil if there are none.
  package var findings: String?

  /// Creates empty notes.
  package init() {}
}

/// One model on one data set in one experiment, with results.
struct SiteCell: Sendable {
  /// The experiment's name.
  let study: String
  /// The origin of the run.
  let run: String
  /// The row of the comparison with the paper.
  let row: ComparisonTable.Row
  /// Whether published figures are comparable with it.
  let isComparable: Bool
  /// The summary of its trials.
  let summary: CellSummary
  /// Its trials.
  let records: [TrialRecord]
  /// The metrics that compare models, the leading one first.
  let metrics: [Metric]
  /// The key that distinguishes cells with other folds or data.
  let folds: String
  /// The number of its trials that were run again with the same bits.
  let repeated: Int
  /// The label of the model on the site, unique to the model.
  private(set) var label: String

  /// The number of trials that were run again with the same bits, of all; a dash for none.
  var repeatedText: String { repeated == 0 ? "–" : "\(repeated) of \(records.count)" }

  /// The explanation of ``repeatedText``.
  static let repeatedNote =
    "Same bits: so many of the trials were run again by milbench verify, on the kind of processor that the journal names, and "
    + "every score, loss and count was the same, bit for bit."

  /// The id of the model without parameters.
  var baseModel: String { String(row.key.model.prefix { $0 != "[" }) }
  var dataset: String { row.key.dataset }
  var `protocol`: String { row.key.protocol }
  var mean: Double? { summary.leading.mean }
  /// The key of a row of the leaderboard.
  var entry: [String] { [row.key.model, row.key.protocol, run] }
  /// The median seconds of training a fold.
  var medianSeconds: Double? { Self.median(records.map { $0.seconds }) }

  /// Returns the median; for an even number of values the mean of the two in the middle, and nil without values.
  static func median(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Whether it has the same score for all bags of a fold.
  var isFloor: Bool { records.allSatisfy { $0.hasResult ? Set($0.scores).count == 1 : true } }

  /// The kind of model, as far as its trials show.
  var family: String {
    if isFloor { return "floor" }
    return records.contains { !$0.lossByEpoch.isEmpty || $0.epochCount > 1 } ? "network" : "other"
  }

  /// The origin of its parameters, and whether several fits are averaged.
  var kind: String { isEnsemble ? "\(origin), ensembled" : origin }

  private var origin: String {
    if self.protocol == "as-published" { return "as published" }
    if self.protocol == "tuned" || records.contains(where: { !($0.chosen ?? [:]).isEmpty })
      || row.key.model.contains("/")
    {
      return "tuned"
    }
    let isVariant = row.key.model.contains("[") && !Self.setsMembersAlone(row.key.model)
    return isVariant ? "variant" : "default"
  }

  /// Returns the cells of experiments with a figure, without the points of curves.
  ///
  /// A model with few or wrong training labels does not answer which model is best. The page of its experiment has it.
  static func all(in studies: [SiteStudy]) -> [SiteCell] {
    var cells = found(in: studies)
    let named = Dictionary(grouping: cells, by: \.row.label).mapValues { Set($0.map(\.row.key.model)).count }
    for (index, cell) in cells.enumerated() {
      // An experiment's label may state only the differences within it, such as "mean pooling".
      guard let title = cell.records.lazy.compactMap(\.title).first else { continue }
      let family = cell.records.lazy.compactMap(\.family).first ?? title
      if !cell.row.label.hasPrefix(family) || named[cell.row.label] != 1 { cells[index].label = title }
    }
    return cells
  }

  private static func found(in studies: [SiteStudy]) -> [SiteCell] {
    studies.flatMap { study in
      study.runs.flatMap { name, run in run.byMetric.map { (name, $0) } }.flatMap { name, run in
        let groups = Dictionary(grouping: run.records, by: \.cell)
        let repeated = study.verified.reduce(into: Set<TrialKey>()) { $0.formUnion($1.matching(run.records)) }
        return run.comparison.rows.compactMap { row -> SiteCell? in
          guard let summary = row.ours, summary.leading.mean != nil, let records = groups[row.key],
            !ProtocolSetting.isPointOfCurve(row.key.protocol)
          else { return nil }
          let finished = records.filter(\.hasResult).sorted { $0.key < $1.key }
          let first = finished.map { $0.repetition }.min()
          let folds = Set(finished.filter { $0.repetition == first }.map(\.foldsHash)).sorted()
          return SiteCell(
            study: study.name, run: name, row: row, isComparable: run.comparison.isComparable, summary: summary,
            records: finished, metrics: [run.comparison.leading] + run.comparison.others,
            folds: ([finished.first?.dataHash ?? ""] + folds).joined(separator: " "),
            repeated: finished.count { repeated.contains($0.key) }, label: row.label)
        }
      }
    }
  }
}
