import Foundation
import MILReport
import MILResults
import MILStatistics

/// What follows from the records of one run of an experiment, beside the comparison with the paper.
struct RunTables {
  /// The cells of the comparison.
  let cells: [CellSummary]
  /// Whether groups of figures lie above or below the published ones; nil without published figures of two data sets.
  let paper: PaperBiasTable?
  /// Within how many points the models of a group are shown to be equal; nil for an experiment without groups.
  let equivalence: EquivalenceTable?
  /// The models' means over the data sets; nil for one data set or variants of it.
  let means: MeansTable?
  /// The figures, with captions.
  let figures: [Figure]
  /// The answers to the experiment's claims, where it makes any.
  let claims: ClaimsTable?
  /// The comparisons of the models with each other; nil with fewer than two that have finished trials.
  let statistics: StatisticsTables?
  /// What fits chose by themselves, where they did.
  let choices: ChoicesTable?
  /// How well models find positive instances, where data sets know them.
  let instances: InstanceTable?
  /// What testing one fold in place of all would have printed.
  let repeatedFold: RepeatedFoldTable

  /// The tables of records.
  ///
  /// - Parameters:
  ///   - comparison: the comparison of these records alone with the paper.
  ///   - leftOut: what of the journals is not among the records.
  init(_ comparison: ComparisonTable, _ records: [TrialRecord], leftOut: [LeftOutRecords] = []) {
    let experiment = comparison.experiment
    cells = CellSummary.summaries(of: records, leftOut: leftOut, metrics: comparison.metrics)
    claims = ClaimsTable(experiment: experiment, cells: cells, metrics: comparison.metrics)
    paper = PaperBiasTable(comparison)
    equivalence = EquivalenceTable(comparison)
    means = MeansTable(comparison)
    let labels = Dictionary(comparison.rows.map { ($0.key, $0.label) }) { first, _ in first }
    let titles = Dictionary(comparison.rows.map { ($0.key.dataset, $0.datasetTitle) }) { first, _ in first }
    let metrics = comparison.metrics
    statistics = StudyStatistics(experiment: experiment, records: records, labels: labels, metrics: metrics).map {
      StatisticsTables($0, title: experiment.title, datasetTitles: titles, metrics: metrics)
    }
    instances = InstanceTable(comparison, records: records)
    figures = (statistics?.figures ?? []) + comparison.figures(records) + (instances?.figures ?? [])
    choices = ChoicesTable(comparison, records: records)
    repeatedFold = RepeatedFoldTable(comparison, records: records)
  }

  /// The tables as people read them: figures against the published ones, the means, the statistics, within how many points
  /// models are equal, for an experiment with claims the answers and the models, what was chosen, and how well instances are
  /// told apart.
  var tables: [Table] {
    (paper.map { [$0.table] } ?? []) + (means.map { [$0.table] } ?? []) + (statistics?.tables ?? [])
      + (equivalence.map { [$0.table] } ?? []) + (claims.map { [$0.table, $0.models] } ?? [])
      + (choices.map { [$0.table] } ?? []) + (instances?.tables ?? [])
  }

  /// The files of the tables and figures, by their names.
  ///
  /// These are `paper.md` and `paper.csv` where figures of several data sets are published; `means.md`, `means.csv` and
  /// `means.tex` where models have means over data sets; `statistics.md`, `statistics.csv` and `statistics.json` where there
  /// are two to compare; `equivalence.md` and `equivalence.csv` for an experiment with groups; `claims.md`, `claims.csv` and `models.csv` for
  /// an experiment with claims; `choices.md` and `choices.csv` where fits chose parameters; `instances.md` and
  /// `instances.csv` where data sets know the labels of instances; and the figures.
  func files() throws -> [(name: String, text: String)] {
    var files: [(name: String, text: String)] = []
    if let paper { files += [("paper.md", paper.table.markdown), ("paper.csv", paper.numbers.csv)] }
    if let equivalence {
      files += [("equivalence.md", equivalence.table.markdown), ("equivalence.csv", equivalence.numbers.csv)]
    }
    if let means {
      files += [
        ("means.md", means.table.markdown), ("means.csv", means.numbers.csv), ("means.tex", means.table.latex),
      ]
    }
    if let statistics {
      files += [
        ("statistics.md", statistics.markdown), ("statistics.csv", statistics.numbers.csv),
        ("statistics.json", try statistics.statistics.json()),
      ]
    }
    if let claims {
      files += [
        ("claims.md", claims.table.markdown + "\n" + claims.models.markdown), ("claims.csv", claims.table.csv),
        ("models.csv", claims.models.csv),
      ]
    }
    if let choices { files += [("choices.md", choices.table.markdown), ("choices.csv", choices.numbers.csv)] }
    if let instances {
      files += [
        ("instances.md", instances.tables.map(\.markdown).joined(separator: "\n")),
        ("instances.csv", instances.numbers.csv),
      ]
    }
    return files + figures.map { ("figures/\($0.name).svg", $0.svg) }
  }
}

/// A cell of a report with whose run it is of, as JSON has it.
struct ReportedCell: Encodable {
  let cell: CellSummary
  /// "own" or "reference".
  let run: String

  private enum CodingKeys: String, CodingKey { case run }

  func encode(to encoder: any Encoder) throws {
    try cell.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run, forKey: .run)
  }
}
