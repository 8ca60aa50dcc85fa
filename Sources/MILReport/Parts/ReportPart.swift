import MILExperiments
import MILRecords
import MILStatistics

/// The input of a part of a report: the records of one run of an experiment, and their common results.
public struct ReportedRun: Sendable {
  /// The comparison with the paper for these records alone.
  package let comparison: ComparisonTable
  /// The records, one for each trial.
  public let records: [TrialRecord]
  /// The title of the experiment.
  public var title: String { comparison.experiment.title }
  /// A row for each data set and model, in the order of the experiment.
  public var rows: [ComparisonRow] { comparison.rows }
  /// The cells of the comparison.
  package let cells: [CellSummary]
  /// The comparisons of the models with each other; nil with fewer than two that have finished trials.
  ///
  /// Nil also if data sets have several kinds of targets, for which ``byMetric`` has them.
  package let statistics: StatisticsTables?
  /// The parts of a run whose data sets have several kinds of targets; empty otherwise.
  private let parts: [ReportedRun]

  /// The run in parts, one for each default metric of the data sets' targets; itself if all have the same.
  package var byMetric: [ReportedRun] { parts.isEmpty ? [self] : parts }

  /// Returns the records of a row's trials.
  public func records(of row: ComparisonRow) -> [TrialRecord] { records.filter { $0.cell == row.key } }

  /// A run of which nothing was left out.
  ///
  /// - Parameters:
  ///   - comparison: the comparison of these records alone with the paper.
  ///   - records: the records, one a trial.
  package init(_ comparison: ComparisonTable, _ records: [TrialRecord]) {
    self.init(comparison, records, leftOut: [])
  }

  /// Creates a run.
  ///
  /// - Parameters:
  ///   - comparison: the comparison with the paper for these records alone.
  ///   - records: the records, one for each trial.
  ///   - leftOut: the records of the journals that are left out.
  package init(_ comparison: ComparisonTable, _ records: [TrialRecord], leftOut: [LeftOutRecords]) {
    self.init(comparison, records, leftOut: leftOut, comparesModels: true)
  }

  /// Creates a run with or without the comparisons of its models, which take most of the time.
  package init(
    _ comparison: ComparisonTable, _ records: [TrialRecord], leftOut: [LeftOutRecords], comparesModels: Bool
  ) {
    (self.comparison, self.records) = (comparison, records)
    let (experiment, metrics) = (comparison.experiment, comparison.metrics)
    // The comparison has summarised the records, which takes a second for a hundred thousand.
    let summaries = comparison.rows.compactMap(\.ours)
    cells = CellSummary.adding(leftOut, to: summaries, metrics: metrics)
    let comparisons = comparison.byMetric
    if comparisons.count > 1 {
      parts = comparisons.map { part in
        let datasets = Set(part.rows.map(\.key.dataset))
        return ReportedRun(
          part, records.filter { datasets.contains($0.dataset) },
          leftOut: leftOut.filter { datasets.contains($0.dataset) },
          comparesModels: comparesModels)
      }
    } else {
      parts = []
    }
    guard comparesModels, parts.isEmpty else {
      statistics = nil
      return
    }
    let labels = Dictionary(comparison.rows.map { ($0.key, $0.label) }) { first, _ in first }
    let titles = Dictionary(comparison.rows.map { ($0.key.dataset, $0.datasetTitle) }) { first, _ in first }
    statistics = StudyStatistics(
      experiment: experiment, records: records, labels: labels, metrics: metrics, domains: comparison.domains,
      summaries: summaries
    ).map { StatisticsTables($0, title: experiment.title, datasetTitles: titles, metrics: metrics) }
  }
}

/// A part of a report, such as the means over data sets with their table and files: an element of a list.
///
/// A list with a part of your own is an argument of `MILBench.main`.
public struct ReportPart: Sendable {
  /// The content of a part for a run.
  public struct Contents: Sendable {
    /// The tables for readers, written to `NAME.md`, and to `NAME.tex` if `hasLaTeX` is true.
    package var tables: [ReportTable]
    /// The table for programs, written to `NAME.csv`.
    package var numbers: ReportTable?
    /// Whether to write `NAME.tex`.
    package var hasLaTeX = false
    /// The other files by name.
    package var files: [String: String]
    /// The figures, written to `figures`.
    package var figures: [ReportFigure]

    /// Creates contents.
    ///
    /// - Parameters:
    ///   - tables: the tables for readers, written to `NAME.md`.
    ///   - numbers: the table for programs, written to `NAME.csv`.
    ///   - files: the texts of other files by name.
    ///   - figures: the figures, written to `figures`.
    public init(
      tables: [ReportTable] = [], numbers: ReportTable? = nil, files: [String: String] = [:],
      figures: [ReportFigure] = []
    ) {
      self.files = files
      self.tables = tables
      self.numbers = numbers
      self.figures = figures
    }
  }

  /// The name of the part's files without extension.
  package let name: String
  /// Whether its many detailed tables have a separate page on a site.
  package let hasOwnPage: Bool
  /// The content for a run; nil if there is none.
  package let contents: @Sendable (ReportedRun) throws -> Contents?

  /// Creates a part from its name and content.
  public init(
    _ name: String, hasOwnPage: Bool = false, contents: @escaping @Sendable (ReportedRun) throws -> Contents?
  ) {
    self.name = name
    self.hasOwnPage = hasOwnPage
    self.contents = contents
  }
}

extension [ReportPart] {
  /// The parts that come with the harness, in display order.
  public static let standard: [ReportPart] = [
    .paper, .means, .statistics, .equivalence, .claims, .choices, .figures, .instances, .variance,
  ]
}

/// The finished parts of a report of one run.
public struct RunReport: Sendable {
  /// The run.
  public let run: ReportedRun
  private let parts: [(part: ReportPart, contents: ReportPart.Contents)]

  /// Creates the report of an experiment that consists of some records, one for each trial.
  ///
  /// - Parameters:
  ///   - title: the experiment's title.
  ///   - records: the records.
  ///   - metrics: the metrics, of which those of the records' task count.
  ///   - parts: the parts; those without content are omitted.
  public init(
    titled title: String, records: [TrialRecord], metrics: [Metric] = .standard, parts: [ReportPart] = .standard
  ) throws {
    let experiment =
      Experiment(of: records, named: title, titled: title)
      ?? Experiment(name: title, title: title, datasets: [], models: [])
    let comparison = ComparisonTable(experiment: experiment, records: records, metrics: metrics)
    try self.init(ReportedRun(comparison, records), parts: parts)
  }

  /// Creates the parts of a run; omits those without content.
  package init(_ run: ReportedRun, parts: [ReportPart] = .standard) throws {
    self.run = run
    self.parts = try parts.compactMap { part in try part.contents(run).map { (part, $0) } }
  }

  /// The tables for readers.
  package var tables: [ReportTable] { parts.flatMap(\.contents.tables) }

  /// Returns the tables of the parts with a separate page on a site, or of the others.
  func tables(onOwnPage: Bool) -> [ReportTable] {
    parts.filter { $0.part.hasOwnPage == onOwnPage }.flatMap(\.contents.tables)
  }

  /// The figures, with captions.
  package var figures: [ReportFigure] { parts.flatMap(\.contents.figures) }

  /// The files of the tables and figures, by name.
  public var files: [(name: String, text: String)] {
    parts.flatMap { part, contents -> [(name: String, text: String)] in
      let name = part.name
      var files = contents.files.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
      let tables = contents.tables
      if !tables.isEmpty { files.append(("\(name).md", tables.map(\.markdown).joined(separator: "\n"))) }
      if let numbers = contents.numbers { files.append(("\(name).csv", numbers.csv)) }
      if contents.hasLaTeX { files.append(("\(name).tex", tables.map(\.latex).joined(separator: "\n"))) }
      return files
    } + figures.map { ("figures/\($0.name).svg", $0.svg) }
  }
}
