import MILExperiments
import MILRecords
import MILStatistics

/// What a part of a report is made of: the records of one run of an experiment, and what follows from all of them.
public struct ReportedRun: Sendable {
  /// The comparison of these records alone with the paper.
  public let comparison: ComparisonTable
  /// The records, one a trial.
  public let records: [TrialRecord]
  /// The cells of the comparison.
  public let cells: [CellSummary]
  /// The comparisons of the models with each other; nil with fewer than two that have finished trials.
  public let statistics: StatisticsTables?

  /// A run.
  ///
  /// - Parameters:
  ///   - comparison: the comparison of these records alone with the paper.
  ///   - records: the records, one a trial.
  ///   - leftOut: what of the journals is not among them.
  public init(_ comparison: ComparisonTable, _ records: [TrialRecord], leftOut: [LeftOutRecords] = []) {
    self.init(comparison, records, leftOut: leftOut, comparesModels: true)
  }

  /// A run, with or without the comparisons of its models with each other, which take most of the time.
  package init(
    _ comparison: ComparisonTable, _ records: [TrialRecord], leftOut: [LeftOutRecords], comparesModels: Bool
  ) {
    (self.comparison, self.records) = (comparison, records)
    let (experiment, metrics) = (comparison.experiment, comparison.metrics)
    cells = CellSummary.summaries(of: records, leftOut: leftOut, metrics: metrics)
    guard comparesModels else {
      statistics = nil
      return
    }
    let labels = Dictionary(comparison.rows.map { ($0.key, $0.label) }) { first, _ in first }
    let titles = Dictionary(comparison.rows.map { ($0.key.dataset, $0.datasetTitle) }) { first, _ in first }
    statistics = StudyStatistics(experiment: experiment, records: records, labels: labels, metrics: metrics).map {
      StatisticsTables($0, title: experiment.title, datasetTitles: titles, metrics: metrics)
    }
  }
}

/// A part of a report, such as the means over data sets with their table and files: a value in a list.
///
/// A list with a part of one's own is given to `MILBench.main`.
public struct ReportPart: Sendable {
  /// What a part says of a run.
  public struct Contents: Sendable {
    /// The tables as people read them, which go to `NAME.md`, and to `NAME.tex` where LaTeX is asked for.
    public var tables: [Table]
    /// The table for programs, which goes to `NAME.csv`.
    public var numbers: Table?
    /// Whether there is `NAME.tex`.
    package var hasLaTeX = false
    /// Other files by their names.
    public var files: [String: String] = [:]
    /// The figures, which go to `figures`.
    public var figures: [Figure] = []

    /// Contents from their parts; the others are set afterwards.
    public init(tables: [Table] = [], numbers: Table? = nil, figures: [Figure] = []) {
      self.tables = tables
      self.numbers = numbers
      self.figures = figures
    }
  }

  /// The name of its files without ending.
  public let name: String
  /// Whether its tables are many and for who looks closer, so that they have a page of their own on a site.
  public let hasOwnPage: Bool
  /// What it says of a run; nil where there is nothing to say.
  public let contents: @Sendable (ReportedRun) throws -> Contents?

  /// A part from its name and what it says.
  public init(
    _ name: String, hasOwnPage: Bool = false, contents: @escaping @Sendable (ReportedRun) throws -> Contents?
  ) {
    self.name = name
    self.hasOwnPage = hasOwnPage
    self.contents = contents
  }
}

extension [ReportPart] {
  /// The parts that come with the harness, in the order in which they are shown.
  public static let standard: [ReportPart] = [
    .paper, .means, .statistics, .equivalence, .claims, .choices, .figures, .instances,
  ]
}

/// The parts of a report of one run, made.
public struct RunReport: Sendable {
  /// The run.
  public let run: ReportedRun
  private let parts: [(part: ReportPart, contents: ReportPart.Contents)]

  /// The parts of a run, those that have nothing to say left out.
  public init(_ run: ReportedRun, parts: [ReportPart] = .standard) throws {
    self.run = run
    self.parts = try parts.compactMap { part in try part.contents(run).map { (part, $0) } }
  }

  /// The tables as people read them.
  public var tables: [Table] { parts.flatMap(\.contents.tables) }

  /// The tables of the parts that have a page of their own on a site, or of the others.
  func tables(onOwnPage: Bool) -> [Table] {
    parts.filter { $0.part.hasOwnPage == onOwnPage }.flatMap(\.contents.tables)
  }

  /// The figures, with captions.
  public var figures: [Figure] { parts.flatMap(\.contents.figures) }

  /// The files of the tables and figures, by their names.
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
