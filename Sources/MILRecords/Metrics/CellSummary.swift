/// The properties that averaged trials share; ordered by its parts in the order of the properties.
package struct CellKey: Hashable, Comparable, Sendable {
  /// The data set's name.
  package var dataset: String
  /// The model id.
  package var model: String
  /// The protocol's name.
  package var `protocol`: String

  /// Creates a key from its parts.
  package init(dataset: String, model: String, protocol: String) {
    self.dataset = dataset
    self.model = model
    self.protocol = `protocol`
  }

  /// Returns whether the left key sorts before the right one.
  package static func < (left: CellKey, right: CellKey) -> Bool {
    (left.dataset, left.model, left.protocol) < (right.dataset, right.model, right.protocol)
  }
}

extension TrialRecord {
  /// The cell to which the trial belongs.
  package var cell: CellKey { CellKey(dataset: self.dataset, model: self.model, protocol: self.protocol) }
}

/// The leading metric of a cell's trials: its mean, its spread, and its values if epochs are chosen on the test bags.
package struct LeadingFigures: Sendable, Equatable {
  /// The mean of the folds after the last epoch, as papers print it.
  package fileprivate(set) var mean: Double?
  /// The sample standard deviation over all folds of all repetitions; nil for one fold.
  package fileprivate(set) var deviationOverFolds: Double?
  /// The sample standard deviation of the repetitions' means; nil for one repetition.
  package fileprivate(set) var deviationOverRepeats: Double?
  /// The binomial standard error of ``mean``, sqrt(p (1 - p) / bags): the variation with other bags of the same number.
  ///
  /// Nil, as the next three, if the metric is not a share of bags.
  package fileprivate(set) var binomialStandardError: Double?
  /// The share of correctly predicted bags of a repetition, averaged over repetitions.
  ///
  /// Each bag counts alike, whatever the size of its fold.
  package fileprivate(set) var overBags: Double?
  /// The lower end of Wilson's 95% interval of ``overBags``, see ``BinomialError``.
  package fileprivate(set) var overBagsLow: Double?
  /// The upper end of the interval.
  package fileprivate(set) var overBagsHigh: Double?
  /// The standard error of ``mean`` over folds, corrected for shared training bags, see ``CorrectedError``.
  ///
  /// Nil for one fold.
  package fileprivate(set) var correctedStandardError: Double?
  /// The mean over folds after each fold's best epoch, chosen on the test bags.
  ///
  /// Nil, as the next two, for a model without epochs.
  package fileprivate(set) var oracle: Double?
  /// The mean after the one epoch that is best for all folds together, chosen on the test bags.
  package fileprivate(set) var oracleCommon: Double?
  /// The best common epoch, from 1; the earliest of ties.
  package fileprivate(set) var oracleCommonEpoch: Int?

  /// Creates the figures of finished trials, of which `folds` has the outcomes.
  fileprivate init(
    _ metric: Metric, _ finished: [TrialRecord], _ folds: [Outcomes], _ repetitions: [[TrialRecord]]
  ) {
    let byTrial = folds.map(metric.value)
    let values = byTrial.compactMap { $0 }
    mean = MILRecords.mean(values)
    deviationOverFolds = sampleDeviation(values)
    deviationOverRepeats = sampleDeviation(
      Dictionary(grouping: zip(finished, byTrial), by: \.0.repetition).sorted { $0.key < $1.key }
        .compactMap { MILRecords.mean($0.value.compactMap(\.1)) })
    correctedStandardError = deviationOverFolds.flatMap { deviation in
      CorrectedError.testPerTraining(finished).map {
        CorrectedError.standardError(deviation: deviation, count: values.count, testPerTraining: $0)
      }
    }
    if metric.isShareOfBags {
      let tested = Set(finished.flatMap { $0.bags }).count
      binomialStandardError = mean.flatMap { BinomialError.standardError(accuracy: $0, bags: tested) }
      overBags = MILRecords.mean(repetitions.compactMap { metric.value(Outcomes($0)) })
      let interval = overBags.flatMap { BinomialError.wilsonInterval(accuracy: $0, bags: tested) }
      (overBagsLow, overBagsHigh) = (interval?.lowerBound, interval?.upperBound)
    }
    guard finished.contains(where: { $0.epochCount > 1 || !$0.lossByEpoch.isEmpty }),
      // Values by epoch of another metric do not apply to this one.
      finished.allSatisfy({ $0.metric == nil || $0.metric == metric.id })
    else { return }
    let sign = metric.better.sign
    oracle = MILRecords.mean(
      finished.map { record in
        sign * ((0..<record.epochCount).map { sign * record.leadingValue(afterEpoch: $0) }.max() ?? 0)
      })
    for epoch in 0..<(finished.map(\.epochCount).max() ?? 0) {
      guard let mean = MILRecords.mean(finished.map { $0.leadingValue(afterEpoch: epoch) }) else { return }
      // Sums of fractions differ in their last bits between tied epochs.
      if oracleCommon.map({ sign * mean > sign * $0 + 1e-12 }) ?? true {
        (oracleCommon, oracleCommonEpoch) = (mean, epoch + 1)
      }
    }
  }
}

/// A number of a cell with its names for programs and readers.
package struct CellFigure: Sendable, Equatable {
  /// The key in every file, for example `accuracySDFolds`.
  package let key: String
  /// The name for readers, for example `accuracy, SD folds`.
  package let title: String
  /// The format of the printed number.
  package let style: NumberStyle
  /// The number; nil if it is not defined.
  package let value: Double?

  init(_ key: String, _ title: String, _ value: Double?, _ style: NumberStyle) {
    (self.key, self.title, self.value, self.style) = (key, title, value, style)
  }

  /// The number for files, from which it can be read back; empty if it is not defined.
  package var exact: String { style.exact(value) }
}

/// The summary of the trials of one model on one data set under one protocol: one cell of a table.
///
/// Averages are over finished trials; the others are counted. Without a finished trial, every value that needs one is
/// nil.
package struct CellSummary: Encodable, Sendable, Equatable {
  /// The data set's name.
  package let dataset: String
  /// The model id.
  package let model: String
  /// The protocol's name.
  package let `protocol`: String

  /// The number of trials recorded.
  package let trials: Int
  /// The number of trials that finished.
  package let finished: Int
  /// The number of trials whose loss or scores were no longer finite.
  package let diverged: Int
  /// The number of trials that ended with an error.
  package let failed: Int
  /// The number of trials for which the model does not apply to the data.
  package let notApplicable: Int
  /// The reason, from the first of these trials.
  package let reason: String?
  /// The number of repetitions with a finished trial.
  package let repeats: Int
  /// The number of different test bags in all trials.
  package let bags: Int

  /// The metric by which the task is evaluated.
  package let leadingMetric: Metric
  /// Its figures.
  package let leading: LeadingFigures
  /// The other metrics, in the order of their list.
  package let metrics: [CellFigure]
  /// The classes of the folds.
  package let classes: FoldClasses

  /// The mean seconds of training a trial.
  package let seconds: Double?
  /// The seconds of training divided by the training steps of all trials; nil without steps.
  package let secondsPerStep: Double?
  /// The number of trained parameters; the largest if it differs between folds.
  package let parameters: Int?
  /// The records that do not belong to the cell, by reason; nil without any.
  package private(set) var leftOut: [LeftOutRecords]?

  /// The data set, model and protocol.
  package var key: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }

  /// Returns one summary for each data set, model and protocol in the records, sorted by these.
  ///
  /// - Parameters:
  ///   - records: the trials, one record each, of one set of settings a cell; see ``RecordSelection``.
  ///   - leftOut: the records that were left out, which cells report.
  ///   - metrics: the averaged metrics.
  package static func summaries(
    of records: [TrialRecord], leftOut: [LeftOutRecords] = [], metrics: [Metric] = .standard
  ) -> [CellSummary] {
    let metrics = metrics.applying(to: records)
    let groups = Array(Dictionary(grouping: records, by: \.cell))
    let cells = concurrentMap(groups.count) { CellSummary(groups[$0].key, groups[$0].value, metrics) }
    return adding(leftOut, to: cells, metrics: metrics)
  }

  /// Returns summaries with the records that were left out of them, sorted by data set, model and protocol.
  ///
  /// A cell without any other record has a summary of no trials.
  package static func adding(
    _ leftOut: [LeftOutRecords], to summaries: [CellSummary], metrics: [Metric]
  ) -> [CellSummary] {
    let others = Dictionary(grouping: leftOut) { CellKey(dataset: $0.dataset, model: $0.model, protocol: $0.protocol) }
    let empty = Set(others.keys).subtracting(summaries.map(\.key)).map { CellSummary($0, [], metrics) }
    return (summaries + empty).sorted { $0.key < $1.key }.map { summary in
      var summary = summary
      summary.leftOut = others[summary.key]
      return summary
    }
  }

  /// Returns the summary of no trials, which has the same figures as any other.
  package static func empty(_ metrics: [Metric]) -> CellSummary {
    CellSummary(CellKey(dataset: "", model: "", protocol: ""), [], metrics)
  }

  private init(_ cell: CellKey, _ unsorted: [TrialRecord], _ all: [Metric]) {
    let records = unsorted.sorted { $0.key < $1.key }
    let finished = records.filter(\.hasResult)
    let repetitions = Dictionary(grouping: finished, by: \.repetition).sorted { $0.key < $1.key }.map(\.value)

    dataset = cell.dataset
    model = cell.model
    `protocol` = cell.protocol
    trials = records.count
    self.finished = finished.count
    diverged = records.count { $0.status == .diverged }
    let refused = records.filter { $0.status == .notApplicable }
    (notApplicable, reason) = (refused.count, refused.lazy.compactMap(\.message).first)
    failed = records.count - finished.count - diverged - notApplicable
    repeats = repetitions.count
    bags = Set(records.flatMap { $0.bags }).count

    leadingMetric = all.first ?? .accuracy
    let folds = finished.map { Outcomes([$0]) }
    leading = LeadingFigures(leadingMetric, finished, folds, repetitions)
    classes = FoldClasses(records, finished: finished)
    let areProbabilities = finished.allSatisfy { $0.scoresAreProbabilities }
    let pooled = repetitions.map { Outcomes($0, areProbabilities: areProbabilities) }
    metrics = all.dropFirst().map { metric in
      let values = (metric.scope == .folds ? folds : pooled).compactMap(metric.value)
      return CellFigure(metric.id, metric.title, mean(values), metric.style)
    }

    seconds = mean(finished.map { $0.seconds })
    let steps = finished.reduce(0.0) { $0 + Double($1.steps) }
    secondsPerStep = steps > 0 ? finished.reduce(0) { $0 + $1.seconds } / steps : nil
    parameters = finished.map { $0.parameters }.max()
  }
}

extension CellSummary {
  /// The figures of the leading metric in tables.
  package var leadingFigures: [CellFigure] {
    let (id, title, style) = (leadingMetric.id, leadingMetric.title, leadingMetric.style)
    let binomial = CellFigure(
      "\(id)BinomialStandardError", "\(title), binomial SE", leading.binomialStandardError, style)
    return [
      CellFigure(id, title, leading.mean, style),
      CellFigure("\(id)SDFolds", "\(title), SD folds", leading.deviationOverFolds, style),
      CellFigure("\(id)SDRepeats", "\(title), SD repeats", leading.deviationOverRepeats, style),
    ] + (leadingMetric.isShareOfBags ? [binomial] : []) + [
      CellFigure("\(id)CorrectedStandardError", "\(title), corrected SE", leading.correctedStandardError, style),
      CellFigure(leadingMetric.oracleKey, "\(title), best epoch of each fold", leading.oracle, style),
      CellFigure(leadingMetric.oracleCommonKey, "\(title), best common epoch", leading.oracleCommon, style),
      CellFigure("oracleCommonEpoch", "best common epoch", leading.oracleCommonEpoch.map(Double.init), .count),
    ]
  }

  /// The share of correctly predicted bags with its interval; empty if the leading metric is not such a share.
  private var overBags: [CellFigure] {
    guard leadingMetric.isShareOfBags else { return [] }
    let (id, title, style) = (leadingMetric.id, leadingMetric.title, leadingMetric.style)
    return [
      CellFigure("\(id)OverBags", "\(title) over bags", leading.overBags, style),
      CellFigure("\(id)OverBagsLow", "\(title) over bags, low", leading.overBagsLow, style),
      CellFigure("\(id)OverBagsHigh", "\(title) over bags, high", leading.overBagsHigh, style),
    ]
  }

  /// The metrics except the leading one, and the cost of the trials.
  package var otherFigures: [CellFigure] {
    metrics + [
      CellFigure("seconds", "seconds a trial", seconds, .decimals(3)),
      CellFigure("secondsPerStep", "seconds a step", secondsPerStep, .decimals(6)),
      CellFigure("parameters", "trained parameters", parameters.map(Double.init), .count),
    ]
  }

  /// All figures, in the order of tables.
  package var figures: [CellFigure] { leadingFigures + overBags + otherFigures }

  /// The figure of a key, such as a metric's; nil if there is none.
  package subscript(key: String) -> Double? {
    if key == leadingMetric.id { return leading.mean }
    return (metrics.first { $0.key == key } ?? figures.first { $0.key == key })?.value
  }

  /// Writes every value under its key; `null` if a figure is not defined.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FigureKey.self)
    for (key, text) in [("dataset", dataset), ("model", model), ("protocol", `protocol`)] {
      try container.encode(text, forKey: FigureKey(key))
    }
    try container.encodeIfPresent(reason, forKey: FigureKey("reason"))
    let counts = [
      ("trials", trials), ("finished", finished), ("diverged", diverged), ("failed", failed),
      ("notApplicable", notApplicable),
      ("repeats", repeats),
      ("bags", bags),
    ]
    for (key, count) in counts { try container.encode(count, forKey: FigureKey(key)) }
    for figure in figures {
      if figure.style == .count {
        try container.encode(figure.value.map { Int($0) }, forKey: FigureKey(figure.key))
      } else {
        try container.encode(figure.value, forKey: FigureKey(figure.key))
      }
    }
    try container.encode(classes, forKey: FigureKey("classes"))
    try container.encode(leftOut ?? [], forKey: FigureKey("leftOut"))
  }
}

/// The key of a figure in JSON.
private struct FigureKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ key: String) { stringValue = key }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension TrialKey {
  /// The cell of a table that the trial belongs to.
  package var cell: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }
}
