import MILExperiments
import MILRecords
import MILStatistics

/// "Paper | ours" side by side: one row for each data set and model of an experiment.
///
/// A pure function of journals and published figures. Rows follow the experiment's order. Within a data set, models
/// that only the journal has come next, then methods that only the paper has.
package struct ComparisonTable: Sendable, Equatable {
  /// A row of the table.
  package typealias Row = ComparisonRow

  /// The experiment.
  package private(set) var experiment: Experiment
  /// The metrics of the experiment's task, the leading one first.
  package private(set) var metrics: [Metric]
  /// All metrics, whatever the kind of targets.
  private let known: [Metric]
  /// The paper's figures; nil for an experiment without published figures.
  package let published: PublishedTable?
  /// The rows, data set by data set.
  package private(set) var rows: [Row]
  /// The unavailable data sets, each with the way out.
  package let unavailable: [String: String]
  /// The short instructions for obtaining unavailable data sets; a set named here has one row for all its models.
  package let remedies: [String: String]
  /// The kinds of data, such as `text`, by the names of data sets.
  package let domains: [String: String]
  /// The numbers of repetitions in the records of cells, by the origin of the run.
  let repetitions: [String: ClosedRange<Int>]

  /// The table of an experiment without published figures.
  ///
  /// - Parameters:
  ///   - experiment: the data sets and models, in the order of the rows.
  ///   - records: the union of the journals; each cell's model id must be written as in the experiment.
  ///   - metrics: the metrics, of which those of the records' task count.
  package init(experiment: Experiment, records: [TrialRecord], metrics: [Metric] = .standard) {
    self.init(experiment: experiment, records: records, reference: [], metrics: metrics)
  }

  /// Creates the table of an experiment.
  ///
  /// - Parameters:
  ///   - experiment: the data sets and models, in the order of the rows.
  ///   - records: the union of the journals; each cell's model id must match that of the experiment.
  ///   - reference: the records of the reference run, which have their own rows beside those of `records`.
  ///   - fromReference: the trials in `records` that come from a reference run.
  ///   - published: the paper's figures.
  ///   - replications: the figures of replications.
  ///   - displayNames: the names, by model id, of models that neither the paper nor the experiment names.
  ///   - unavailable: the unavailable data sets, each with the way out.
  ///   - remedies: short instructions for obtaining data sets, each of which then has one row.
  ///   - domains: the kinds of data, by the names of data sets.
  ///   - metrics: the metrics, of which those of the records' task count.
  package init(
    experiment: Experiment, records: [TrialRecord], reference: [TrialRecord] = [],
    fromReference: Set<TrialKey> = [], published: PublishedTable? = nil, replications: PublishedTable? = nil,
    displayNames: [String: String] = [:], unavailable: [String: String] = [:], remedies: [String: String] = [:],
    domains: [String: String] = [:], metrics: [Metric] = .standard
  ) {
    known = metrics
    self.metrics = metrics.applying(to: records + reference)
    self.unavailable = unavailable
    self.remedies = remedies
    self.domains = domains
    self.experiment = experiment
    self.published = published
    let runs = MeasuredCells(experiment, records, reference: reference, fromReference: fromReference, metrics)
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
      // A label of the experiment's own stands for the rules of the row's protocol, too.
      let differences = ProtocolSetting.differences(of: key.protocol, from: experiment.protocol)
      let rules = labels[key] == nil ? differences.rules : nil
      return runs[key].map { ours, run, expected in
        Row(
          key: key, datasetTitle: published?.titles[key.dataset] ?? key.dataset,
          modelLabel: label,
          label: ([label] + [rules].compactMap(\.self) + differences.settings).joined(separator: ", "),
          paper: paper, ours: ours,
          replications: replications?.figures(model: key.model, dataset: key.dataset) ?? [],
          isWithoutData: unavailable[key.dataset] != nil, run: run, expected: expected)
      }
    }
  }

  /// The metric for the choice of epochs and the comparison with published figures.
  var leading: Metric { metrics.first ?? .accuracy }

  /// The metrics that compare models, without the leading one.
  var others: [Metric] { metrics.dropFirst().filter(\.isCompared) }

  /// The measured cells, with the titles of their data sets.
  var cells: [(title: String, cell: CellSummary)] {
    rows.compactMap { row in row.ours.map { (row.datasetTitle, $0) } }
  }

  /// Returns the table with the rows of some cells.
  package func keeping(_ keys: Set<CellKey>) -> ComparisonTable {
    var kept = self
    kept.rows = rows.filter { keys.contains($0.key) }
    return kept
  }

  /// The comparison in parts, one for each default metric of the data sets' targets; itself if all have the same.
  ///
  /// An experiment may have data sets of classes, of numbers and of survival times. No metric is defined for all of
  /// them, so each part has its own tables, statistics and figures. Parts are in the order of their first data sets.
  /// Data sets without a trial, whose targets are not known, are in the first part.
  package var byMetric: [ComparisonTable] {
    var kinds: [String: Targets.Kind] = [:]
    for row in rows where kinds[row.key.dataset] == nil { kinds[row.key.dataset] = row.ours?.kind }
    let metrics = kinds.mapValues { known.leadingMetric(of: $0)?.id ?? $0.rawValue }
    var order: [String] = []
    for metric in rows.compactMap({ metrics[$0.key.dataset] }) where !order.contains(metric) { order.append(metric) }
    guard let first = order.first, order.count > 1 else { return [self] }
    return order.map { metric in
      part(
        of: { (metrics[$0] ?? first) == metric }, kinds: Set(kinds.values.filter { known.leads($0, metric) }),
        isLast: metric == order.last)
    }
  }

  /// Returns the part with some of the data sets, whose targets are of some kinds.
  private func part(of includes: (String) -> Bool, kinds: Set<Targets.Kind>, isLast: Bool) -> ComparisonTable {
    var part = self
    part.rows = rows.filter { includes($0.key.dataset) }
    let cells = part.rows.compactMap(\.ours)
    part.metrics = known.applying(
      to: kinds, leading: (cells.first { $0.finished > 0 } ?? cells.first)?.leadingMetric.id)
    part.experiment.datasets = experiment.datasets.filter(includes)
    part.experiment.title += ", \(part.leading.title)"
    // Remarks on the whole experiment follow the last table.
    if !isLast { part.experiment.notes = [] }
    return part
  }

  /// Returns the rows' keys in order.
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

extension [Metric] {
  /// Returns whether the default metric of a kind of targets has an id; a kind without metrics has its own name.
  fileprivate func leads(_ kind: Targets.Kind, _ id: String) -> Bool {
    (leadingMetric(of: kind)?.id ?? kind.rawValue) == id
  }
}
