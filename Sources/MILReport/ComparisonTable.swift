import MILExperiments
import MILRecords
import MILStatistics

/// "Paper | ours" side by side: one row for each data set and model of an experiment.
///
/// A pure function of journals and published figures. Rows follow the experiment's order; within a data set they are
/// followed by models that only the journal has, then by methods that only the paper has.
public struct ComparisonTable: Sendable, Equatable {
  /// A data set and model, with everything known about it.
  public struct Row: Sendable, Equatable {
    /// The data set, model and protocol.
    public let key: CellKey
    /// The paper's name of the data set.
    public let datasetTitle: String
    /// The paper's name of the model.
    public let label: String
    /// The paper's figure.
    package let paper: PublishedFigure?
    /// Our trials; nil if none was run.
    public let ours: CellSummary?
    /// Figures of others.
    package let replications: [PublishedFigure]
    /// Whether the data set cannot be had, so that there is nothing to run.
    public let isWithoutData: Bool
    /// Whose run our trials are of: "own", "reference" or both; nil if none was run.
    public var run: String?

    /// Our accuracy set against the paper's; nil if either is missing or the paper's has no sampling error.
    package var verdict: PaperVerdict? {
      guard let paper, let ours, let mean = ours.leading.mean else { return nil }
      // What a paper prints as a deviation over repetitions is of as many as ours, as far as papers say.
      let spread = paper.spreads.first { $0.kind == .repeatDeviation }?.spread
      return PaperVerdict(
        paper: RepeatedMean(paper.mean, deviation: spread, repetitions: max(ours.repeats, 2)),
        ours: RepeatedMean(mean, deviation: ours.leading.deviationOverRepeats, repetitions: ours.repeats),
        oracle: ours.leading.oracle, bags: ours.bags)
    }
  }

  /// The experiment.
  public let experiment: Experiment
  /// The metrics of its task, the leading one first.
  public let metrics: [Metric]
  /// The paper's figures; nil for an experiment without published figures.
  package let published: PublishedTable?
  /// The rows, data set by data set.
  public let rows: [Row]
  /// The data sets that cannot be had, with what to do about it.
  public let unavailable: [String: String]
  /// What gets data sets that cannot be had, in a few words; a set named here has one line for all its models.
  public let remedies: [String: String]
  /// The numbers of repetitions that the records of cells have, by whose run they are of.
  let repetitions: [String: ClosedRange<Int>]

  /// The table of an experiment.
  ///
  /// - Parameters:
  ///   - experiment: the data sets and models, in the order of the rows.
  ///   - records: the union of the journals; each cell's model id must be written as in the experiment.
  ///   - reference: the records of the reference run, which get rows of their own beside those of `records`.
  ///   - fromReference: the trials in `records` that were taken from a reference run.
  ///   - published: the paper's figures.
  ///   - replications: the figures of others.
  ///   - displayNames: what to call models, by model id, that neither the paper nor the experiment names.
  ///   - unavailable: the data sets that cannot be had, with what to do about it.
  ///   - remedies: what gets data sets, in a few words, where their rows are to be one line.
  ///   - metrics: the metrics, of which those of the records' task count.
  public init(
    experiment: Experiment, records: [TrialRecord], reference: [TrialRecord] = [],
    fromReference: Set<TrialKey> = [], published: PublishedTable? = nil, replications: PublishedTable? = nil,
    displayNames: [String: String] = [:], unavailable: [String: String] = [:], remedies: [String: String] = [:],
    metrics: [Metric] = .standard
  ) {
    self.metrics = metrics.applying(to: records + reference)
    self.unavailable = unavailable
    self.remedies = remedies
    self.experiment = experiment
    self.published = published
    let runs = MeasuredCells(records, reference: reference, fromReference: fromReference, metrics)
    repetitions = runs.repetitions
    let keys = ComparisonTable.keys(experiment, recorded: runs.keys, published)
    var labels: [CellKey: String] = [:]
    for model in experiment.models {
      for dataset in experiment.datasets {
        labels[CellKey(dataset: dataset, model: model.id, protocol: experiment.protocolName(of: model))] = model.label
      }
    }
    rows = keys.flatMap { key in
      let figures = published?.figures(model: key.model, dataset: key.dataset) ?? []
      let paper = figures.first(where: \.verified) ?? figures.first
      let paperLabel = paper?.label ?? published?.rows.first { $0.model == key.model }?.label
      let label = labels[key] ?? paperLabel ?? displayNames[key.model] ?? key.model
      return runs[key].map { ours, run in
        Row(
          key: key, datasetTitle: published?.titles[key.dataset] ?? key.dataset,
          label: key.protocol == experiment.protocol || labels[key] != nil ? label : "\(label), \(key.protocol)",
          paper: paper, ours: ours,
          replications: replications?.figures(model: key.model, dataset: key.dataset) ?? [],
          isWithoutData: unavailable[key.dataset] != nil, run: run)
      }
    }
  }

  /// The metric that epochs are judged by and published figures are set against.
  var leading: Metric { metrics.first ?? .accuracy }

  /// The metrics that models are compared by, but the leading one.
  var others: [Metric] { metrics.dropFirst().filter(\.isCompared) }

  /// The cells that were run, with the titles of their data sets.
  var cells: [(title: String, cell: CellSummary)] {
    rows.compactMap { row in row.ours.map { (row.datasetTitle, $0) } }
  }

  /// The rows' keys in their order.
  private static func keys(
    _ experiment: Experiment, recorded: [CellKey], _ published: PublishedTable?
  ) -> [CellKey] {
    var keys: [CellKey] = []
    var seen: Set<CellKey> = []
    func add(_ key: CellKey) {
      if seen.insert(key).inserted { keys.append(key) }
    }
    for dataset in experiment.datasets {
      for model in experiment.models {
        add(CellKey(dataset: dataset, model: model.id, protocol: experiment.protocolName(of: model)))
      }
      for key in recorded where key.dataset == dataset { add(key) }
      let shown = Set(keys.filter { $0.dataset == dataset }.map(\.model))
      for row in published?.rows ?? [] where row.dataset == dataset && !shown.contains(row.model) {
        add(CellKey(dataset: dataset, model: row.model, protocol: experiment.protocol))
      }
    }
    recorded.forEach(add)
    return keys
  }
}
